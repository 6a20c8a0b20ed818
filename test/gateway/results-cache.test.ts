/**
 * Tests repeated requests: ETags, streams resumed by `Last-Event-ID`, the history, and held ballots
 * on every path.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import type { HistorySnapshot } from '../../src/core/tally/history.ts'
import {
  openElectionFile,
  rollOf,
  runCli,
  startServer,
  type TestElection,
  type TestServer,
  vote,
} from '../server.ts'

async function serve(t: TestContext, election: Parameters<typeof startServer>[0]) {
  const server = await startServer(election)
  t.after(() => server.stop())
  return server
}

/** Long enough for a snapshot that should not come. */
const AFTERWARDS_MS = 300
/** The event that ends the beginning of a stream. */
const BEAT = /^event: beat\ndata: .*\n\n/m

/** Returns the text of a stream until it matches `words`, and for a while after that. */
async function heard(url: string, words: RegExp, headers: Record<string, string> = {}): Promise<string> {
  const enough = new AbortController()
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(20_000)])
  const answer = await fetch(url, { headers, signal })
  let text = ''
  let said = false
  try {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (said || !words.test(text)) continue
      said = true
      setTimeout(() => enough.abort(), AFTERWARDS_MS)
    }
  } catch {}
  assert.match(text, words)
  return text
}

/** A server whose publisher has reported: from now on only ballots cause changes. */
async function serveQuiet(t: TestContext, roll: TestElection['roll']): Promise<TestServer> {
  const server = await serve(t, { definition: openElectionFile(), roll })
  const isPublished = async () =>
    ((await (await fetch(`${server.url}/results`)).json()) as ResultsSnapshot).log !== null
  while (!(await isPublished())) await sleep(20)
  return server
}

const idIn = (text: string) => /^id: (\d+)$/m.exec(text)?.[1]

test('/results has the same ETag and answers 304 until something changes', async (t) => {
  const server = await serveQuiet(t, rollOf(4))
  const first = await fetch(`${server.url}/results`)
  const etag = first.headers.get('etag')!
  assert.equal(first.headers.get('cache-control'), 'public, max-age=1')
  const ask = (tag: string) => fetch(`${server.url}/results`, { headers: { 'if-none-match': tag } })
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const again = await ask(tag)
    assert.deepEqual([again.status, await again.text()], [304, ''], tag)
    assert.equal(again.headers.get('etag'), etag)
  }
  await vote(server.url, server.keys[0]!, 'ada')
  const news = await ask(etag)
  assert.equal(news.status, 200)
  assert.equal(((await news.json()) as ResultsSnapshot).cast, 1)
})

test('a viewer with the current snapshot gets nothing until a change; others get all of it', async (t) => {
  const server = await serveQuiet(t, rollOf(4))
  const stream = `${server.url}/results/stream`
  const first = await heard(stream, BEAT)
  const id = idIn(first)!
  assert.match(first, /event: beat\ndata: \{"viewers":1,"commit_ms":null\}/)
  for (const text of [
    await heard(stream, BEAT, { 'last-event-id': id }),
    await heard(`${stream}?last=${id}`, BEAT),
  ]) {
    assert.equal(idIn(text), undefined)
    assert.match(text, /event: beat/)
  }
  assert.equal(idIn(await heard(`${stream}?last=${Number(id) - 1}`, BEAT)), id)
  const head = await fetch(stream, { method: 'HEAD', signal: AbortSignal.timeout(20_000) })
  assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8'])
  const [text] = await Promise.all([
    heard(`${stream}?last=${id}`, /"cast":1,/),
    vote(server.url, server.keys[0]!, 'ada'),
  ])
  assert.ok(Number(idIn(text)) > Number(id))
  assert.equal(idIn(await heard(`${stream}?last=${id}`, BEAT)) !== undefined, true)
})

test('the history has the past counts, also after a restart', async (t) => {
  const server = await serve(t, { definition: openElectionFile(), roll: rollOf(80) })
  const history = async () => (await (await fetch(`${server.url}/results/history`)).json()) as HistorySnapshot
  const cast = async (from: number, until: number, candidate: string) => {
    for (const key of server.keys.slice(from, until)) await vote(server.url, key, candidate)
  }
  const untilNextSpan = async () => {
    const endMs = Math.ceil((Date.now() + 1) / 10_000) * 10_000
    await new Promise((resolve) => setTimeout(resolve, endMs - Date.now() + 50))
  }
  // A span is ten seconds: the test begins in a new one, so that no pause falls between its votes.
  await untilNextSpan()
  await cast(0, 30, 'ada')
  assert.deepEqual(await history(), {
    times: [],
    cast: [],
    held: [],
    contests: [{ id: 'mayor', ballots: [], blank: [], votes: [[], [], []] }],
  })
  await untilNextSpan()
  await cast(30, 45, 'grace')
  const { times, cast: castBy, held, contests } = await history()
  assert.deepEqual([castBy, held], [[30], [0]])
  assert.equal(times.length, 1)
  assert.deepEqual(contests, [{ id: 'mayor', ballots: [30], blank: [0], votes: [[30], [0], [0]] }])
  await server.restart()
  assert.deepEqual(await history(), { times, cast: castBy, held, contests })
})

test('held ballots are hidden on every path, and a recount gives the same bytes', async (t) => {
  const server = await serve(t, {
    definition: openElectionFile({
      suppress_below: 5,
      districts: ['north', 'south', 'east', 'west'].map((id) => ({ id, name: id })),
    }),
    roll: rollOf(80, ['north', 'south', 'east', 'west']),
  })
  for (const [i, key] of server.keys.entries()) {
    if (key.district === 'west' && i > 8) continue
    await vote(server.url, key, i % 8 < 4 ? 'ada' : 'grace')
  }
  const snapshot = async () => (await (await fetch(`${server.url}/results`)).json()) as ResultsSnapshot
  // Of a district with twenty ballots three groups of five are published once the log has them, of
  // one with two none.
  let shown = await snapshot()
  for (; shown.contests![0]!.ballots !== 45; shown = await snapshot()) await sleep(50)
  const withheld = shown.contests![0]!.by_district.filter((row) => row.length === 1).map(([d]) => d)
  assert.equal(shown.election.suppress_below, 5)
  assert.deepEqual(withheld, [3])
  assert.deepEqual([shown.cast, shown.held, shown.contests![0]!.ballots], [62, 17, 45])
  const { log, checkpoint } = shown
  assert.deepEqual(checkpoint, { size: log!.size, root: log!.root })
  assert.equal(log!.size, 46)
  const texts = Object.fromEntries(
    await Promise.all(
      ['json', 'csv', 'cdf.json'].map(async (kind) => [
        kind,
        // text() would remove the byte order mark of the CSV.
        Buffer.from(await (await fetch(`${server.url}/results.${kind}`)).arrayBuffer()).toString(),
      ]),
    ),
  )
  assert.match(texts.json, /"ballots":45,"held":17,/)
  assert.equal(texts.json.match(/"withheld":true/g).length, 1)
  assert.equal(texts.csv.match(/withheld,,\r\n/g).length, 4)
  assert.equal(texts['cdf.json'].match(/"IsSuppressedForPrivacy":true/g).length, 3)
  const run = async (...args: string[]) => (await runCli([...args, '--data', server.dataDir])).stdout
  assert.equal(await run('tally', '--json'), texts.json)
  assert.match(await run('tally'), /: 45 ballots\n17 more are held: /)
  assert.equal(await run('export', '--format', 'json'), texts.json)
  assert.equal(await run('export', '--format', 'csv'), texts.csv)
  const timeless = (text: string) => text.replace(/"GeneratedDate":"[^"]*"/, '')
  assert.equal(timeless(await run('export', '--format', 'cdf')), timeless(texts['cdf.json']))
})
