/**
 * Fixed vectors of docs/protocol.md: if one of these changes, every stored election reads
 * differently. Each was computed by the shell command beside it, not by this code.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { rollPages } from '../../src/adapters/embedded/roll-pages.ts'
import { SCHEMA } from '../../src/adapters/embedded/schema.ts'
import { ballotDraws, drawKey } from '../../src/adapters/node/ballot-draw.ts'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import type { Choices } from '../../src/core/election/choices.ts'
import { credentialPrefix, credentialText } from '../../src/core/election/credential.ts'
import { electionFrom } from '../../src/core/election/definition.ts'
import { entryWriter, leafText } from '../../src/core/log/entry.ts'
import { formatRecord, parseRecord } from '../../src/core/log/record.ts'
import { rollCommitment } from '../../src/core/log/roll-commitment.ts'
import { leafHash } from '../../src/core/tlog/merkle.ts'
import { rollOrder } from '../../src/organise/public-log.ts'

const election = electionFrom({
  id: 'city-2026',
  title: 'City',
  opens_at: '2026-01-01T00:00:00Z',
  closes_at: '2026-01-02T00:00:00Z',
  results: 'live',
  suppress_below: 5,
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
  contests: [{ id: 'mayor', title: 'Mayor', options: ['a', 'b', 'c'].map((id) => ({ id, name: id })) }],
})
const hex = (latin1: string) => Buffer.from(latin1, 'latin1').toString('hex')
const digest = nodeDigest()
const GUID = '3f0c9a52-6f0e-4a3e-9d52-6a1f3c8d2b10'
const credential = digest.credential(credentialText(credentialPrefix('city-2026'), 'P-0001', GUID))

test('a credential has the bytes of the specification', () => {
  //     guid=3f0c9a52-6f0e-4a3e-9d52-6a1f3c8d2b10
  //     printf 'digital-elections/v1/credential\ncity-2026\nP-0001\n%s' $guid | sha256sum
  assert.equal(hex(credential), '0d9d42411d672240f12f217c6886b0edae25d163e4bfeb67462a764846f43315')
  const typed = credentialText(credentialPrefix('city-2026'), 'P-0001', GUID.toUpperCase())
  assert.equal(digest.credential(typed), credential)
  const composed = credentialText('', 'Zo\u00eb', GUID)
  assert.equal(credentialText('', 'Zoe\u0308', GUID), composed)
})

test('a tag has the bytes of the specification', () => {
  // (head -c 32 /dev/zero | tr '\0' '\1'; printf … | sha256sum -b | xxd -r -p) | sha256sum
  assert.equal(
    hex(tagger(new Uint8Array(32).fill(1))(credential)),
    '8400eab8c20eca8c2366520de2778a3bcedb352adf9e5d48e62b2e9355089907',
  )
})

test('a ballot entry and its tracker have the bytes of the specification', () => {
  const entry = entryWriter(election, [5, 4])(0, '[[2]]' as Choices, '000102030405060708090a0b0c0d0e0f')
  assert.equal(
    entry,
    '{"v":1,"election":"city-2026","style":"1","district":"north","choices":[[2]],' +
      '"nonce":"000102030405060708090a0b0c0d0e0f"}',
  )
  // printf '\0%s' "$entry" | openssl dgst -sha256 -binary | basenc --base64url
  assert.equal(digest.tracker(leafText(entry)), '4FCxS5c8P91RAWvs8Bj9l81p4TX5A1qQOggTqNWp7OA')
})

test('an entry names no district with too few voters, only its ballot style', () => {
  const entry = entryWriter(election, [5, 4])(1, '[[0]]' as Choices, '000102030405060708090a0b0c0d0e0f')
  assert.equal(
    entry,
    '{"v":1,"election":"city-2026","style":"1","choices":[[0]],"nonce":"000102030405060708090a0b0c0d0e0f"}',
  )
})

test('a retry mark has the bytes of the specification', () => {
  // printf '%s\nattempt-1' CREDENTIAL_IN_HEX | sha256sum | head -c 32
  assert.equal(hex(digest.retryMark(credential, 'attempt-1')), '1f561179eda24a11162362b9f07ebcc7')
})

test('the draw key of the step to 30 ballots, and a draw with it, have the specification’s bytes', () => {
  const secret = new Uint8Array(32).fill(1)
  //     bytes() { { printf '01%.0s' $(seq 32); printf '%016X' $1; } | basenc --base16 -d; }
  //     key() { { printf 'digital-elections/v2/draw\n'; bytes $1; } | sha256sum | cut -c-64; }
  //     key 30; key 20
  const key = (published: number) => Buffer.from(drawKey(secret, published)).toString('hex')
  assert.equal(key(30), '2daa65604df55d0507df7895aa048dc5d7b36d5131c217efd329642cb8131ced')
  assert.equal(key(20), 'a44cb51e5baf8c469c2063c13c4a66aad4617fe74b3169fa2570e9d4fd4db046')
  //     leaf() { printf '\0%s' "$entry" | openssl dgst -sha256 -binary; }
  //     leaf | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(key 30)
  const leaf = Buffer.from('4FCxS5c8P91RAWvs8Bj9l81p4TX5A1qQOggTqNWp7OA', 'base64url')
  const draw = (published: number) => hex(ballotDraws(secret)(published)(leaf, 0))
  assert.equal(draw(30), '388283f9be1adc86ac19ae3b7e36ec6621321998b2bdfda2ba9e398f14797025')
  assert.equal(draw(20), 'f2134aecdd23ed8ec39f58df33e22d57633bd863957a1a21aaa0896549bc9ea0')
})

test('an end-of-voting entry has the bytes of the specification', () => {
  const text = '{"v":2,"entry":"end","election":"city-2026","at":"2026-01-02T00:00:00.000Z","ballots":27}'
  const record = {
    ...({ v: 2, entry: 'end', election: 'city-2026', ballots: 27 } as const),
    atMs: Date.parse('2026-01-02T00:00:00Z'),
  }
  assert.equal(formatRecord(record), text)
  assert.deepEqual(parseRecord(text), record)
  // printf '\0%s' "$text" | openssl dgst -sha256 -binary | base64
  const leaf = leafHash(nodeTreeHasher(), Buffer.from(text))
  assert.equal(Buffer.from(leaf).toString('base64'), '6a7SSrls+qhwzNus3EQiSp5JEIrClLyDL5DTCyF5NWY=')
  // Version 1 does not have this entry.
  assert.throws(() => parseRecord(text.replace('"v":2', '"v":1')), /version 1/)
})

test('the roll root of three voters is over their leaves ascending by credential', () => {
  //     guid=3f0c9a52-6f0e-4a3e-9d52-6a1f3c8d2b10
  //     sha() { sha256sum | cut -c-64; }
  //     credential() { printf 'digital-elections/v1/credential\ncity-2026\n%s\n%s' $1 $guid | sha; }
  //     unhex() { tr a-f A-F | basenc --base16 -d; }
  //     leaf() { { printf '\0'; printf %s $1 | unhex; } | sha; }
  //     node() { { printf '\1'; printf %s%s $1 $2 | unhex; } | sha; }
  //     each() { for v in P-0001.0000 P-0002.0001 P-0003.0000; do echo $(credential ${v%.*})${v#*.}; done; }
  //     set -- $(each | LC_ALL=C sort)
  //     node $(node $(leaf $1) $(leaf $2)) $(leaf $3) | unhex | base64
  assert.equal(rootOf(2), 'dx6hyNqOo1lDn9saH/RSaAWFc6ZmDRJc0lhJ8JL0RHw=')
  // The same without `| LC_ALL=C sort`.
  assert.equal(rootOf(1), 'KoWib3yEF/4oZ5cWMCiIj+c5pPIRaohD2/kwnQDXxhQ=')
})

/** The root that a log of this version commits to, for a database with three voters. */
function rootOf(v: 1 | 2): string {
  const folder = mkdtempSync(join(tmpdir(), 'roll-vector-'))
  try {
    const file = join(folder, 'election.db')
    const database = new DatabaseSync(file)
    database.exec(SCHEMA)
    const enrol = database.prepare('INSERT INTO voters (credential, district) VALUES (?, ?)')
    for (const [id, district] of [['P-0001', 0] as const, ['P-0002', 1] as const, ['P-0003', 0] as const]) {
      const bytes = digest.credential(credentialText(credentialPrefix('city-2026'), id, GUID))
      enrol.run(Buffer.from(bytes, 'latin1'), district)
    }
    database.close()
    const roll = rollCommitment(nodeTreeHasher(), 2)
    for (const { credentials, districts } of rollPages(file, rollOrder(v)))
      for (const [i, district] of districts.entries()) roll.add(credentials, i * 32, district)
    return Buffer.from(roll.root()).toString('base64')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
