/**
 * The default colours must be visible on a light and on a dark page (WCAG 1.4.11: contrast of 3 to
 * 1).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionColor, optionFill, PALETTE } from './palette.ts'

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(color.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (light! + 0.05) / (dark! + 0.05)
}

test('every default colour stands out from the light and the dark panel', () => {
  for (const color of PALETTE)
    for (const panel of ['#ffffff', '#181d21'])
      assert.ok(contrast(color, panel) >= 3, `${color} on ${panel}: ${contrast(color, panel).toFixed(2)}`)
})

test('no two default colours are the same', () => {
  assert.equal(new Set(PALETTE).size, PALETTE.length)
})

test('each of 130 options has a different look', () => {
  const looks = Array.from({ length: 130 }, (_, i) => JSON.stringify(optionFill(null, i)))
  assert.equal(new Set(looks).size, 130)
  assert.equal(optionFill('#102030', 77).backgroundImage, undefined)
})

test('the organiser’s colour comes first, and anything that is not a colour is ignored', () => {
  assert.equal(optionColor('#ABCDEF', 0), '#ABCDEF')
  assert.equal(optionColor('red;background:url(//evil)', 0), PALETTE[0])
  assert.equal(optionColor(null, PALETTE.length + 2), PALETTE[2])
})
