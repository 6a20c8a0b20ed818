/**
 * Build step: writes a .br and a .gz file beside every text file of the build, so that the server
 * compresses nothing while it counts.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(html|js|css|svg)$/

export function compressed(): Plugin {
  return {
    name: 'compressed-copies',
    writeBundle({ dir }, bundle) {
      for (const file of Object.keys(bundle)) {
        if (!TEXT.test(file)) continue
        const path = join(dir!, file)
        const text = readFileSync(path)
        const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }
        writeFileSync(`${path}.br`, brotliCompressSync(text, brotli))
        writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
      }
    },
  }
}
