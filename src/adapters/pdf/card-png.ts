/** An SVG with text drawn as PNG, in the fonts that documents are set in. It loads nothing that the SVG names. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { clustersOf, type Face, faceFor, LATIN, openFace } from './font-set.ts'

let ready: Promise<void> | undefined

function start(): Promise<void> {
  ready ??= initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')))
  return ready
}

/** @param svg well-formed, its texts without markup @param texts those texts, for the fonts they need */
export async function cardPng(svg: string, texts: string): Promise<Uint8Array<ArrayBuffer>> {
  await start()
  const drawn = new Resvg(svg, {
    font: { fontBuffers: [...fontsFor(texts)], defaultFontFamily: 'Noto Sans', sansSerifFamily: 'Noto Sans' },
    languages: ['en'],
  })
  const image = drawn.render()
  const png = new Uint8Array(image.asPng())
  image.free()
  drawn.free()
  return png
}

/** Fonts once read; a script or two for most elections. */
const read = new Map<string, Uint8Array>()

function fontsFor(texts: string): Set<Uint8Array> {
  const faces = new Set<Face>([LATIN])
  let before: Face | null = LATIN
  for (const { segment } of clustersOf(texts)) {
    before = faceFor(segment, before) ?? before
    faces.add(before)
  }
  const paths = [...faces].flatMap((face) =>
    (['regular', 'strong'] as const).flatMap((weight) => openFace(face, weight)?.path ?? []),
  )
  return new Set(
    paths.map((path) => {
      const bytes = read.get(path) ?? new Uint8Array(readFileSync(path))
      read.set(path, bytes)
      return bytes
    }),
  )
}
