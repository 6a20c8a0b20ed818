/**
 * What the public may see and when: snapshots, the stream, downloads, and nothing before its time
 * (docs/invariants.md, "Groups of k").
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

async function withServer(
  election: Parameters<typeof startServer>[0],
  body: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startServer(election)
  try {
    await body(server)
  } finally {
    await server.stop()
  }
}
const snapshot = async (url: string) => (await (await fetch(`${url}/results`)).json()) as ResultsSnapshot

/** Snapshots of a stream, as they come; beats are passed over. */
async function* events(
  url: string,
  signal: AbortSignal,
): AsyncGenerator<{ id?: string; event?: string; data: string }> {
  const answer = await fetch(url, { signal })
  assert.match(answer.headers.get('content-type')!, /^text\/event-stream/)
  let text = ''
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((field) => field.split(/: (.*)/s).slice(0, 2)))
      if (fields.data && fields.event === undefined) yield fields
    }
  }
}

test('the stream shows a vote soon after its acknowledgement, whole, numbered, with a retry time', async (t) => {
  await withServer({ definition: openElectionFile(), roll: rollOf(20) }, async ({ url, keys }) => {
    const ending = new AbortController()
    const stream = events(`${url}/results/stream`, ending.signal)
    const first = (await stream.next()).value!
    assert.equal((JSON.parse(first.data) as ResultsSnapshot).cast, 0)
    assert.equal((await vote(url, keys[0]!, 'ada')).status, 201)
    const acknowledged = performance.now()
    const second = (await stream.next()).value!
    t.diagnostic(`shown ${(performance.now() - acknowledged).toFixed(0)} ms after the acknowledgement`)
    const shown = JSON.parse(second.data) as ResultsSnapshot
    assert.deepEqual([shown.cast, shown.contests![0]!.options[0]!.votes], [1, 1])
    assert.ok(Number(second.id) > Number(first.id))
    ending.abort()
  })
})

test('snapshot, canonical result, CSV, offline tally and export agree, with several elections in one server', async () => {
  await withServer({ definition: openElectionFile(), roll: rollOf(40) }, async (server) => {
    for (const [i, key] of server.keys.entries())
      if (i % 3) await vote(server.url, key, i % 2 ? 'ada' : 'Grace Hopper')
    const shown = await snapshot(server.url)
    const canonical = await (await fetch(`${server.url}/results.json`)).text()
    // text() would take the byte order mark away.
    const csv = Buffer.from(await (await fetch(`${server.url}/results.csv`)).arrayBuffer()).toString('utf8')
    assert.equal(csv.codePointAt(0), 0xfeff)
    const result = JSON.parse(canonical)
    assert.equal(result.ballots, shown.cast)
    assert.deepEqual(
      result.contests[0].options.map(({ votes }: { votes: number }) => votes),
      shown.contests![0]!.options.map(({ votes }) => votes),
    )
    const total = csv
      .trim()
      .split('\r\n')
      .slice(1)
      .filter((row) => !row.includes(',(total),'))
      .reduce((sum, row) => sum + Number(row.split(',')[6]), 0)
    assert.equal(total, shown.cast)
    for (const command of [
      ['tally', '--json'],
      ['export', '--format', 'json'],
    ])
      assert.equal((await runCli([...command, '--data', server.dataDir])).stdout, canonical)
    assert.equal((await runCli(['export', '--format', 'csv', '--data', server.dataDir])).stdout, csv)
    assert.equal(shown.invariant.holds, true)
  })
})

test('the table in a language of the election; in another one it is not there', async () => {
  const definition = openElectionFile({ languages: ['en', 'es'], title: { en: 'Town', es: 'Villa' } })
  await withServer({ definition, roll: rollOf(4) }, async (server) => {
    await vote(server.url, server.keys[0]!, 'ada')
    const csvIn = (language: string) => fetch(`${server.url}/results.csv?language=${language}`)
    const spanish = await (await csvIn('es-MX')).text()
    const exported = await runCli([
      ...['export', '--format', 'csv', '--language', 'es', '--data', server.dataDir],
    ])
    assert.equal(`\ufeff${spanish}`, exported.stdout)
    assert.notEqual(spanish, await (await csvIn('en')).text())
    const refused = await csvIn('fr')
    const { code, detail } = (await refused.json()) as { code: string; detail: string }
    assert.deepEqual([refused.status, code], [404, 'not-found'])
    assert.match(detail, /en, es$/)
  })
})

test('results after the close: before it, nothing but turnout leaves the server on any path', async () => {
  const definition = openElectionFile({ results: 'after-close' })
  await withServer({ definition, roll: rollOf(20) }, async (server) => {
    for (const key of server.keys.slice(0, 9)) assert.equal((await vote(server.url, key, 'ada')).status, 201)
    const shown = await snapshot(server.url)
    assert.deepEqual([shown.cast, shown.contests], [9, null])
    for (const path of [
      '/results.json',
      '/results.csv',
      '/results.cdf.json',
      '/elections/test-election/results.csv',
      '/elections/test-election/results.cdf.json',
    ]) {
      const answer = await fetch(server.url + path)
      assert.deepEqual(
        [answer.status, ((await answer.json()) as { code: string }).code],
        [403, 'results-after-close'],
      )
    }
    const ending = new AbortController()
    const texts = [
      await (await fetch(`${server.url}/results`)).text(),
      await (await fetch(`${server.url}/results/history`)).text(),
      (await events(`${server.url}/results/stream`, ending.signal).next()).value!.data,
      await (await fetch(`${server.url}/metrics`)).text(),
      await (await fetch(`${server.url}/healthz`)).text(),
      server.stderr(),
    ]
    ending.abort()
    for (const text of texts) assert.ok(!/\bada\b|lovelace|"votes":/i.test(text), text)
    for (const args of [
      ['tally'],
      ['tally', '--json'],
      ['export', '--format', 'csv'],
      ['export', '--format', 'json'],
      ['export', '--format', 'cdf'],
    ]) {
      const run = await runCli([...args, '--data', server.dataDir])
      assert.equal(run.code, 2)
      assert.equal(run.stdout, '')
      assert.match(run.stderr, /after voting closes.*9 ballots so far/)
    }
  })
})

test('opening and closing by the clock: not yet, then open, then closed and shown', async () => {
  const at = (ms: number) => new Date(ms).toISOString()
  const startMs = Date.now()
  const definition = openElectionFile({
    results: 'after-close',
    opens_at: at(startMs + 300_000),
    closes_at: at(startMs + 600_000),
  })
  const clock = putForward()
  await withServer({ definition, roll: rollOf(4), env: clock.env }, async (server) => {
    const code = async (answer: Response) =>
      ((await answer.json()) as { code?: string }).code ?? answer.status
    const until = async (phase: string) => {
      while ((await snapshot(server.url)).phase !== phase) {
        assert.ok(Date.now() < startMs + 120_000, `never ${phase}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    assert.equal(await code(await vote(server.url, server.keys[0]!, 'ada')), 'polls-not-open')
    clock.to(startMs + 300_000)
    await until('open')
    assert.equal((await vote(server.url, server.keys[0]!, 'ada', { 'idempotency-key': 'x' })).status, 201)
    assert.equal((await snapshot(server.url)).contests, null)
    clock.to(startMs + 600_000)
    await until('closed')
    assert.equal(await code(await vote(server.url, server.keys[1]!, 'ada')), 'polls-closed')
    assert.equal(await code(await vote(server.url, server.keys[0]!, 'ada')), 'key-already-used')
    // A voter whose answer was lost at the last moment still gets the receipt.
    assert.equal((await vote(server.url, server.keys[0]!, 'ada', { 'idempotency-key': 'x' })).status, 201)
    // Shown once the public log holds every ballot, and under its checkpoint.
    const whole = async () => {
      const answer = await fetch(`${server.url}/results.csv`)
      await answer.body?.cancel()
      if (answer.status === 200) return true
      assert.equal(answer.status, 403)
      return false
    }
    while (!(await whole())) await new Promise((resolve) => setTimeout(resolve, 50))
    const shown = await snapshot(server.url)
    assert.equal(shown.contests![0]!.options[0]!.votes, 1)
    assert.ok(shown.checkpoint!.size >= 3)
  })
})

test('pages and API carry a strict policy, and name no other origin', async () => {
  await withServer({ definition: openElectionFile(), roll: rollOf(1) }, async ({ url }) => {
    const page = await fetch(url)
    assert.match(page.headers.get('content-security-policy')!, /^default-src 'self';/)
    assert.ok(!page.headers.get('content-security-policy')!.includes('unsafe'))
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
    const named = (await page.text()).match(/https?:\/\/[^/"'\s]*/g) ?? []
    assert.deepEqual(
      named.filter((origin) => origin !== new URL(url).origin),
      [],
    )
    const openApi = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object }
    for (const path of [
      '/vote',
      '/ballots',
      '/elections/{id}/ballots',
      '/results',
      '/results/stream',
      '/healthz',
    ])
      assert.ok(path in openApi.paths, path)
    assert.equal((await fetch(`${url}/docs`)).status, 200)
    assert.equal((await fetch(`${url}/e/test-election/results`)).status, 200)
    assert.equal((await fetch(`${url}/e/nowhere/results`)).status, 404)
  })
})
