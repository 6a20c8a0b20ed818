/**
 * How late the live count is under a steady load: the time from the acknowledgement of the nth
 * ballot to the first event of the stream that counts n ballots.
 */
import { readFileSync } from 'node:fs'
import { Pool } from 'undici'
import { atRate } from './at-rate.ts'
import { streamOfCounts } from './cluster-stream.ts'
import type { BenchElection } from './elections.ts'

const CONNECTIONS = 64

export interface SteadyLoad {
  /** Votes per second. */
  readonly rate: number
  readonly seconds: number
  /** Number of the first voter who has not voted. */
  readonly first: number
}

/** @returns ms of each ballot, in the order of the count. @throws Error if a vote is refused */
export async function lagUnderLoad(
  url: string,
  { keysFile }: BenchElection,
  { rate, seconds, first }: SteadyLoad,
): Promise<readonly number[]> {
  const votes = rate * seconds
  const keys = readFileSync(keysFile, 'latin1').split('\n')
  const voters = new Pool(url, { connections: CONNECTIONS })
  const acknowledgedMs: number[] = []
  const lags: number[] = []
  const stream = await streamOfCounts(url)
  const noteShown = (cast: number, nowMs: number): boolean => {
    const counted = Math.min(cast - stream.before, acknowledgedMs.length)
    while (lags.length < counted) lags.push(nowMs - acknowledgedMs[lags.length]!)
    return counted === votes
  }
  const vote = async (number: number): Promise<void> => {
    // The file's first line is its heading.
    const [personal_id, guid] = keys[1 + number]!.split(',')
    const { statusCode, body } = await voters.request({
      ...{ method: 'POST', path: '/vote', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ personal_id, guid, candidate: 'ada' }),
    })
    await body.dump()
    if (statusCode !== 201) throw new Error(`a vote was answered ${statusCode}`)
    acknowledgedMs.push(performance.now())
  }
  try {
    void stream.until(noteShown)
    await atRate(rate, votes, performance.now(), (number) => vote(first + number))
    // Again, because the last event may have come before the last acknowledgement.
    await stream.until(noteShown)
    return lags
  } finally {
    stream.leave()
    await voters.close()
  }
}
