/** Vote records: their exact bytes, and that no other text is accepted as one. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { sealer, sealKeyOf } from '../../adapters/node/sealer.ts'
import { hexOfLatin1, isHexOfLatin1, latin1OfHex } from './latin1-hex.ts'
import { SeenTags } from './seen-tags.ts'
import { formatVoteRecord, parseVoteRecord, recordOfBallot, spanEndMs } from './vote-record.ts'

const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i)

/*
 * The seal key: (printf 'digital-elections/v1/seal\n'; printf "$(printf '\\x%02x' $(seq 0 31))") |
 * sha256sum
 * The seal:      printf '%s' "seal-key-$KEY$BODY" | sha256sum | cut -c1-32
 */
test('a record and its seal have the bytes that sha256sum computes', () => {
  const sealKey = sealKeyOf(SECRET)
  assert.equal(sealKey, 'seal-key-dc7f2ed75b3c102b5eda8eb943268a1416b131f8be46f68974b1cf95dfcf80bd')
  const record = formatVoteRecord(
    {
      election: 'vector',
      tagHex: 'ab'.repeat(32),
      district: 'north',
      choices: '[[2],[]]',
      nonceHex: '0123456789abcdef'.repeat(2),
      retryHex: null,
    },
    sealer(sealKey),
  )
  assert.equal(
    record,
    `{"v":1,"election":"vector","tag":"${'ab'.repeat(32)}","district":"north","choices":[[2],[]]` +
      ',"nonce":"0123456789abcdef0123456789abcdef","retry":null,' +
      '"seal":"2e58d55d350c71c1dfdd0dff38e1f193"}',
  )
})

const seal = sealer(sealKeyOf(SECRET))
const digits = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((all) => Buffer.from(all).toString('hex'))
const votes = fc.record({
  election: fc.constantFrom('a', 'city-2026', 'x_y'),
  tagHex: digits(32),
  district: fc.constantFrom('north', 'd-1'),
  choices: fc.array(fc.array(fc.nat(499))).map((choices) => JSON.stringify(choices)),
  nonceHex: digits(16),
  retryHex: fc.option(digits(16), { nil: null }),
})

test('a written record is parsed back and its seal is right', () => {
  fc.assert(
    fc.property(votes, (vote) => {
      const text = formatVoteRecord(vote, seal)
      const read = parseVoteRecord(text)
      assert.ok(typeof read === 'object')
      const { body, sealHex, ...fields } = read
      assert.deepEqual(fields, { ...vote })
      assert.equal(sealHex, seal(body))
      assert.equal(JSON.stringify(JSON.parse(text)), text)
    }),
  )
})

test('a changed record is unreadable or its seal is wrong', () => {
  fc.assert(
    fc.property(votes, fc.nat(), fc.integer({ min: 0, max: 255 }), (vote, where, byte) => {
      const text = formatVoteRecord(vote, seal)
      const at = where % text.length
      const changed = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1)
      fc.pre(changed !== text)
      const read = parseVoteRecord(changed)
      assert.ok(typeof read === 'string' || seal(read.body) !== read.sealHex)
    }),
  )
})

test('records of other versions are distinguished from garbage', () => {
  assert.equal(parseVoteRecord('{"v":2,"what":"ever"}'), 'other-version')
  for (const garbage of ['', '{}', '{"v":1,}', 'null', '\u0000\u00ff', `{"v":1${' '.repeat(300_000)}`])
    assert.equal(parseVoteRecord(garbage), 'unreadable')
})

test('a ballot always has the same record, and no record has the exact time', () => {
  const election = { id: 'e', districts: [{ id: 'north' }, { id: 'south' }] }
  const tag = hash('sha256', 'tag', 'binary') as string
  const ballot = {
    tag,
    district: 1,
    choices: '[[0]]',
    nonceHex: 'ab'.repeat(16),
    retryMark: tag.slice(0, 16),
  }
  const read = parseVoteRecord(recordOfBallot(election, ballot, seal))
  assert.ok(typeof read === 'object')
  assert.deepEqual(
    [latin1OfHex(read.tagHex), read.district, latin1OfHex(read.retryHex!)],
    [tag, 'south', tag.slice(0, 16)],
  )
  assert.deepEqual([spanEndMs(0), spanEndMs(9_999), spanEndMs(10_000)], [10_000, 10_000, 20_000])
})

test('latin1 text and hexadecimal digits represent the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const buffer = Buffer.from(bytes)
      assert.equal(hexOfLatin1(buffer.toString('latin1')), buffer.toString('hex'))
      assert.equal(latin1OfHex(buffer.toString('hex')), buffer.toString('latin1'))
      assert.ok(isHexOfLatin1(buffer.toString('hex'), buffer.toString('latin1')))
    }),
  )
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1 }),
      fc.nat(),
      fc.string({ maxLength: 2 }),
      (bytes, where, put) => {
        const text = Buffer.from(bytes).toString('latin1')
        const hex = hexOfLatin1(text)
        const at = where % hex.length
        const changed = hex.slice(0, at) + put + hex.slice(at + 1)
        assert.equal(isHexOfLatin1(changed, text), changed === hex)
      },
    ),
  )
})

test('a seen tag is recognised, with the first record that had it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(400), fc.nat(3)), { maxLength: 3_000 }), (records) => {
      const seen = new SeenTags()
      const model = new Map<number, number>()
      for (const [voter, mark] of records) {
        const tagHex = hash('sha256', `voter ${voter}`)
        const before = model.get(voter)
        const expected = before === undefined ? 'new' : before === mark ? 'same' : 'other'
        assert.equal(seen.meet(tagHex, hash('sha256', `mark ${mark}`)), expected)
        if (before === undefined) model.set(voter, mark)
      }
      assert.equal(seen.size, model.size)
    }),
    { numRuns: 30 },
  )
})
