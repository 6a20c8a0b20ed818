/**
 * Figures of our side only: how long a vote takes to the dashboard, and the storage per ballot.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchEngines } from './cluster-engines.ts'
import type { BenchElection } from './elections.ts'
import { load } from './processes.ts'
import type { Figure } from './report.ts'

const SINGLE_VOTES = 30
/** After a load the count changes to its short pace (pace.ts). Votes until then wait longer. */
const SETTLING_MS = 10_000
const COUNT_LIMIT_MS = 120_000

/** @param first number of the first voter who has not voted */
export async function ownFigures(
  url: string,
  { dir }: Pick<BenchEngines, 'dir'>,
  election: BenchElection,
  first: number,
): Promise<Figure[]> {
  const settling = await toDashboard(url, election, first, (_, passedMs) => passedMs < SETTLING_MS)
  const from = first + settling.length
  const ms = await toDashboard(url, election, from, (votes) => votes < SINGLE_VOTES)
  const { cast: ballots, pipeline } = await snapshotAt(url)
  const state = pipeline?.tally?.state
  const kafkaBytes = Number(
    execFileSync('sh', [
      '-c',
      `du -cb ${dir}/kafka/data/votes-*/*.log | grep -v total | awk '{s+=$1} END {print s}'`,
    ]).toString(),
  )
  return [
    {
      what: `acknowledgement to dashboard in the first ${SETTLING_MS / 1000} s after the load, p50 / p99, ms`,
      value: `${percentile(settling, 50)} / ${percentile(settling, 99)}`,
    },
    {
      what: 'acknowledgement to dashboard after that, p50 / p99, ms',
      value: `${percentile(ms, 50)} / ${percentile(ms, 99)}`,
    },
    {
      what: 'Spark state per ballot, bytes',
      value: ((state?.state_bytes ?? Number.NaN) / ballots).toFixed(0),
    },
    { what: 'Kafka votes per ballot, bytes on disk', value: (kafkaBytes / ballots).toFixed(0) },
  ]
}

interface Snapshot {
  readonly cast: number
  readonly pipeline?: { readonly tally: { readonly state: { readonly state_bytes: number | null } } | null }
}

const snapshotAt = async (url: string): Promise<Snapshot> =>
  (await fetch(`${url}/results`)).json() as Promise<Snapshot>

/** Waits until the live count has this number of ballots. @throws Error after COUNT_LIMIT_MS */
export async function counted(url: string, ballots: number): Promise<void> {
  const untilMs = performance.now() + COUNT_LIMIT_MS
  while ((await snapshotAt(url)).cast < ballots) {
    if (performance.now() > untilMs) throw new Error(`Spark did not count ${ballots} ballots in time`)
    await sleep(200)
  }
}

/**
 * Measures one vote at a time: ms from its acknowledgement to the event that counts it.
 *
 * @param more whether to cast another vote, given how many were cast and how long that took
 */
async function toDashboard(
  url: string,
  { keysFile }: BenchElection,
  first: number,
  more: (votes: number, passedMs: number) => boolean,
): Promise<number[]> {
  const watching = new AbortController()
  const { cast: before } = await snapshotAt(url)
  let cast = -1
  let onCast = () => {}
  const stream = await fetch(`${url}/results/stream`, { signal: watching.signal })
  const reading = read(stream, (snapshot) => {
    cast = snapshot.cast
    onCast()
  })
  const took: number[] = []
  const startMs = performance.now()
  for (let i = 0; more(i, performance.now() - startMs); i++) {
    const { accepted } = await load({ url, keysFile, first: first + i, count: 1, connections: 1, rate: 0 })
    if (accepted === 0) throw new Error('a single vote was refused')
    const acknowledgedMs = performance.now()
    await new Promise<void>((resolve) => {
      onCast = () => {
        if (cast > before + i) resolve()
      }
      onCast()
    })
    took.push(performance.now() - acknowledgedMs)
  }
  watching.abort()
  await reading
  return took
}

async function read(stream: Response, onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of stream.body!) {
      text += decoder.decode(chunk, { stream: true })
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data?.startsWith('{"election"')) onSnapshot(JSON.parse(data) as Snapshot)
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}

function percentile(values: readonly number[], percent: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))]!.toFixed(0)
}
