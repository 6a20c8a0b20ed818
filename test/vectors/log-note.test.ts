/**
 * Notes, keys, checkpoints, cosignatures, proofs and answers of witnesses: the examples of the C2SP
 * specifications, the vectors of golang.org/x/mod/sumdb/note, round trips, and hostile text.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { base64, fromBase64 } from '../../src/core/tlog/base64.ts'
import { formatCheckpoint, parseCheckpoint } from '../../src/core/tlog/checkpoint.ts'
import {
  cosign,
  cosignatureMessage,
  decodeCosignature,
  encodeCosignature,
  verifyCosignatures,
} from '../../src/core/tlog/cosignature.ts'
import { Malformed } from '../../src/core/tlog/malformed.ts'
import { asHash, leafHash, nodeHash } from '../../src/core/tlog/merkle.ts'
import {
  claimsOf,
  formatNote,
  formatSignature,
  type Note,
  parseNote,
  parseSignatures,
  signNote,
  verifyNote,
} from '../../src/core/tlog/note.ts'
import {
  COSIGNATURE,
  ED25519,
  formatSignerKey,
  formatVerifierKey,
  isKeyName,
  parseSignerKey,
  parseVerifierKey,
  verifierKey,
} from '../../src/core/tlog/note-key.ts'
import { checkProof, formatProof, parseProof } from '../../src/core/tlog/proof.ts'
import { utf8Bytes, utf8Text } from '../../src/core/tlog/utf8.ts'
import { formatAddCheckpoint, parseAddCheckpoint, parseWitnessAnswer } from '../../src/core/tlog/witness.ts'
import { anyCharacter } from '../any-character.ts'
import { HASHER, testKey, verifyEd25519 } from '../log-keys.ts'

const parseKey = (text: string) => parseVerifierKey(HASHER.sha256, text)
const LOG = testKey('example.com/log', new Uint8Array(32).fill(1))
const OTHER = testKey('example.com/log', new Uint8Array(32).fill(2))
const WITNESS = testKey('witness.example/w1', new Uint8Array(32).fill(3), COSIGNATURE)

/** Returns the value, or Malformed; any other error fails the test. */
function orMalformed<T>(parse: () => T): T | Malformed {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Malformed) return error
    throw error
  }
}

// c2sp.org/tlog-cosignature, "A cosigned checkpoint"
const COSIGNED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`
// c2sp.org/tlog-witness, "add-checkpoint", the lines before the checkpoint
const ADD = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

${COSIGNED}`

test('utf8 and base64 agree with Node, and are strict', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      assert.deepEqual(utf8Bytes(text), new Uint8Array(Buffer.from(text)))
      assert.equal(utf8Text(utf8Bytes(text)), text)
    }),
  )
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      assert.deepEqual(fromBase64(base64(bytes)), bytes)
      assert.equal(base64(bytes), Buffer.from(bytes).toString('base64'))
      const text = orMalformed(() => utf8Text(bytes))
      if (text instanceof Malformed) assert.throws(() => decoder.decode(bytes))
      else assert.equal(text, decoder.decode(bytes))
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9+/]{0,10}={0,3}$/), (text) => {
      const bytes = orMalformed(() => fromBase64(text))
      if (!(bytes instanceof Malformed)) assert.equal(base64(bytes), text)
    }),
    { numRuns: 2000 },
  )
  for (const bad of [
    'A',
    'AA',
    'AAA',
    'AB==',
    'AAB=',
    '====',
    'AA=A',
    'A===',
    'AA A',
    'AA-_',
    'AAAé',
    'AAAA\n',
  ])
    assert.throws(() => fromBase64(bad), Malformed, bad)
  assert.equal(utf8Text(new Uint8Array(100_000).fill(97)).length, 100_000)
  assert.throws(() => utf8Bytes('\ud800'), RangeError)
})

test('signed-note: the example of the specification is parsed and verified', () => {
  const text = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.
`
  const signature =
    '— quasimodo.example/salvatore ' +
    'NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n'
  const note = parseNote(`${text}\n${signature}`)
  assert.equal(note.text, text)
  assert.equal(note.signatures[0]!.name, 'quasimodo.example/salvatore')
  assert.equal(note.signatures[0]!.keyId, 0x367ba04b)
  assert.equal(note.signatures[0]!.signature.length, 64)
  assert.equal(formatNote(note), `${text}\n${signature}`)
  assert.deepEqual(verifyNote(note, [LOG.key], verifyEd25519), { ok: false, why: 'no-known-signature' })
})

test('golang.org/x/mod/sumdb/note: its documented example is signed again and verified', () => {
  // go doc -src golang.org/x/mod/sumdb/note; example_test.go
  const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const skey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
  const signed =
    `${text}\n— PeterNeumann ` +
    'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
  const key = parseKey(vkey)
  const signer = parseSignerKey(skey)
  const again = testKey(signer.name, signer.seed)
  assert.deepEqual(again.key, key)
  assert.equal(formatVerifierKey(key), vkey)
  assert.equal(formatSignerKey(signer), skey)
  assert.equal(formatNote({ text, signatures: [signNote(text, key, again.sign)] }), signed)
  assert.deepEqual(verifyNote(parseNote(signed), [LOG.key, key], verifyEd25519), { ok: true, keys: [key] })
})

test('golang.org/x/mod/sumdb/note: keys and note of the vectors are the same', () => {
  // cd test/go && go run ./vectors > ../vectors/log-go.json
  const go = JSON.parse(readFileSync(new URL('log-go.json', import.meta.url), 'utf8')) as {
    readonly vkey: string
    readonly skey: string
    readonly note: string
    readonly roots: Readonly<Record<string, string>>
  }
  const { name, keyId } = LOG.key
  assert.equal(formatVerifierKey(LOG.key), go.vkey)
  assert.equal(formatSignerKey({ name, keyId, type: ED25519, seed: new Uint8Array(32).fill(1) }), go.skey)
  const text = formatCheckpoint({
    origin: name,
    size: 70_000,
    root: asHash(fromBase64(go.roots[70_000]!)),
    extensions: [],
  })
  assert.equal(formatNote({ text, signatures: [signNote(text, LOG.key, LOG.sign)] }), go.note)
})

test('tlog-cosignature, tlog-checkpoint, tlog-witness: the specifications’ examples verify', () => {
  const note = parseNote(COSIGNED)
  assert.equal(formatNote(note), COSIGNED)
  const checkpoint = parseCheckpoint(note.text)
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa')
  assert.equal(checkpoint.size, 20_852_163)
  assert.equal(formatCheckpoint(checkpoint), note.text)
  const { timestampS, signature } = decodeCosignature(note.signatures[1]!.signature)
  assert.equal(timestampS, 1_679_315_147)
  assert.deepEqual(encodeCosignature({ timestampS, signature }), note.signatures[1]!.signature)
  assert.equal(
    utf8Text(cosignatureMessage(timestampS, note.text)),
    `cosignature/v1\ntime 1679315147\n${note.text}`,
  )
  const request = parseAddCheckpoint(ADD)
  assert.equal(request.oldSize, 20_852_014)
  assert.equal(request.proof.length, 4)
  assert.equal(request.checkpoint, COSIGNED)
  assert.equal(formatAddCheckpoint(request), ADD)
})

const name = fc.string({ unit: anyCharacter }).filter((text) => isKeyName(text) && text.isWellFormed())
const line = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => ![...text].some((character) => character < ' '))
const PLAIN = { noNullPrototype: true } as const
const signature = fc.record(
  {
    name,
    keyId: fc.integer({ min: 0, max: 0xffffffff }),
    signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  },
  PLAIN,
)
const anyNote: fc.Arbitrary<Note> = fc.record(
  {
    text: fc
      .array(fc.oneof(line, fc.constant(''), fc.constant('— a b')))
      .map((lines) => `${lines.join('\n')}\n`),
    signatures: fc.array(signature, { minLength: 1, maxLength: 20 }),
  },
  PLAIN,
)
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const hash = seed.map(asHash)

test('notes are parsed back unchanged, including unknown signatures', () => {
  fc.assert(
    fc.property(anyNote, (note) => {
      assert.deepEqual(parseNote(formatNote(note)), note)
      assert.deepEqual(parseSignatures(note.signatures.map(formatSignature).join('')), note.signatures)
    }),
  )
  const unfit = ['no end', 'bell\u0007\n', 'tab\t\n', '\ud800\n', '']
  for (const text of unfit) assert.throws(() => signNote(text, LOG.key, LOG.sign), RangeError)
  assert.throws(() => formatNote({ text: 'a\n', signatures: [] }), RangeError)
})

test('keys are parsed back unchanged, and a wrong key id is refused', () => {
  fc.assert(
    fc.property(name, seed, fc.constantFrom(ED25519, COSIGNATURE), (keyName, bytes, type) => {
      const { key } = testKey(keyName, bytes, type)
      const text = formatVerifierKey(key)
      assert.deepEqual(parseKey(text), key)
      const signer = { name: keyName, keyId: key.keyId, type, seed: bytes }
      assert.deepEqual(parseSignerKey(formatSignerKey(signer)), signer)
      const wrong = text.replace(/\+[0-9a-f]{8}\+/, (id) =>
        id.replace(/[0-9a-f]/, (d) => (d === '0' ? '1' : '0')),
      )
      assert.throws(() => parseKey(wrong), Malformed)
    }),
  )
  for (const bad of ['', 'a b', 'a+b', 'a\tb', 'a\u0085b', 'a\u2003b', '\u3000', 'a\nb', 'a\u0007', '\ud800'])
    assert.equal(isKeyName(bad), false, JSON.stringify(bad))
  for (const good of ['a', 'example.com/log', '—', 'é', '\ufeff']) assert.equal(isKeyName(good), true)
  assert.throws(() => verifierKey(HASHER.sha256, 'a b', ED25519, new Uint8Array(32)), RangeError)
  assert.throws(() => verifierKey(HASHER.sha256, 'a', ED25519, new Uint8Array(31)), RangeError)
})

test('a note is valid if a known key signed it and no known signature is wrong', () => {
  const text = 'a text\n'
  const good = signNote(text, LOG.key, LOG.sign)
  const bad = { ...good, signature: OTHER.sign(utf8Bytes(text)) }
  const stranger = signNote(text, OTHER.key, OTHER.sign)
  const check = (...signatures: Note['signatures']) =>
    verifyNote(parseNote(formatNote({ text, signatures })), [LOG.key, WITNESS.key], verifyEd25519)
  assert.deepEqual(check(good), { ok: true, keys: [LOG.key] })
  assert.deepEqual(check(stranger, good, good), { ok: true, keys: [LOG.key] })
  assert.deepEqual(check(stranger), { ok: false, why: 'no-known-signature' })
  assert.deepEqual(check(good, bad), { ok: false, why: 'bad-signature', key: LOG.key })
  // The same name with another id, or the same id with another name, is another key.
  assert.deepEqual(check({ ...good, keyId: good.keyId ^ 1 }), { ok: false, why: 'no-known-signature' })
  assert.deepEqual(check({ ...good, name: 'x' }), { ok: false, why: 'no-known-signature' })
  // A cosignature is not a signature of the log, whatever its key.
  assert.deepEqual(check(cosign(text, WITNESS.key, 1, WITNESS.sign)), {
    ok: false,
    why: 'no-known-signature',
  })
  const signed = formatNote({ text, signatures: [good] })
  const changed = parseNote(signed.replace('a text', 'b text'))
  assert.deepEqual(verifyNote(changed, [LOG.key], verifyEd25519), {
    ok: false,
    why: 'bad-signature',
    key: LOG.key,
  })
  assert.equal(claimsOf(parseNote(signed), [LOG.key]).length, 1)
})

test('cosignatures are verified for known witnesses only, including their time', () => {
  const checkpoint = { origin: 'example.com/log', size: 3, root: asHash(new Uint8Array(32)), extensions: [] }
  const text = formatCheckpoint(checkpoint)
  const good = cosign(text, WITNESS.key, 1_700_000_000, WITNESS.sign)
  const check = (...signatures: Note['signatures']) => {
    const { good: holds, bad } = verifyCosignatures(
      { text, signatures },
      [LOG.key, WITNESS.key],
      verifyEd25519,
    )
    return { times: holds.map(({ timestampS }) => timestampS), bad: bad?.name }
  }
  assert.deepEqual(check(good), { times: [1_700_000_000], bad: undefined })
  assert.deepEqual(check(signNote(text, LOG.key, LOG.sign)), { times: [], bad: undefined })
  const later = good.signature.slice()
  later[7]! ^= 1
  assert.deepEqual(check(good, { ...good, signature: later }), {
    times: [1_700_000_000],
    bad: WITNESS.key.name,
  })
  assert.throws(() => check({ ...good, signature: good.signature.slice(1) }), Malformed)
  assert.throws(() => check({ ...good, signature: new Uint8Array(72).fill(255) }), Malformed)
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 64, maxLength: 64 }), (timestampS, bytes) => {
      const encoded = encodeCosignature({ timestampS, signature: bytes })
      assert.deepEqual(decodeCosignature(encoded), { timestampS, signature: bytes })
    }),
  )
  assert.throws(() => encodeCosignature({ timestampS: -1, signature: new Uint8Array(64) }), RangeError)
  assert.throws(() => encodeCosignature({ timestampS: 1, signature: new Uint8Array(63) }), RangeError)
})

const checkpoint = fc.record(
  {
    origin: line,
    size: fc.maxSafeNat(),
    root: hash,
    extensions: fc.array(line, { maxLength: 3 }),
  },
  PLAIN,
)

test('checkpoints are parsed back unchanged, and anything else is refused', () => {
  fc.assert(
    fc.property(checkpoint, (value) => {
      assert.deepEqual(parseCheckpoint(formatCheckpoint(value)), value)
    }),
  )
  const root = base64(new Uint8Array(32))
  const bad = [
    '', '\n', 'a\n', `a\n1\n${root}`, `a\n01\n${root}\n`, `a\n-1\n${root}\n`, `a\n+1\n${root}\n`,
    `a\n1.0\n${root}\n`, `a\n9007199254740992\n${root}\n`, `a\n1e3\n${root}\n`, `a\n 1\n${root}\n`,
    `\n1\n${root}\n`, `a\n1\n${root}\n\n`, `a\n1\n${root}\n\nb\n`, `a\n1\n${root.slice(0, -1)}\n`,
    `a\n1\n${root.slice(4)}\n`, `a\n1\n${root}=\n`, `a\n\n${root}\n`, `a\n٣\n${root}\n`,
    `a\r\n1\n${root}\r\n`,
  ] // biome-ignore format: a list
  for (const text of bad) assert.throws(() => parseCheckpoint(text), Malformed, JSON.stringify(text))
  const value = { origin: 'a', size: 1, root: asHash(new Uint8Array(32)), extensions: [] }
  for (const wrong of [
    { origin: '' },
    { origin: 'a\nb' },
    { size: -1 },
    { size: 2 ** 53 },
    { extensions: [''] },
  ])
    assert.throws(() => formatCheckpoint({ ...value, ...wrong }), RangeError)
})

test('tlog-proof: a proof is parsed back unchanged, and its path is checked', () => {
  const leaves = ['a', 'b', 'c'].map((text) => leafHash(HASHER, utf8Bytes(text)))
  const left = nodeHash(HASHER, leaves[0]!, leaves[1]!)
  const root = nodeHash(HASHER, left, leaves[2]!)
  const text = formatCheckpoint({ origin: 'example.com/log', size: 3, root, extensions: [] })
  const signed = formatNote({ text, signatures: [signNote(text, LOG.key, LOG.sign)] })
  const proof = { index: 1, hashes: [leaves[0]!, leaves[2]!], checkpoint: signed }
  assert.equal(
    formatProof(proof),
    `c2sp.org/tlog-proof@v1\nindex 1\n${base64(leaves[0]!)}\n${base64(leaves[2]!)}\n\n${signed}`,
  )
  assert.deepEqual(parseProof(formatProof(proof)), proof)
  for (const extra of [new Uint8Array(0), utf8Bytes('extra\n\n')]) {
    const text = formatProof({ ...proof, extra })
    assert.equal(text.split('\n')[1], `extra ${base64(extra)}`)
    assert.deepEqual(parseProof(text), { ...proof, extra })
  }
  assert.equal(checkProof(HASHER, proof, leaves[1]!).included, true)
  assert.equal(checkProof(HASHER, proof, leaves[0]!).included, false)
  assert.equal(checkProof(HASHER, { ...proof, index: 0 }, leaves[1]!).included, false)
  assert.equal(verifyNote(checkProof(HASHER, proof, leaves[1]!).note, [LOG.key], verifyEd25519).ok, true)

  const good = formatProof({ ...proof, extra: new Uint8Array(3) })
  const bad = [
    good.replace('@v1', '@v2'),
    good.replace('extra AAAA', 'extra AAA'),
    good.replace('extra AAAA', 'Extra AAAA'),
    good.replace('extra AAAA\n', 'extra AAAA\nextra AAAA\n'),
    good.replace('extra AAAA\nindex 1', 'index 1\nextra AAAA'),
    good.replace('index 1', 'index 01'),
    good.replace('index 1', 'index -1'),
    good.replace('index 1\n', ''),
    good.replace('\n\n', '\n'),
    good.replace('\n\n', '\n\n\n'),
    good.replace(signed, text),
    good.replace('\nindex', '\r\nindex'),
    good.replace('index 1\n', `index 1\n${`${base64(root)}\n`.repeat(64)}`),
  ]
  for (const text of bad) assert.throws(() => parseProof(text), Malformed, text)
})

test('each kind of a witness’s answer is parsed', () => {
  const lines = `— ${COSIGNED.split('— ')[2]}`
  const answer = parseWitnessAnswer(200, 'text/plain', lines)
  assert.ok(answer.kind === 'cosigned')
  assert.deepEqual(answer.signatures, parseNote(COSIGNED).signatures.slice(1))
  const conflict = (body: string) => parseWitnessAnswer(409, 'text/x.tlog.size', body)
  assert.deepEqual(conflict('20852014\n'), { kind: 'conflict', size: 20_852_014 })
  assert.deepEqual(conflict('0\n'), { kind: 'conflict', size: 0 })
  for (const bad of ['', '5', '05\n', '5\n\n', '-5\n', 'x\n', '9007199254740992\n'])
    assert.throws(() => conflict(bad), Malformed, JSON.stringify(bad))
  for (const bad of [
    '',
    '\n',
    lines.trimEnd(),
    `${lines}\n`,
    'hello\n',
    '— a\n',
    '— a AAAA\n',
    '— a AAAAAA== b\n',
  ])
    assert.throws(() => parseWitnessAnswer(200, 'text/plain', bad), Malformed, JSON.stringify(bad))
  assert.deepEqual(parseWitnessAnswer(404, 'text/plain', 'unknown log\n'), {
    kind: 'refused',
    status: 404,
    reason: 'unknown log',
  })
  const long = parseWitnessAnswer(409, 'text/plain', `a\u001b[31m\n${'x'.repeat(1000)}`)
  assert.ok(long.kind === 'refused' && long.reason.startsWith('a [31m x') && long.reason.length <= 200)
  const request = { oldSize: 0, proof: [], checkpoint: COSIGNED }
  assert.deepEqual(parseAddCheckpoint(formatAddCheckpoint(request)), request)
  for (const bad of [
    '',
    'old\n\n',
    `old 01\n\n${COSIGNED}`,
    `new 1\n\n${COSIGNED}`,
    ADD.replace('old', 'old '),
  ])
    assert.throws(() => parseAddCheckpoint(bad), Malformed)
  const proof = Array.from({ length: 64 }, () => asHash(new Uint8Array(32)))
  assert.throws(() => formatAddCheckpoint({ oldSize: 1, proof, checkpoint: COSIGNED }), RangeError)
  assert.equal(
    parseAddCheckpoint(formatAddCheckpoint({ ...request, oldSize: 1, proof: proof.slice(1) })).proof.length,
    63,
  )
})

/**
 * Every parser of text, with the formatter that must give back exactly the text that it accepts.
 */
const PARSERS: Readonly<Record<string, (text: string) => string>> = {
  note: (text) => formatNote(parseNote(text)),
  signatures: (text) => parseSignatures(text).map(formatSignature).join(''),
  checkpoint: (text) => formatCheckpoint(parseCheckpoint(text)),
  verifierKey: (text) => formatVerifierKey(parseKey(text)),
  signerKey: (text) => formatSignerKey(parseSignerKey(text)),
  proof: (text) => formatProof(parseProof(text)),
  addCheckpoint: (text) => formatAddCheckpoint(parseAddCheckpoint(text)),
}
const GOOD = [
  COSIGNED,
  COSIGNED.split('\n\n')[1]!,
  `${COSIGNED.split('\n\n')[0]}\n`,
  formatVerifierKey(LOG.key),
  'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  formatProof({
    index: 7,
    hashes: [asHash(new Uint8Array(32))],
    extra: utf8Bytes('x'),
    checkpoint: COSIGNED,
  }),
  ADD,
]

test('hostile text is Malformed, or has exactly one meaning', () => {
  for (const [i, [what, again]] of Object.entries(PARSERS).entries())
    assert.equal(again(GOOD[i]!), GOOD[i], what)
  const scrambled = fc
    .tuple(
      fc.constantFrom(...GOOD),
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.string({ unit: anyCharacter, maxLength: 3 })), {
        maxLength: 4,
      }),
    )
    .map(([text, edits]) =>
      edits.reduce((now, [at, cut, put]) => {
        const place = at % (now.length + 1)
        return now.slice(0, place) + put + now.slice(place + cut)
      }, text),
    )
  const structured = fc
    .array(
      fc.constantFrom(
        '\n',
        '\n\n',
        '— ',
        'a',
        ' ',
        'AAAAAA==',
        '0',
        '1',
        'old ',
        'index ',
        'extra ',
        '+',
        '=',
        base64(new Uint8Array(32)),
        'c2sp.org/tlog-proof@v1',
      ),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: anyCharacter }), scrambled, structured), (text) => {
      for (const [what, again] of Object.entries(PARSERS)) {
        const result = orMalformed(() => again(text))
        if (!(result instanceof Malformed)) assert.equal(result, text, what)
      }
    }),
    { numRuns: 3000 },
  )
})

test('large hostile text is refused quickly', { timeout: 20_000 }, () => {
  const patterns = [
    '\n',
    '\n\n',
    '— ',
    '— a ',
    '— a AAAAAAA=\n',
    'A',
    '+',
    ' ',
    'old 1\n',
    'x\n',
    '\u2014',
    '=',
    'a\n\n— a AAAAAAA=\n',
  ]
  const heads = ['', 'a\n\n', 'c2sp.org/tlog-proof@v1\nindex 0\n', 'old 1\n']
  for (const pattern of patterns)
    for (const head of heads) {
      const text = head + pattern.repeat(Math.ceil(1_200_000 / pattern.length))
      const capped = text.slice(0, 999_998)
      for (const again of Object.values(PARSERS)) orMalformed(() => again(`${capped}\n\n`))
    }
  for (const pattern of patterns)
    for (const again of Object.values(PARSERS))
      assert.throws(() => again(pattern.repeat(3_000_000 / pattern.length)), Malformed)
  const many = (count: number) => `a\n\n${'— a AAAAAAA=\n'.repeat(count)}`
  assert.equal(parseNote(many(100)).signatures.length, 100)
  assert.throws(() => parseNote(many(101)), Malformed)
  assert.throws(() => parseNote(`${'x'.repeat(1_000_000)}\n\n— a AAAAAAA=\n`), Malformed)
})
