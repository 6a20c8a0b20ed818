import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instantMs, readInstant } from './instant.ts'

const REFUSED: readonly (readonly [text: string, words: RegExp])[] = [
  ['2027-02-30T20:00:00Z', /February ends on day 28/],
  ['2027-02-29T20:00:00Z', /February 2027 ends on day 28/],
  ['2100-02-29T20:00:00Z', /February 2100 ends on day 28/],
  ['2027-06-31T08:00:00+02:00', /June ends on day 30/],
  ['2026-11-31T08:00:00+01:00', /November ends on day 30/],
  ['2026-01-00T08:00:00Z', /January ends on day 31/],
  ['2026-13-01T08:00:00Z', /no month 13/],
  ['2026-00-01T08:00:00Z', /no month 0/],
  ['2026-11-23T24:00:00Z', /midnight is 00:00 of the next day/],
  ['2026-11-23T25:00:00Z', /no hour 25/],
  ['2026-11-23T08:60:00Z', /no minute 60/],
  ['2016-12-31T23:59:60Z', /leap seconds are not supported/],
  ['2026-11-23T08:00:61Z', /no second 61/],
  ['2026-11-23T08:00:00+99:99', /does not exist: offsets are between/],
  ['2026-11-23T08:00:00+14:01', /does not exist: offsets are between/],
  ['2026-11-23T08:00:00-12:30', /does not exist: offsets are between/],
  ['2026-11-23T08:00:00+01:60', /does not exist: offsets are between/],
  ['2026-11-23 08:00:00Z', /such as/],
  ['2026-11-23T08:00:00', /such as/],
  ['2026-11-23T08:00:00.1234Z', /such as/],
  ['', /such as/],
]

test('dates, times and offsets that do not exist are refused with an explanation', () => {
  for (const [text, words] of REFUSED) {
    const read = readInstant(text)
    assert.ok(typeof read === 'string', text)
    assert.match(read, words)
    assert.throws(() => instantMs(text), RangeError)
  }
})

test('29 February of leap years, extreme offsets, and times without seconds are accepted', () => {
  const read = (text: string, iso: string) => assert.equal(new Date(instantMs(text)).toISOString(), iso)
  read('2028-02-29T23:59:59.9Z', '2028-02-29T23:59:59.900Z')
  read('2000-02-29T00:00Z', '2000-02-29T00:00:00.000Z')
  read('2026-11-23T08:00+14:00', '2026-11-22T18:00:00.000Z')
  read('2026-11-23T08:00-12:00', '2026-11-23T20:00:00.000Z')
  read('0050-01-01T00:00:00Z', '0050-01-01T00:00:00.000Z')
  assert.deepEqual(readInstant('2026-11-23T08:00:00-05:30'), {
    ms: Date.parse('2026-11-23T13:30:00Z'),
    offset: -330,
  })
})

const two = (n: number) => String(n).padStart(2, '0')

test('property: an accepted time is the one of Date.parse, which has repaired nothing', () => {
  const digits = fc.tuple(
    fc.integer({ min: 1970, max: 2400 }),
    ...[14, 33, 26, 63, 63].map((most) => fc.integer({ min: 0, max: most })),
  )
  fc.assert(
    fc.property(digits, ([y, mo, d, h, mi, s]) => {
      const text = `${y}-${two(mo!)}-${two(d!)}T${two(h!)}:${two(mi!)}:${two(s!)}Z`
      const read = readInstant(text)
      const parsed = Date.parse(text)
      const unchanged =
        !Number.isNaN(parsed) && new Date(parsed).toISOString().slice(0, 19) === text.slice(0, 19)
      assert.equal(typeof read === 'string', !unchanged, text)
      if (typeof read !== 'string') assert.equal(read.ms, parsed)
    }),
    { numRuns: 2_000 },
  )
})
