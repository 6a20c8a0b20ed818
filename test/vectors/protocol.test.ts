/**
 * Fixed vectors of docs/protocol.md: if one of these changes, every stored election reads differently. Each was made
 * by the shell command beside it, not by this code.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import type { Choices } from '../../src/core/election/choices.ts'
import { credentialPrefix, credentialText } from '../../src/core/election/credential.ts'
import { electionFrom } from '../../src/core/election/definition.ts'
import { entryWriter, leafText } from '../../src/core/log/entry.ts'

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

test('credential', () => {
  // printf 'digital-elections/v1/credential\ncity-2026\nP-0001\n3f0c9a52-6f0e-4a3e-9d52-6a1f3c8d2b10' | sha256sum
  assert.equal(hex(credential), '0d9d42411d672240f12f217c6886b0edae25d163e4bfeb67462a764846f43315')
  const typed = credentialText(credentialPrefix('city-2026'), 'P-0001', GUID.toUpperCase())
  assert.equal(digest.credential(typed), credential)
  const composed = credentialText('', 'Zo\u00eb', GUID)
  assert.equal(credentialText('', 'Zoe\u0308', GUID), composed)
})

test('tag', () => {
  // (head -c 32 /dev/zero | tr '\0' '\1'; printf … | sha256sum -b | xxd -r -p) | sha256sum
  assert.equal(
    hex(tagger(new Uint8Array(32).fill(1))(credential)),
    '8400eab8c20eca8c2366520de2778a3bcedb352adf9e5d48e62b2e9355089907',
  )
})

test('ballot entry and tracker', () => {
  const entry = entryWriter(election, [5, 4])(0, '[[2]]' as Choices, '000102030405060708090a0b0c0d0e0f')
  assert.equal(
    entry,
    '{"v":1,"election":"city-2026","style":"1","district":"north","choices":[[2]],"nonce":"000102030405060708090a0b0c0d0e0f"}',
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

test('retry mark', () => {
  // printf '%s\nattempt-1' CREDENTIAL_IN_HEX | sha256sum | head -c 32
  assert.equal(hex(digest.retryMark(credential, 'attempt-1')), '1f561179eda24a11162362b9f07ebcc7')
})
