/**
 * The fast reader against one that takes every ballot apart and writes it again: they must agree on
 * every byte.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter } from '../../../test/any-character.ts'
import { type Choices, parseChoices } from '../election/choices.ts'
import { electionFrom } from '../election/definition.ts'
import { entryWriter } from '../log/entry.ts'
import { entryRules } from './ballot.ts'
import { ballotReader, NONCE_BYTES } from './ballot-reader.ts'
import { nonceSet } from './nonce-set.ts'

const options = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `o${i}`, name: `O${i}` }))
const ELECTION = electionFrom({
  id: 'e-1',
  title: 'E',
  opens_at: '2026-01-01T00:00:00Z',
  closes_at: '2026-01-02T00:00:00Z',
  results: 'live',
  suppress_below: 5,
  districts: ['north', 'south', 'hill', 'dale'].map((id) => ({ id, name: id })),
  contests: [
    { id: 'mayor', title: 'Mayor', options: options(3) },
    { id: 'council', title: 'Council', votes: 2, options: options(4), districts: ['north', 'hill'] },
  ],
})
const ISSUED = [10, 10, 4, 9]
const RULES = entryRules(ELECTION, ISSUED)
const WRITE = entryWriter(ELECTION, ISSUED)

/**
 * Whether an entry is what the writer writes for some ballot of the election, and which district
 * counts it.
 */
function slowly(entry: Uint8Array): { readonly district: number; readonly choices: string } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry)
    const { style, district, choices, nonce } = JSON.parse(text)
    const text2 = JSON.stringify(choices) as Choices
    const marks = parseChoices(text2, ELECTION)
    for (const [d, { id }] of ELECTION.districts.entries()) {
      if (district !== undefined ? id !== district : RULES.named[d] || RULES.styleOf[d] !== style) continue
      const inStyle = marks.every((list, c) => {
        const { districts } = ELECTION.contests[c]!
        return list.length === 0 || districts === null || districts.has(d)
      })
      if (inStyle && /^[0-9a-f]{32}$/.test(nonce) && WRITE(d, text2, nonce) === text)
        return { district: d, choices: text2 }
    }
  } catch {}
  return undefined
}

const nonce = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('hex'))
const lists = (width: number, most: number) =>
  fc.uniqueArray(fc.nat(width - 1), { maxLength: most }).map((list) => list.sort())
const honest = fc
  .tuple(fc.nat(3), lists(3, 1), lists(4, 2), nonce)
  .map(([d, mayor, council, hex]) => WRITE(d, JSON.stringify([mayor, council]) as Choices, hex))
/** Nearly a ballot: pieces exchanged for others that ballots have, or bytes for any. */
const PIECES = [
  '"north"',
  '"hill"',
  '"1"',
  '"2"',
  '[[0],[]]',
  '[[],[0,1]]',
  '[[3],[]]',
  '[[0,1],[]]',
  '[[],[1,1]]',
]
const bent = fc
  .tuple(honest, fc.constantFrom(...PIECES), fc.constantFrom(...PIECES))
  .map(([text, from, to]) => text.replace(from, to))
const broken = fc
  .tuple(honest, fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'add'))
  .map(([text, at, byte, how]) => {
    const bytes = Buffer.from(text)
    const place = at % bytes.length
    if (how === 'cut') return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)])
    if (how === 'add')
      return Buffer.concat([bytes.subarray(0, place), Buffer.of(byte), bytes.subarray(place)])
    bytes[place] = byte
    return bytes
  })
const entries = fc.array(
  fc.oneof(
    honest.map((text) => Buffer.from(text)),
    bent.map((text) => Buffer.from(text)),
    broken,
    fc.string({ unit: anyCharacter, maxLength: 120 }).map((text) => Buffer.from(text)),
  ),
  { minLength: 20, maxLength: 60 },
)

test('the fast reader accepts and counts exactly what the slow one does', () => {
  // One reader for all runs: what it remembers must not change what it says.
  const reader = ballotReader(RULES)
  let accepted = 0
  fc.assert(
    fc.property(entries, fc.nat(9), (batch, offset) => {
      const counted = new Map<string, number>()
      for (const entry of batch) {
        const bytes = Buffer.concat([Buffer.alloc(offset, 0x22), entry, Buffer.from('"}')])
        const nonces = new Uint8Array(NONCE_BYTES + offset)
        const wrong = reader.read(bytes, offset, offset + entry.length, nonces, offset)
        const ballot = slowly(entry)
        assert.equal(wrong === undefined, ballot !== undefined, `${wrong}: ${entry}`)
        if (ballot === undefined) continue
        accepted++
        assert.equal(Buffer.from(nonces.subarray(offset)).toString('hex'), entry.toString().slice(-34, -2))
        const key = `${ballot.district} ${ballot.choices}`
        counted.set(key, (counted.get(key) ?? 0) + 1)
      }
      const taken = new Map(
        reader.take().map(({ ballot, times }) => [`${ballot.district} ${ballot.choices}`, times]),
      )
      assert.deepEqual([...taken].sort(), [...counted].sort())
    }),
    { numRuns: 500 },
  )
  assert.ok(accepted > 1000)
})

test('a nonce that was there before is found with its leaf, and no other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 16, maxLength: 16, max: 3 }), { maxLength: 400 }),
      (nonces) => {
        const set = nonceSet()
        const first = new Map<string, number>()
        for (const [leaf, bytes] of nonces.entries()) {
          const key = Buffer.from(bytes).toString('hex')
          assert.equal(set.add(bytes, 0, leaf), first.get(key))
          if (!first.has(key)) first.set(key, leaf)
        }
      },
    ),
  )
  const set = nonceSet()
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  for (const repeated of [undefined, 0])
    for (let i = 0; i < 20_000; i++) {
      view.setUint32((i % 4) * 4, i)
      assert.equal(set.add(bytes, 0, i) === undefined, repeated === undefined, `${i}`)
      view.setUint32((i % 4) * 4, 0)
    }
})
