/**
 * Waits until files are made as fast as ever. Some file systems (ext4 without a journal) pass over
 * what was deleted in the last minutes, one by one, whenever a file is made: after a benchmark has
 * removed its folder, or packages were installed anew, that would be most of what is measured.
 */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const FILES = 50
const SETTLED_MICROS = 150
const LOOK_MS = 10_000
const PATIENCE_MS = 420_000

/** @param dir where files will be made */
export async function settledDisk(dir: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  let told = false
  for (let micros = microsPerFile(dir); micros > SETTLED_MICROS; micros = microsPerFile(dir)) {
    if (performance.now() > until) {
      console.log(
        `making a file takes ${micros.toFixed(0)} µs here, and that does not change: the log pays for it`,
      )
      return
    }
    if (!told)
      console.log('files were deleted here lately, and new ones are slow: waiting for the disk to settle')
    told = true
    await sleep(LOOK_MS)
  }
}

function microsPerFile(dir: string): number {
  const folder = mkdtempSync(join(dir, 'settled-'))
  const startMs = performance.now()
  for (let i = 0; i < FILES; i++) closeSync(openSync(join(folder, String(i)), 'w'))
  const micros = ((performance.now() - startMs) * 1000) / FILES
  rmSync(folder, { recursive: true })
  return micros
}
