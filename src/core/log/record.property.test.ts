import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Malformed } from '../tlog/malformed.ts'
import { asHash } from '../tlog/merkle.ts'
import { formatClose, formatRecord, type LogRecord, parseRecord } from './record.ts'

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const time = fc.integer({ min: 0, max: 4e12 })
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
const election = fc.constantFrom('council-2026', 'a')
const roll = fc.record({
  size: count,
  root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(asHash),
  perDistrictSha256: hex,
})
const v = fc.constantFrom(1 as const, 2 as const)
const record: fc.Arbitrary<LogRecord> = fc.oneof(
  fc.record({
    ...{ v, entry: fc.constant('genesis' as const), election, definitionSha256: hex, roll },
    log: fc.constantFrom('example.org/log+00112233+AAAA', 'größe.example/"log"+00112233+AAAA'),
    release: fc.record({
      results: fc.constantFrom('live' as const, 'after-close' as const),
      suppressBelow: count,
    }),
  }),
  fc.record({
    ...{ v, entry: fc.constant('amendment' as const), election, atMs: time },
    change: fc.oneof(fc.record({ closesAtMs: time }), fc.record({ roll })),
  }),
  fc.record({
    ...{ v: fc.constant(2 as const), entry: fc.constant('end' as const) },
    ...{ election, atMs: time, ballots: count },
  }),
  fc.record({
    ...{ v, entry: fc.constant('close' as const), election, atMs: time, ballots: count, keysIssued: count },
    ...{ keysUsed: count, resultSha256: hex },
    totals: fc.option(fc.array(fc.array(count, { maxLength: 5 }), { maxLength: 5 })),
  }),
)

test('an entry that was written is parsed back unchanged', () => {
  fc.assert(
    fc.property(record, (one) => assert.deepEqual(parseRecord(formatRecord(one)), structuredClone(one))),
  )
})

test('text with any difference is another entry or malformed', () => {
  const edit = fc.record({ at: fc.nat(), drop: fc.nat({ max: 2 }), put: fc.string({ maxLength: 2 }) })
  fc.assert(
    fc.property(record, edit, (one, { at, drop, put }) => {
      const text = formatRecord(one)
      const from = at % text.length
      const edited = text.slice(0, from) + put + text.slice(from + drop)
      if (edited === text) return
      try {
        assert.notDeepEqual(parseRecord(edited), structuredClone(one))
      } catch (cause) {
        assert.ok(cause instanceof Malformed, String(cause))
      }
    }),
    { numRuns: 1000 },
  )
})

test('other spacing, order, members or number formats are refused', () => {
  const text = formatRecord({
    ...{ v: 1, entry: 'close', election: 'a', atMs: 0, ballots: 1, keysIssued: 2, keysUsed: 1 },
    ...{ resultSha256: '0'.repeat(64), totals: [[1, 0]] },
  })
  for (const other of [
    ` ${text}`,
    text.replace('"v":1', '"v":3'),
    text.replace('"v":1,', ''),
    text.replace('"ballots":1', '"ballots":1.0'),
    text.replace('"ballots":1', '"ballots":1e0'),
    text.replace('"ballots":1', '"ballots":-0'),
    text.replace('"ballots":1', '"ballots":1,"ballots":1'),
    text.replace('.000Z', 'Z'),
    text.replace('"totals"', '"note":"","totals"'),
    text.replace('close', 'open'),
    // Version 1 has no such entry.
    '{"v":1,"entry":"end","election":"a","at":"1970-01-01T00:00:00.000Z","ballots":1}',
    'null',
    '[]',
    '',
  ])
    assert.throws(() => parseRecord(other), Malformed, other)
})

test('a close that would be too long for an entry leaves out its totals', () => {
  const close = {
    ...{
      v: 2 as const,
      entry: 'close' as const,
      election: 'a',
      atMs: 0,
      ballots: 1,
      keysIssued: 2,
      keysUsed: 1,
    },
    resultSha256: '0'.repeat(64),
  }
  const totals = Array.from({ length: 100 }, () => Array.from({ length: 500 }, () => 123_456))
  const read = parseRecord(formatClose({ ...close, totals }))
  assert.deepEqual(read, { ...close, totals: null })
})
