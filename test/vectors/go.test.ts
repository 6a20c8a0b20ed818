/**
 * A log written by core/log, judged by programs that are not ours:
 * golang.org/x/mod/sumdb/{note,tlog} through test/go/logcheck, Tessera's fsck, torchwood's proof
 * verifier and its litewitness. Each must also see a flipped byte.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { formatCheckpoint, parseCheckpoint } from '../../src/core/tlog/checkpoint.ts'
import { cosign, verifyCosignatures } from '../../src/core/tlog/cosignature.ts'
import { bundleLeaves, encodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { HASH_BYTES, type Hash } from '../../src/core/tlog/merkle.ts'
import { consistencyProof, inclusionProof } from '../../src/core/tlog/merkle-proof.ts'
import { formatNote, type NoteSignature, parseNote, signNote } from '../../src/core/tlog/note.ts'
import { COSIGNATURE, formatVerifierKey, parseVerifierKey } from '../../src/core/tlog/note-key.ts'
import { formatProof } from '../../src/core/tlog/proof.ts'
import { bundlePath, bundlesGrown, hashReader, tilePath } from '../../src/core/tlog/tile.ts'
import { tileBuilder } from '../../src/core/tlog/tile-builder.ts'
import { formatAddCheckpoint, parseWitnessAnswer } from '../../src/core/tlog/witness.ts'
import { type GoTools, goTools, withoutGo } from '../go-tools.ts'
import { startLitewitness } from '../litewitness.ts'
import { HASHER, testKey, verifyEd25519 } from '../log-keys.ts'

const ORIGIN = 'example.com/city-2026'
const LOG = testKey(ORIGIN, new Uint8Array(32).fill(5))
const VKEY = formatVerifierKey(LOG.key)
/**
 * Sizes at which checkpoints were published; the last has tiles of three levels, full and partial.
 */
const SIZES = [1, 300, 512, 66_000]
const LAST = SIZES.at(-1)!
const entryOf = (i: number) => Buffer.from(`{"v":1,"number":${i},"text":"é${'x'.repeat(i % 50)}"}`)
const skip = withoutGo()

let root = ''
let log = ''
let tools: GoTools
before(() => {
  if (skip !== false) return
  tools = goTools()
  root = mkdtempSync(join(tmpdir(), 'go-log-'))
  log = join(root, 'log')
  writeLog(log)
  writeFileSync(join(root, 'vkey'), VKEY)
})
after(() => {
  if (root !== '') rmSync(root, { recursive: true })
})

function write(dir: string, path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  writeFileSync(join(dir, path), bytes)
}

/**
 * Publishes as a log would: at each size the bundles and tiles that are new, then the checkpoint.
 */
function writeLog(dir: string): void {
  const builder = tileBuilder(HASHER, (tile, bytes) => write(dir, tilePath(tile), bytes))
  for (const [i, size] of SIZES.entries()) {
    for (const bundle of bundlesGrown(builder.size(), size)) {
      const first = bundle.index * 256
      const bytes = encodeBundle(Array.from({ length: bundle.width }, (_, j) => entryOf(first + j)))
      write(dir, bundlePath(bundle), bytes)
      builder.append(bundleLeaves(HASHER, bytes, bundle.width), builder.size() - first)
    }
    for (const { tile, bytes } of builder.partials()) write(dir, tilePath(tile), bytes)
    const signed = signedCheckpoint(size, builder.root())
    write(dir, `checkpoint.${i}`, signed)
    write(dir, 'checkpoint', signed)
  }
}

function signedCheckpoint(size: number, rootHash: Hash): string {
  const text = formatCheckpoint({ origin: ORIGIN, size, root: rootHash, extensions: [] })
  return formatNote({ text, signatures: [signNote(text, LOG.key, LOG.sign)] })
}

const reader = (size: number) =>
  hashReader(HASHER, size, (tile) => new Uint8Array(readFileSync(join(log, tilePath(tile)))))

interface Logcheck {
  readonly ok: boolean
  readonly error?: string
  readonly size: number
  readonly tiles: number
  readonly included: number
  readonly consistent: number
}

function logcheck(dir: string, old: readonly string[] = []): Logcheck & { readonly status: number | null } {
  const leaves = [0, 1, 255, 256, 300, 65_535, 65_536, LAST - 1].join(',')
  const args = ['-dir', dir, '-vkey', VKEY, '-leaves', leaves, '-old', old.join(',')]
  const { status, stdout } = spawnSync(tools.logcheck, args, { encoding: 'utf8' })
  return { ...(JSON.parse(stdout) as Logcheck), status }
}

/**
 * It ends with 0 even when it finds something: only its words tell. Each of its workers stops at
 * the first wrong tile and with the last of them it waits for ever, hence many.
 */
function fsckAccepts(dir: string): boolean {
  const url = pathToFileURL(dir).href
  const args = [
    `-storage_url=${url}`,
    `-public_key=${join(root, 'vkey')}`,
    '-ui=false',
    '-N=16',
    '-logtostderr',
  ]
  const { stderr } = spawnSync(tools.fsck, args, { encoding: 'utf8', timeout: 60_000 })
  const [good, bad] = [stderr.includes("Successfully fsck'd log"), stderr.includes('fsck failed')]
  assert.notEqual(good, bad, stderr)
  return good
}

const earlier = () => SIZES.map((_, i) => join(log, `checkpoint.${i}`))

test('golang.org/x/mod accepts the log, its inclusion and its consistency', { skip }, () => {
  const { status, ...answer } = logcheck(log, earlier())
  assert.equal(answer.error, undefined)
  assert.deepEqual(
    [status, answer.ok, answer.size, answer.included, answer.consistent],
    [0, true, LAST, 8, 4],
  )
  assert.ok(answer.tiles > LAST / 256)
})

test("Tessera's fsck accepts the log", { skip }, () => {
  assert.equal(fsckAccepts(log), true)
})

test('both see one flipped bit in any kind of file', { skip }, () => {
  const victims = [
    'tile/entries/000',
    'tile/entries/257.p/208',
    'tile/0/100',
    'tile/0/257.p/208',
    'tile/1/000',
    'tile/1/001.p/1',
    'tile/2/000.p/1',
    'checkpoint',
  ]
  const copy = join(root, 'copy')
  cpSync(log, copy, { recursive: true })
  for (const victim of victims) {
    const bytes = readFileSync(join(copy, victim))
    const changed = Buffer.from(bytes)
    changed[Math.floor(changed.length / 2)]! ^= 1
    writeFileSync(join(copy, victim), changed)
    const { status, ok, error } = logcheck(copy)
    assert.deepEqual([status, ok], [1, false], victim)
    assert.match(error ?? '', victim === 'checkpoint' ? /checkpoint/ : /tile\/(entries|[012])\//)
    assert.equal(fsckAccepts(copy), false, victim)
    writeFileSync(join(copy, victim), bytes)
  }
  assert.equal(logcheck(copy).ok, true)
})

test('golang.org/x/mod sees a checkpoint of another history, and a rollback', { skip }, () => {
  const fork = join(root, 'fork')
  writeFileSync(fork, signedCheckpoint(300, HASHER.sha256(new Uint8Array(1)) as Hash))
  assert.match(logcheck(log, [fork]).error ?? '', /fork/)
  writeFileSync(fork, signedCheckpoint(LAST + 1, HASHER.sha256(new Uint8Array(1)) as Hash))
  assert.match(logcheck(log, [fork]).error ?? '', /rolled back/)
})

test('torchwood accepts a proof with a cosignature, for its entry alone', { skip }, () => {
  const witness = testKey('witness.example/w1', new Uint8Array(32).fill(6), COSIGNATURE)
  const note = parseNote(readFileSync(join(log, 'checkpoint'), 'utf8'))
  const cosigned = (signatures: readonly NoteSignature[]) =>
    formatNote({ text: note.text, signatures: [...note.signatures, ...signatures] })
  const check = (index: number, entry: Uint8Array, checkpoint: string) => {
    const hashes = inclusionProof(HASHER, reader(LAST), index, LAST)
    const [proofFile, entryFile] = [join(root, 'proof'), join(root, 'entry')]
    writeFileSync(proofFile, formatProof({ index, hashes, checkpoint, extra: Buffer.from('extra') }))
    writeFileSync(entryFile, entry)
    const witnesses = ['-witness', formatVerifierKey(witness.key), '-quorum', '1']
    const args = ['-vkey', VKEY, ...witnesses, '-entry', entryFile, proofFile]
    return spawnSync(tools.proofcheck, args).status
  }
  const good = cosigned([cosign(note.text, witness.key, 1_700_000_000, witness.sign)])
  for (const index of [0, 300, 65_536, LAST - 1]) assert.equal(check(index, entryOf(index), good), 0)
  assert.equal(check(300, entryOf(301), good), 1)
  assert.equal(check(300, entryOf(300), cosigned([])), 1)
  const stranger = cosign(note.text, witness.key, 1_700_000_000, LOG.sign)
  assert.equal(check(300, entryOf(300), cosigned([stranger])), 1)
})

test('litewitness cosigns what grows and nothing else', { skip }, async () => {
  const witness = await startLitewitness('witness.example/w1', [{ origin: ORIGIN, vkey: VKEY }])
  try {
    const key = parseVerifierKey(HASHER.sha256, witness.vkey)
    const offer = async (oldSize: number, proof: readonly Hash[], checkpoint: string) => {
      const body = formatAddCheckpoint({ oldSize, proof, checkpoint })
      const answer = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })
      const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
      return parseWitnessAnswer(answer.status, type, await answer.text())
    }
    let size = 0
    for (const file of earlier()) {
      const checkpoint = readFileSync(file, 'utf8')
      const note = parseNote(checkpoint)
      const next = parseCheckpoint(note.text).size
      const answer = await offer(size, consistencyProof(HASHER, reader(next), size, next), checkpoint)
      assert.ok(answer.kind === 'cosigned', JSON.stringify(answer))
      const { good, bad } = verifyCosignatures(
        { text: note.text, signatures: answer.signatures },
        [key],
        verifyEd25519,
      )
      assert.equal(bad, undefined)
      assert.equal(good.length, 1)
      assert.ok(good[0]!.timestampS > 1_700_000_000)
      size = next
    }
    const [first, second, , last] = earlier().map((file) => readFileSync(file, 'utf8')) as [
      string,
      string,
      string,
      string,
    ]
    assert.deepEqual(await offer(0, [], first), { kind: 'conflict', size: LAST })
    assert.deepEqual(await offer(300, [], second), { kind: 'conflict', size: LAST })
    const fork = signedCheckpoint(LAST + 1, new Uint8Array(HASH_BYTES) as Hash)
    const refused = async (checkpoint: string, proof: readonly Hash[] = []) => {
      const answer = await offer(LAST, proof, checkpoint)
      return answer.kind === 'refused' ? answer.status : answer.kind
    }
    assert.equal(await refused(fork, [new Uint8Array(HASH_BYTES) as Hash]), 422)
    assert.equal(await refused(last.replace(`${LAST}`, `${LAST + 1}`)), 403)
    assert.equal(await refused(last.replace(ORIGIN, 'example.com/other')), 404)
  } finally {
    await witness.stop()
  }
})
