/**
 * How soon a vote is on the page: the time from its acknowledgement until a stream like the page's
 * has sent a count with it. Each ballot is published alone (`suppress_below` 1). Each vote follows
 * after the one before is shown, while others vote at a steady rate.
 *
 * usage: shown.ts [VOTES]
 */
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { type Known, known } from '../src/web/dashboard/stream-reader.ts'
import { DEFINITION, makeElection } from './elections.ts'
import { electionServer, load } from './processes.ts'
import { type Figure, printFigures } from './report.ts'

const RATES = [0, 500] as const
const OTHERS_S = 10
const GOAL_MS = 200

export async function benchShown(votes: number): Promise<Figure[]> {
  const others = RATES.reduce<number>((sum, rate) => sum + rate * OTHERS_S, 0)
  const election = await makeElection(others + votes * RATES.length, [], { ...DEFINITION, suppress_below: 1 })
  const server = await electionServer(election.dataDir)
  const page = await watched(server.url)
  try {
    const keys = readFileSync(election.keysFile, 'utf8').trim().split(/\r?\n/).slice(1)
    const figures: Figure[] = []
    let first = 0
    for (const [i, rate] of RATES.entries()) {
      const run = { url: server.url, keysFile: election.keysFile, first, connections: 16, rate }
      const voting = rate === 0 ? undefined : load({ ...run, count: rate * OTHERS_S })
      first += rate * OTHERS_S
      const own = keys.slice(others + i * votes, others + (i + 1) * votes)
      const delays = await delaysOf(server.url, own, page)
      await voting
      figures.push(figureOf(rate, delays))
    }
    return [...figures, { what: '  load of the machine', value: loadavg()[0]!.toFixed(1) }]
  } finally {
    page.leave()
    await server.stop()
    election.remove()
  }
}

function figureOf(rate: number, delays: readonly number[]): Figure {
  const sorted = [...delays].sort((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
  const value = [at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(0)).join(' / ')
  const beside = rate === 0 ? 'no other votes' : `${rate} votes/s beside it`
  const what = `a vote shown after its receipt, p50 / p99 / max, ms, ${beside}`
  return { what, value, goal: `p99 ≤ ${GOAL_MS}`, reached: at(0.99) <= GOAL_MS }
}

/** The page's stream, as far as this benchmark reads it. */
interface Page {
  /** Resolves when the count has this number of ballots for the option. */
  readonly shows: (votes: number) => Promise<void>
  readonly leave: () => void
}

const OPTION = 'alan'

async function watched(url: string): Promise<Page> {
  const leave = new AbortController()
  const answer = await fetch(`${url}/results/stream?deltas=1`, { signal: leave.signal })
  let now: Known | null = null
  let shown = () => {}
  const read = async () => {
    let rest = ''
    for await (const text of answer.body!.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split('\n\n')
      rest = events.pop()!
      for (const event of events) now = after(now, event)
      shown()
    }
  }
  read().catch(() => {})
  const votesNow = () => now?.snapshot.contests?.[0]?.options.find(({ id }) => id === OPTION)?.votes ?? 0
  return {
    shows: async (votes) => {
      while (votesNow() < votes)
        await new Promise<void>((resolve) => {
          shown = resolve
        })
    },
    leave: () => leave.abort(),
  }
}

function after(now: Known | null, event: string): Known | null {
  const fields = Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
  const { id, data, event: name } = fields as { id?: string; data?: string; event?: string }
  if (id === undefined || data === undefined) return now
  return known(now, { id, data, delta: name === 'delta' })
}

/** The other voters choose other options, so that the count of this option is known. */
let cast = 0

async function delaysOf(url: string, keys: readonly string[], page: Page): Promise<number[]> {
  const delays: number[] = []
  for (const line of keys) {
    const [personalId, guid] = line.split(',')
    const body = JSON.stringify({ personal_id: personalId, guid, candidate: OPTION })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/vote`, { method: 'POST', headers, body })
    const atMs = performance.now()
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer.text()
    await page.shows(++cast)
    delays.push(performance.now() - atMs)
  }
  return delays
}

if (import.meta.main) printFigures('A vote on the page', await benchShown(Number(process.argv[2] ?? 200)))
