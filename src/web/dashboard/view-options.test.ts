/** The address decides the view, and no address breaks the page. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { viewOptions } from './view-options.ts'

test('the address chooses the wall, the frame, the theme and the time per slide', () => {
  assert.deepEqual(viewOptions('?kiosk=1&rotate=20s&theme=dark'), {
    kiosk: true,
    rotateMs: 20_000,
    embed: null,
    theme: 'dark',
    language: null,
  })
  assert.equal(viewOptions('?embed=mayor').embed, 'mayor')
  assert.equal(viewOptions('?embed').embed, '')
  for (const [rotate, ms] of [
    ['45', 45_000],
    ['2m', 120_000],
    ['1.5m', 90_000],
    ['1ms', 3_000],
    ['soon', 15_000],
    ['-3', 15_000],
  ] as const)
    assert.equal(viewOptions(`?rotate=${rotate}`).rotateMs, ms, rotate)
})

test('every address gives valid options, with 3 s to 1 h per slide', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (rotate, rest) => {
      const { rotateMs, theme } = viewOptions(`?rotate=${rotate}&${rest}`)
      assert.ok(rotateMs >= 3_000 && rotateMs <= 3_600_000)
      assert.ok(theme === null || theme === 'light' || theme === 'dark')
    }),
  )
})
