/**
 * An observer who sees who votes when, and reads everything a real server publishes between two
 * votes: snapshots, stream, history, documents, checkpoints, metrics, and at the end the whole log.
 * Voting is slow: one voter at a time, with enough time for each to be published alone.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { decodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { bundlePath, bundlesGrown } from '../../src/core/tlog/tile.ts'
import { putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

const K = 10
const VOTERS = 60
const OPTIONS = ['ada', 'grace'] as const
/** The publisher runs twice between two voters. */
const PUBLISH_S = 0.2
const PACE_MS = 450
/** Long enough for any machine: voting ends once all have voted. */
const VOTING_MS = 300_000
/**
 * If each group of ten is in random order, 56 or more of 60 guesses are right once in 170 million
 * elections. In the order of voting all 60 are.
 */
const TOO_MANY = 56

interface Look {
  readonly snapshot: ResultsSnapshot
  /** The documents, the history and the metrics as text; refusals as their status. */
  readonly texts: readonly string[]
  readonly size: number
}

interface Cast {
  readonly district: string
  readonly option: (typeof OPTIONS)[number]
  /** The public state before this vote, and after it. */
  readonly before: Look
  readonly after: Look
}

const DOCUMENTS = ['/results.json', '/results.csv', '/results.cdf.json', '/results/history']

async function streamed(url: string): Promise<ResultsSnapshot> {
  const ending = new AbortController()
  const answer = await fetch(`${url}/results/stream`, { signal: ending.signal })
  let text = ''
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const data = /^data: (.*)\n\n/m.exec(text)
    if (data === null) continue
    ending.abort()
    return JSON.parse(data[1]!)
  }
  throw new Error('the stream ended before its first event')
}

const sizeAt = async (url: string) =>
  Number((await (await fetch(`${url}/log/checkpoint`)).text()).split('\n')[1])

/** Reads everything at one state: if the log grew meanwhile, reads again. */
async function look(server: TestServer): Promise<Look> {
  const endMs = performance.now() + 30_000
  for (;;) {
    const size = await sizeAt(server.url)
    const seen = await lookOnce(server)
    const { log } = seen.snapshot
    if (seen.size === size && (log == null || log.size === size)) return seen
    assert.ok(performance.now() < endMs, `the snapshot is of ${log?.size} leaves, the log has ${seen.size}`)
  }
}

async function lookOnce({ url }: TestServer): Promise<Look> {
  const snapshot = (await (await fetch(`${url}/results`)).json()) as ResultsSnapshot
  const stream = await streamed(url)
  assert.ok(stream.cast >= snapshot.cast)
  const texts = await Promise.all(
    DOCUMENTS.map(async (path) => {
      const answer = await fetch(`${url}${path}`)
      const text = await answer.text()
      return answer.ok ? text : String(answer.status)
    }),
  )
  return { snapshot: stream, texts, size: await sizeAt(url) }
}

/** Votes per option, in total and per row: what a state shows of choices. */
const choicesIn = ({ contests }: ResultsSnapshot): readonly (readonly number[])[] =>
  contests === null
    ? []
    : contests.flatMap(({ options, by_district }) => [options.map(({ votes }) => votes), ...by_district])

async function votedSlowly(server: TestServer): Promise<readonly Cast[]> {
  const casts: Cast[] = []
  let before = await look(server)
  while (before.snapshot.log == null) before = await look(server)
  for (const key of server.keys.slice(0, VOTERS)) {
    const option = OPTIONS[randomInt(2)]!
    assert.equal((await vote(server.url, key, option)).status, 201)
    await sleep(PACE_MS)
    const after = await look(server)
    casts.push({ district: key.district, option, before, after })
    before = after
  }
  return casts
}

async function closed(server: TestServer): Promise<Look> {
  const endMs = performance.now() + 60_000
  for (;;) {
    const last = await look(server)
    if (last.snapshot.log?.closed && last.snapshot.held === 0) return last
    assert.ok(performance.now() < endMs, 'the log is not closed')
    await sleep(100)
  }
}

interface Entry {
  readonly district: string
  readonly option: string
}

/** Every entry of the log, in order; null if it is not a ballot. */
async function entriesOf({ url }: TestServer, size: number): Promise<readonly (Entry | null)[]> {
  const texts: string[] = []
  for (const bundleOf of bundlesGrown(0, size)) {
    const answer = await fetch(`${url}/log/${bundlePath(bundleOf)}`)
    assert.equal(answer.status, 200)
    const bundle = new Uint8Array(await answer.arrayBuffer())
    for (const entry of decodeBundle(bundle, bundleOf.width)) texts.push(Buffer.from(entry).toString('utf8'))
  }
  return texts.map((text) => {
    const { district, choices } = JSON.parse(text)
    return choices === undefined ? null : { district, option: OPTIONS[choices[0][0]]! }
  })
}

/** Right guesses by an observer who assumes that a unit's ballots are in the order of voting. */
function guessedByOrder(casts: readonly Cast[], entries: readonly (Entry | null)[]): number {
  let right = 0
  for (const district of ['north', 'south']) {
    const told = entries.filter((entry) => entry?.district === district)
    const cast = casts.filter((each) => each.district === district)
    assert.equal(told.length, cast.length)
    right += cast.filter(({ option }, i) => told[i]!.option === option).length
  }
  return right
}

/**
 * Right guesses by an observer who takes a change after a vote for that vote, if it can be no
 * other.
 */
const guessedByChange = (casts: readonly Cast[]): number =>
  casts.filter(({ option, before, after }) => {
    const [was, is] = [before, after].map(({ snapshot }) => choicesIn(snapshot)[0] ?? [0, 0, 0])
    const more = is!.map((votes, i) => votes - was![i]!)
    return more.reduce((a, b) => a + b) === 1 && OPTIONS[more.indexOf(1)] === option
  }).length

async function observed(t: TestContext, results: 'live' | 'after-close') {
  const closesAt = new Date(Date.now() + VOTING_MS).toISOString()
  const definition = openElectionFile({ results, suppress_below: K, closes_at: closesAt })
  const args = ['--publish-every', String(PUBLISH_S)]
  const clock = putForward()
  const server = await startServer({ definition, roll: rollOf(2 * VOTERS), args, env: clock.env })
  t.after(() => server.stop())
  const casts = await votedSlowly(server)
  assert.ok(Date.now() < Date.parse(closesAt), 'the voters were too slow')
  clock.to(Date.parse(closesAt))
  const last = await closed(server)
  const entries = await entriesOf(server, last.size)
  assert.equal(entries.filter((entry) => entry !== null).length, VOTERS)
  assert.deepEqual(choicesIn(last.snapshot)[0]!.slice(0, 2), countOf(entries))
  const right = guessedByOrder(casts, entries)
  t.diagnostic(
    `${right} of ${VOTERS} right by the order of the log, ${guessedByChange(casts)} by what changed`,
  )
  assert.ok(right < TOO_MANY)
  assert.equal(guessedByChange(casts), 0)
  const verified = await runCli(
    ['verify', server.url, '--json', '--state', `${server.dir}/state.json`],
    clock.env,
  )
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  return { casts, entries }
}

const countOf = (entries: readonly (Entry | null)[], district?: string): number[] =>
  OPTIONS.map(
    (option) =>
      entries.filter(
        (entry) => entry?.option === option && (district === undefined || entry.district === district),
      ).length,
  )

async function saysNothingBefore(t: TestContext): Promise<void> {
  const { casts } = await observed(t, 'after-close')
  for (const { before, after } of casts) {
    assert.deepEqual(after.texts, before.texts)
    assert.deepEqual([after.size, after.snapshot.contests, after.snapshot.checkpoint], [1, null, null])
    assert.deepEqual(withoutTurnout(after.snapshot), withoutTurnout(before.snapshot))
  }
  assert.deepEqual(
    casts.map(({ after }) => after.snapshot.cast),
    casts.map((_, i) => i + 1),
  )
}

async function publishesInGroups(t: TestContext): Promise<void> {
  const { casts, entries } = await observed(t, 'live')
  const sizes = new Set<number>()
  for (const [i, { before, after }] of casts.entries()) {
    const { checkpoint, cast, held, contests } = after.snapshot
    assert.equal(cast, i + 1)
    if (after.size === before.size) {
      assert.deepEqual(choicesIn(after.snapshot), choicesIn(before.snapshot))
      assert.deepEqual(withoutTurnout(after.snapshot), withoutTurnout(before.snapshot))
      continue
    }
    assert.equal(checkpoint?.size, after.size)
    // The units' groups fill with successive votes: a slow machine publishes both at once.
    assert.ok([K, 2 * K].includes(after.size - before.size), 'the group of one unit, or of each')
    const told = entries.slice(0, after.size)
    assert.deepEqual(choicesIn(after.snapshot)[0]!.slice(0, 2), countOf(told))
    for (const [d, ...votes] of contests![0]!.by_district.filter((row) => row.length > 1))
      assert.deepEqual(votes.slice(0, 2), countOf(told, ['north', 'south'][d!]))
    assert.equal(held, cast - (after.size - 1))
    sizes.add(after.size)
  }
  // Of each unit's 30 ballots, two groups are published while voting is open, and 10 are held until
  // its end.
  const whole = [1 + K, 1 + 2 * K, 1 + 3 * K, 1 + 4 * K]
  assert.ok(
    [...sizes].every((size) => whole.includes(size)),
    `published in steps of ${[...sizes]}`,
  )
  assert.equal(Math.max(...sizes), whole.at(-1))
}

/** The parts of a snapshot that depend on choices. */
function withoutTurnout(snapshot: ResultsSnapshot): unknown {
  const { contests, blank, checkpoint } = snapshot
  return { contests, blank, checkpoint, log: snapshot.log?.size }
}

test('an observer of slow voting learns no choice between two voters', { concurrency: 2 }, (t) =>
  Promise.all([
    t.test(
      'after the close: nothing shows choices before it, nor does the order of the log',
      saysNothingBefore,
    ),
    t.test('live: nothing changes, or a unit’s whole group does, with its checkpoint', publishesInGroups),
  ]).then(() => {}),
)
