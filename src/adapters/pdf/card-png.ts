/**
 * A card (core/status/preview-card.ts) drawn as PNG. Its texts become shapes first: what draws them
 * reads no text and no font.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { CARD, type Card, type CardBox, type CardLine } from '../../core/status/preview-card.ts'
import { clustersOf, faceFor } from './font-set.ts'
import { type Outline, outlineOf } from './set-text.ts'

/** Stands for a character that no font here has. */
const NO_LETTER = '\ufffd'

let ready: Promise<void> | undefined

export async function cardPng(card: Card): Promise<Uint8Array<ArrayBuffer>> {
  ready ??= initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')))
  await ready
  const drawn = new Resvg(cardSvg(card))
  const image = drawn.render()
  const png = new Uint8Array(image.asPng())
  image.free()
  drawn.free()
  return png
}

export function cardSvg({ boxes, lines }: Card): string {
  const { width, height } = CARD
  const parts = [...boxes.map(boxSvg), ...lines.map(lineSvg)]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`
}

function boxSvg({ x, y, width, height, color }: CardBox): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${color}"/>`
}

function lineSvg({ text, x, anchor, y, size, strong, color, room }: CardLine): string {
  const { width, shapes } = fitting(drawable(text), strong, room / size)
  const left = anchor === 'end' ? x - width * size : x
  const paths = shapes.map(({ path, x: at, y: up, scale }) => {
    const s = scale * size
    const place = `matrix(${s} 0 0 ${-s} ${left + at * size} ${y - up * size})`
    return `<path transform="${place}" d="${path}"/>`
  })
  return `<g fill="${color}">${paths.join('')}</g>`
}

/** A text with nothing in it that cannot be set. */
function drawable(text: string): string {
  return clustersOf(text.replace(/\s+/g, ' '))
    .map(({ segment }) => (faceFor(segment, null) === null ? NO_LETTER : segment))
    .join('')
}

/** As much of a text as fits, and a sign that there is more. @param room in heights of a letter */
function fitting(text: string, strong: boolean, room: number): Outline {
  const weight = strong ? 'strong' : 'regular'
  // Nothing is so narrow that more than this would fit.
  const clusters = clustersOf(text.slice(0, 400)).map(({ segment }) => segment)
  for (let most = clusters.length; ; most -= Math.max(1, most >> 4)) {
    const cut = most < clusters.length || text.length > 400
    const outline = outlineOf(clusters.slice(0, most).join('') + (cut ? '…' : ''), weight)
    if (outline.width <= room || most <= 1) return outline
  }
}
