/**
 * Whatever lies there as a certification, it is read as one or refused: nothing else ends the
 * reading.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Malformed } from '../tlog/malformed.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { type CertificationDocument, parseCertification } from './certification-form.ts'
import { MOST_CERTIFICATION_BYTES } from './resource-bounds.ts'

const DOCUMENT = {
  ...{
    format: 'digital-elections/certification/v1',
    election: 'council',
    title: 'Rada 🗳 «Łódź»',
    simulated: false,
  },
  ...{ at: '2026-11-23T20:15:00.000Z', software: 'digital-elections 0.1.0', result_sha256: 'ab'.repeat(32) },
  ...{ keys_issued: 8, keys_used: 3, ballots: 3, turnout: 0.375 },
  contests: [
    {
      ...{ id: 'mayor', title: 'Mayor', votes_allowed: 1, ballots: 3, blank: 1, undervotes: 1 },
      options: [{ id: 'ada', name: 'Ada', votes: 2 }],
    },
  ],
  log: { key: 'a key', checkpoint: 'a note' },
  checked: [{ check: 'ballots', count: 3 }],
  note: 'a note',
}

const written = (document: unknown) => utf8Bytes(`${JSON.stringify(document)}\n`)
const refuses = (bytes: Uint8Array, why: string) =>
  assert.throws(
    () => parseCertification(bytes),
    (error) => error instanceof Malformed && error.message === why,
  )

test('a document as it is written is read', () => {
  const { note, ...statement } = DOCUMENT
  assert.deepEqual(parseCertification(written(DOCUMENT)), { statement, note } as CertificationDocument)
})

test('every member must be there, of its kind, and none besides', () => {
  for (const member of Object.keys(DOCUMENT)) {
    refuses(written({ ...DOCUMENT, [member]: undefined }), 'not a certification')
    refuses(written({ ...DOCUMENT, [member]: null }), 'not a certification')
    refuses(written({ ...DOCUMENT, [member]: [[]] }), 'not a certification')
  }
  const [contest] = DOCUMENT.contests
  for (const changes of [
    { format: 'digital-elections/certification/v2' },
    { more: 1 },
    { ballots: -1 },
    { ballots: 1.5 },
    { at: '2026-11-23T20:15:00Z' },
    { at: '2026-02-30T20:15:00.000Z' },
    { at: 'today' },
    { software: 'digital-elections' },
    { software: `${'x'.repeat(101)} 1` },
    { software: 'a \u202eb' },
    { contests: [{ ...contest, more: 1 }] },
    { contests: [{ ...contest, options: [{ id: 'ada', name: 'Ada' }] }] },
    { log: { ...DOCUMENT.log, more: 1 } },
    { checked: [{ check: 'ballots' }] },
  ])
    refuses(written({ ...DOCUMENT, ...changes }), 'not a certification')
})

test('there is one way to write it', () => {
  const text = `${JSON.stringify(DOCUMENT)}\n`
  for (const other of [
    text.trimEnd(),
    `${text}\n`,
    ` ${text}`,
    text.replace('"ballots":3', '"ballots":3.0'),
    text.replace('"ballots":3', '"ballots":3e0'),
    text.replace('"blank":1', '"blank":-0'),
    text.replace('"Mayor"', '"\\u004dayor"'),
    text.replace('"keys_used":3', '"keys_used":2,"keys_used":3'),
    `${JSON.stringify(DOCUMENT, null, 1)}\n`,
  ]) {
    assert.notEqual(other, text)
    refuses(utf8Bytes(other), 'written in another way')
  }
})

test('bytes without end and lists without bottom are refused, not read', () => {
  refuses(new Uint8Array(MOST_CERTIFICATION_BYTES + 1), 'longer than any')
  const deep = `${'['.repeat(1e6)}${']'.repeat(1e6)}`
  refuses(utf8Bytes('['.repeat(1e6)), 'nested deeper than any')
  refuses(utf8Bytes(`${deep}\n`), 'nested deeper than any')
  refuses(
    utf8Bytes(JSON.stringify(DOCUMENT).replace('[{"check"', `${deep},[{"check"`)),
    'nested deeper than any',
  )
  refuses(written({ ...DOCUMENT, title: 'x'.repeat(2e6) }), 'a text in it is longer than any')
})

test('anything else is refused as well', () => {
  const orMalformed = (bytes: Uint8Array) => {
    try {
      parseCertification(bytes)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), orMalformed))
  fc.assert(fc.property(fc.jsonValue(), (value) => orMalformed(written(value))))
  const members = fc.constantFrom(...Object.keys(DOCUMENT))
  fc.assert(
    fc.property(members, fc.jsonValue(), (member, value) =>
      orMalformed(written({ ...DOCUMENT, [member]: value })),
    ),
  )
})
