/**
 * `/results/stream?deltas=1` of a real server: a whole snapshot, then what changes; as it is and
 * compressed, resumed, cut, and over a restart. What a reader of it knows is what `/results` says.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import { after, before, test } from 'node:test'
import { constants, createGunzip } from 'node:zlib'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { type Known, known } from '../../src/web/dashboard/stream-reader.ts'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'

const DISTRICTS = Array.from({ length: 250 }, (_, d) => ({ id: `d${d}`, name: `District number ${d}` }))

let server: TestServer
before(async () => {
  server = await startServer({
    definition: openElectionFile({ districts: DISTRICTS }),
    roll: rollOf(
      60,
      DISTRICTS.map(({ id }) => id),
    ),
  })
})
after(() => server.stop())

interface Reader {
  readonly known: () => Known | null
  /** Events of deltas and of whole snapshots so far. */
  readonly heard: { deltas: number; wholes: number }
  readonly bytes: () => number
  readonly until: (what: (snapshot: ResultsSnapshot) => boolean) => Promise<ResultsSnapshot>
  readonly beat: () => Promise<void>
  readonly stop: () => void
}

/** Reads a stream as a page does. */
async function read(query: string, gzip: boolean, from: Known | null = null): Promise<Reader> {
  const request = get(`${server.url}/results/stream?deltas=1${query}`, {
    headers: gzip ? { 'accept-encoding': 'gzip' } : {},
  })
  const [answer] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
  assert.equal(answer.headers['content-encoding'], gzip ? 'gzip' : undefined)
  let now = from
  let bytes = 0
  let text = ''
  let beats = 0
  let wake = () => {}
  const heard = { deltas: 0, wholes: 0 }
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  answer.on('error', () => {})
  const plain = gzip ? answer.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })) : answer
  plain.on('error', () => {})
  plain.on('data', (chunk: Buffer) => {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop()!
    for (const event of events) {
      const fields = Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
      if (fields.event === 'beat') beats++
      if (fields.id === undefined) continue
      const delta = fields.event === 'delta'
      now = known(now, { id: fields.id, delta, data: fields.data })
      assert.notEqual(now, null, 'an event is missing')
      heard[delta ? 'deltas' : 'wholes']++
    }
    wake()
  })
  const until = async (what: () => boolean) => {
    const endMs = performance.now() + 30_000
    while (!what()) {
      assert.ok(performance.now() < endMs, 'waited too long')
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, 1_000).unref()
      })
    }
  }
  return {
    ...{ known: () => now, heard, bytes: () => bytes, stop: () => request.destroy() },
    until: async (what) => {
      await until(() => now !== null && what(now.snapshot))
      return now!.snapshot
    },
    beat: () => until(() => beats > 0),
  }
}

const results = async () => (await (await fetch(`${server.url}/results`)).json()) as ResultsSnapshot
const cast = async (from: number, until: number) => {
  for (const key of server.keys.slice(from, until))
    assert.equal((await vote(server.url, key, 'ada')).status, 201)
}
/** All but the moment it was made. */
const timeless = ({ as_of, votes_per_second, log, ...rest }: ResultsSnapshot) => rest
const rowsSum = ({ contests }: ResultsSnapshot) =>
  contests![0]!.by_district.reduce((sum, [, ...votes]) => sum + votes.reduce((a, b) => a + b, 0), 0)

test('a whole snapshot, then deltas: the same is known as /results says, in either form', async (t) => {
  const [plain, zipped] = await Promise.all([read('', false), read('', true)])
  t.after(() => [plain, zipped].map((reader) => reader.stop()))
  await cast(0, 20)
  for (const reader of [plain, zipped]) {
    // Totals at once; every row a moment later.
    await reader.until((snapshot) => snapshot.cast === 20)
    await reader.until((snapshot) => rowsSum(snapshot) === 20)
    assert.equal(reader.heard.wholes, 1)
    assert.ok(reader.heard.deltas > 0)
    assert.deepEqual(timeless(reader.known()!.snapshot), timeless(await results()))
  }
  assert.ok(zipped.bytes() * 3 < plain.bytes(), `${zipped.bytes()} of ${plain.bytes()} bytes`)
})

test('who comes back with the last id is told what it missed, and nothing where it missed nothing', async (t) => {
  let first = await read('', true)
  await first.beat()
  first.stop()
  // While the log is published and ballots per second fall to nothing there is news; then there is
  // none.
  for (let silent = false; !silent; ) {
    const idle = await read(`&last=${first.known()!.id}`, true, first.known())
    await idle.beat()
    idle.stop()
    assert.equal(idle.heard.wholes, 0)
    silent = idle.heard.deltas === 0
    first = idle
  }
  // Somebody else's stream keeps the steps coming.
  const other = await read('', false)
  t.after(() => other.stop())
  await cast(20, 30)
  await other.until((snapshot) => rowsSum(snapshot) === 30)
  const again = await read(`&last=${first.known()!.id}`, false, first.known())
  t.after(() => again.stop())
  await again.until((snapshot) => rowsSum(snapshot) === 30)
  assert.equal(again.heard.wholes, 0)
  assert.deepEqual(timeless(again.known()!.snapshot), timeless(other.known()!.snapshot))
})

test('an id that is not known, or of a server that began again, gets the whole', async (t) => {
  const before = await read('', true)
  await before.beat()
  before.stop()
  for (const last of ['x', `${before.known()!.id}0`, '1795971600000', '%20']) {
    const reader = await read(`&last=${last}`, true)
    await reader.beat()
    assert.deepEqual([reader.heard.wholes, reader.known()!.snapshot.cast], [1, 30], last)
    reader.stop()
  }
  await server.restart()
  const after = await read(`&last=${before.known()!.id}`, true, before.known())
  t.after(() => after.stop())
  await after.beat()
  assert.equal(after.heard.wholes, 1)
  assert.deepEqual(timeless(after.known()!.snapshot), timeless(await results()))
})

test('what is asked for in a form there is none of is refused', async () => {
  for (const query of ['deltas=2', 'deltas=', `deltas=1&last=${'9'.repeat(41)}`])
    assert.equal((await fetch(`${server.url}/results/stream?${query}`)).status, 400, query)
})

test('results for after the close: no delta tells of choices', async (t) => {
  const hidden = await startServer({
    definition: openElectionFile({ results: 'after-close' }),
    roll: rollOf(20),
  })
  t.after(() => hidden.stop())
  const open = server
  server = hidden
  t.after(() => {
    server = open
  })
  const reader = await read('', false)
  await cast(0, 9)
  const shown = await reader.until((snapshot) => snapshot.cast === 9)
  reader.stop()
  assert.deepEqual([shown.contests, shown.blank, shown.held], [null, null, null])
})
