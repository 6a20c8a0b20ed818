/**
 * A server that sends any count to the real page, for numbers that no test has the time to cast. It
 * serves the built pages with the policy of the real server.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Pulse } from '../../src/core/status/pulse.ts'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import type { HistorySnapshot } from '../../src/core/tally/history.ts'

const PAGES = fileURLToPath(new URL('../../dist/web', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export interface FakeResults {
  readonly url: string
  readonly send: (snapshot: ResultsSnapshot) => void
  readonly stop: () => Promise<void>
}

export async function fakeResults(
  first: ResultsSnapshot,
  history: HistorySnapshot = { times: [], cast: [], held: [], contests: null },
  pulse: Pulse = { viewers: 9_876, commit_ms: 1.94 },
): Promise<FakeResults> {
  let snapshot = first
  let id = 1
  const viewers = new Set<ServerResponse>()
  const event = () => `id: ${id}\ndata: ${JSON.stringify(snapshot)}\n\n`
  const server = createServer((request, response) => {
    const path = request.url!.split('?')[0]!
    response.setHeader('content-security-policy', "default-src 'self'; base-uri 'none'; object-src 'none'")
    if (path.endsWith('/results/stream')) {
      response.setHeader('content-type', 'text/event-stream')
      response.write(`${event()}event: beat\ndata: ${JSON.stringify(pulse)}\n\n`)
      viewers.add(response)
      request.on('close', () => viewers.delete(response))
      return
    }
    if (path.endsWith('/results/history')) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(history))
      return
    }
    const file = `${PAGES}${path.startsWith('/assets/') ? path : '/dashboard/index.html'}`
    if (!existsSync(file)) {
      response.statusCode = 404
      response.end()
      return
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    response.end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send: (next) => {
      snapshot = next
      id++
      for (const viewer of viewers) viewer.write(event())
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Returns a snapshot of one contest with the given votes and number of districts. */
export function madeUpSnapshot(
  votes: readonly number[],
  changes: Partial<ResultsSnapshot> = {},
): ResultsSnapshot {
  const cast = votes.reduce((a, b) => a + b, 0)
  const startS = Date.UTC(2026, 10, 23, 7) / 1000
  const steps = 60
  return {
    election: {
      ...{ id: 'made-up', title: 'A made-up election', results: 'live', simulated: false, suppress_below: 1 },
      opens_at: '2026-11-23T07:00:00.000Z',
      closes_at: '2026-11-23T19:00:00.000Z',
    },
    phase: 'open',
    as_of: '2026-11-23T12:03:44.000Z',
    last_ballot_at: cast === 0 ? null : '2026-11-23T12:03:41.000Z',
    eligible: Math.max(1_000, cast * 2),
    cast,
    blank: 0,
    held: 0,
    checkpoint: null,
    log: null,
    votes_per_second: cast === 0 ? 0 : 1_234.5,
    turnout:
      cast === 0
        ? []
        : Array.from({ length: steps + 1 }, (_, i) => [
            startS + i * 300,
            Math.round(cast * Math.sin(((i / steps) * Math.PI) / 2)),
          ]),
    districts: [{ id: 'all', name: 'All voters', eligible: Math.max(1_000, cast * 2), cast }],
    contests: [
      {
        ...{ seats: 1, measure: false, share_of: 'votes', threshold: null, quorum: null },
        ...{ id: 'council', title: 'Council chair', votes_allowed: 1, eligible: Math.max(1_000, cast * 2) },
        ...{ ballots: cast, blank: 0, undervotes: 0, by_district: [[0, ...votes, 0]] },
        options: votes.map((count, i) => ({
          ...{ id: `o${i}`, name: `Candidate number ${i + 1}`, color: null, votes: count },
        })),
      },
    ],
    invariant: {
      ...{ keys_used: cast, ballots_stored: cast, ballots_tallied: cast, ballots_summed: cast, holds: true },
    },
    ...changes,
  }
}
