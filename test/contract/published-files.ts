/**
 * The promises of each store for the files of a public log (ports/published-files.ts, log-store.ts,
 * witness.ts).
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newLogKey } from '../../src/adapters/node/log-signer.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { leafHash } from '../../src/core/tlog/merkle.ts'
import { signedCheckpoint } from '../../src/core/tlog/signed-checkpoint.ts'
import type { PublishedFiles } from '../../src/ports/published-files.ts'

export interface PlaceUnderTest {
  /** Another process with the same log. */
  readonly open: () => PublishedFiles
  readonly dispose: () => Promise<void>
}

export interface Promises {
  /** Whether the store compares and writes atomically. */
  readonly conditional: boolean
}

const { signer } = newLogKey('example.org/contract')
const hasher = nodeTreeHasher()

/** A signed checkpoint with this number of leaves. */
export function note(size: number): string {
  const root = leafHash(hasher, new TextEncoder().encode(`root of ${size}`))
  return signedCheckpoint(hasher.sha256, signer, { size, root })
}

const bytes = (text: string) => new TextEncoder().encode(text)
const CHANGES = 'certification.json'
const PATHS = ['genesis.json', 'tile/0/000', 'tile/0/x001/234.p/5', 'tile/entries/000.p/3', 'tile/1/000']

export function publishedFilesContract(
  name: string,
  open: () => Promise<PlaceUnderTest>,
  { conditional }: Promises,
): void {
  let place: PlaceUnderTest
  let files: PublishedFiles
  before(async () => {
    place = await open()
    files = place.open()
  })
  after(() => place?.dispose())

  test(`${name}: no file exists before it is written`, async () => {
    assert.equal(await files.read('tile/0/000'), undefined)
    assert.equal(await files.checkpoint(), undefined)
    assert.equal(await files.witnessed(), undefined)
  })

  test(`${name}: every process reads a written file completely, also after it is written again`, async () => {
    const written = PATHS.map((path) => ({ path, bytes: bytes(`of ${path}`) }))
    await files.write(written)
    await place.open().write(written)
    await files.write([])
    for (const reader of [files, place.open()])
      for (const path of PATHS) assert.equal(Buffer.from((await reader.read(path))!).toString(), `of ${path}`)
    // The name of one file is the beginning of another's folder.
    assert.equal(await files.read('tile/0/x001/234'), undefined)
  })

  test(`${name}: many files at once, with a whole bundle among them`, async () => {
    const many = Array.from({ length: 200 }, (_, i) => ({
      path: `tile/entries/x001/${String(i).padStart(3, '0')}`,
      bytes: i === 7 ? new Uint8Array(4_000_000).fill(7) : bytes(String(i)),
    }))
    await files.write(many)
    for (const i of [0, 7, 199])
      assert.deepEqual(Buffer.from((await files.read(many[i]!.path))!), Buffer.from(many[i]!.bytes))
  })

  test(`${name}: a file that may change is replaced`, async () => {
    let before: Uint8Array | undefined
    for (const text of ['{"lots":[]}', '{"lots":["by hand"]}']) {
      const file = { path: CHANGES, bytes: bytes(text) }
      await files.replace(file, before)
      // Another process, or the same one after a lost answer, writes the same.
      await place.open().replace(file, before)
      assert.equal(Buffer.from((await place.open().read(CHANGES))!).toString(), text)
      before = file.bytes
    }
  })

  test(`${name}: a file that is not the expected one is not replaced`, async () => {
    const now = await files.read(CHANGES)
    for (const before of [undefined, bytes('{"lots":[]}')])
      await assert.rejects(files.replace({ path: CHANGES, bytes: bytes('{}') }, before), {
        name: 'ReplacedMeanwhile',
      })
    await assert.rejects(files.replace({ path: 'none.json', bytes: bytes('{}') }, now), {
      name: 'ReplacedMeanwhile',
    })
    assert.deepEqual(await place.open().read(CHANGES), now)
    assert.equal(await files.read('none.json'), undefined)
  })

  test(`${name}: a checkpoint replaces the one before`, async () => {
    for (const size of [1, 5, 300]) {
      await files.writeCheckpoint(note(size))
      assert.equal(await files.checkpoint(), note(size))
      assert.equal(await place.open().checkpoint(), note(size))
    }
    await files.writeCheckpoint(note(300))
    await files.writeWitnessed(note(5))
    assert.equal(await place.open().witnessed(), note(5))
    assert.equal(await files.removeSuperseded(), 0)
  })

  // The rest is promised only if the store can compare and write atomically.
  if (!conditional) return

  test(`${name}: a checkpoint that another process has replaced stays`, async () => {
    const [older, newer] = [place.open(), place.open()]
    assert.equal(await older.checkpoint(), note(300))
    await newer.writeCheckpoint(note(400))
    await assert.rejects(older.writeCheckpoint(note(301)), { name: 'CheckpointMoved' })
    assert.equal(await files.checkpoint(), note(400))
    await newer.writeCheckpoint(note(401))
    // It has read the checkpoint again, and writes a larger one.
    assert.equal(await older.checkpoint(), note(401))
    await older.writeCheckpoint(note(402))
    assert.equal(await files.checkpoint(), note(402))
  })

  test(`${name}: of several processes that write at once, one succeeds`, async () => {
    const writers = Array.from({ length: 8 }, () => place.open())
    await Promise.all(writers.map((writer) => writer.checkpoint()))
    const ends = await Promise.allSettled(writers.map((writer, i) => writer.writeCheckpoint(note(500 + i))))
    const through = ends.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
    assert.equal(through.length, 1)
    assert.equal(await files.checkpoint(), note(500 + through[0]!))
  })

  test(`${name}: of several processes that replace at once, one succeeds`, async () => {
    const before = await files.read(CHANGES)
    const ends = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        place.open().replace({ path: CHANGES, bytes: bytes(`{"lot":${i}}`) }, before),
      ),
    )
    const through = ends.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
    assert.equal(through.length, 1, JSON.stringify(ends))
    assert.deepEqual(Buffer.from((await files.read(CHANGES))!).toString(), `{"lot":${through[0]}}`)
  })

  test(`${name}: an existing file with other bytes stays`, async () => {
    await assert.rejects(files.write([{ path: 'tile/0/000', bytes: bytes('another log’s') }]), {
      name: 'OtherBytes',
    })
    assert.equal(Buffer.from((await files.read('tile/0/000'))!).toString(), 'of tile/0/000')
  })
}
