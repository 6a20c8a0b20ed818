/**
 * An observer of choices: writes down every public state of every gateway by the checkpoint that it
 * names, from snapshots, stream, history and downloads, and holds all of them against the log's own
 * entries in the end.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import type { HistorySnapshot } from '../../src/core/tally/history.ts'
import { compactRange } from '../../src/core/tlog/compact-range.ts'
import { decodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { leafHash } from '../../src/core/tlog/merkle.ts'
import { bundlePath, bundlesGrown } from '../../src/core/tlog/tile.ts'
import { type ClusterElection, type ClusterServer, watch } from './cluster-server.ts'

const hasher = nodeTreeHasher()
const DISTRICTS = ['north', 'south']
const OPTIONS = 3

/** Votes per option and blank ballots, by district; null while a district is withheld. */
type Rows = readonly (readonly number[] | null)[]

export interface PublishedStates {
  /** The newest checkpoint seen with counts; 0 before any. */
  readonly size: () => number
  /** Checkpoints seen with counts, and snapshots looked at. */
  readonly seen: () => { readonly checkpoints: number; readonly snapshots: number }
  readonly stop: () => Promise<void>
  /**
   * Every state seen is that of the log's entries under the checkpoint it names, at each gateway it
   * never went back, and each step before the end is of whole groups.
   * @param logDir of the closed log @param end leaves before its `end` entry
   */
  readonly assertPublished: (logDir: string, end: number, k: number) => void
}

interface Seen {
  readonly rows: Rows
  readonly root: string
}

export function watchPublished(
  gateways: readonly ClusterServer[],
  election: ClusterElection,
): PublishedStates {
  const states = new Map<number, Seen>()
  const newest = new Map<string, number>()
  const moments = new Map<string, readonly number[]>()
  const documents: { readonly before: number; readonly after: number; readonly votes: string }[] = []
  let snapshots = 0
  let failure: unknown
  let watching = true

  const rowsOf = ({ contests }: ResultsSnapshot): Rows =>
    DISTRICTS.map((_, d) => {
      const [, ...counts] = contests![0]!.by_district[d]!
      return counts.length === 0 ? null : counts
    })
  const newestAt = (url: string): number => newest.get(url) ?? 0
  /** @param least leaves that it must be of, known before it was asked for or sent */
  const note = (url: string, snapshot: ResultsSnapshot, least: number): void => {
    snapshots++
    const { contests, checkpoint, held, cast, phase, election } = snapshot
    if (contests === null) {
      assert.equal(held, null)
      assert.equal(snapshot.blank, null)
      return
    }
    assert.ok(phase === 'closed' || election.results === 'live', 'nothing is shown before the close')
    const rows = rowsOf(snapshot)
    if (checkpoint === null) {
      assert.deepEqual(rows, [null, null])
      assert.deepEqual(
        contests[0]!.options.map(({ votes }) => votes),
        [0, 0, 0],
      )
      return
    }
    const told = rows.flatMap((row) => row ?? []).reduce((sum, count) => sum + count, 0)
    assert.equal(held, cast - told)
    const state = { rows, root: checkpoint.root }
    assert.deepEqual(states.get(checkpoint.size) ?? state, state, `two states of ${checkpoint.size} leaves`)
    assert.ok(checkpoint.size >= least, `${url} went back from ${least} to ${checkpoint.size}`)
    newest.set(url, Math.max(checkpoint.size, newestAt(url)))
    states.set(checkpoint.size, state)
  }
  const guarded = (work: () => void): void => {
    try {
      work()
    } catch (cause) {
      failure ??= cause
    }
  }
  const ask = async <T>(url: string, path: string): Promise<T> => {
    const answer = await fetch(`${url}/elections/${election.id}/${path}`)
    if (answer.status !== 200) throw new TypeError(`${path}: ${answer.status}`)
    return (await answer.json()) as T
  }
  const look = async (url: string): Promise<void> => {
    // Whatever the stream tells meanwhile may be newer than this answer.
    const least = newestAt(url)
    const before = await ask<ResultsSnapshot>(url, 'results')
    note(url, before, least)
    if (before.contests === null) {
      const answer = await fetch(`${url}/elections/${election.id}/results.json`)
      if (answer.status === 200) {
        // The snapshot is a moment older than the document: all of it may have been told in
        // between.
        const { ballots, held } = (await answer.json()) as { ballots: number; held: number }
        assert.deepEqual([before.phase, ballots, held], ['closed', before.cast, 0])
      } else await answer.body?.cancel()
    } else if (before.checkpoint !== null) {
      const document = await ask<{ contests: { options: { votes: number }[] }[] }>(url, 'results.json')
      const after = await ask<ResultsSnapshot>(url, 'results')
      documents.push({
        before: before.checkpoint.size,
        after: after.checkpoint!.size,
        votes: JSON.stringify(document.contests[0]!.options.map(({ votes }) => votes)),
      })
    }
    const { times, contests } = await ask<HistorySnapshot>(url, 'results/history')
    for (const [i] of times.entries()) {
      const votes = contests![0]!.votes.map((line) => line[i]!)
      moments.set(JSON.stringify(votes), votes)
    }
  }
  const streams = gateways.map((gateway) => {
    let last = 0
    return watch(gateway, election, (snapshot) =>
      guarded(() => {
        note(gateway.url, snapshot, last)
        last = snapshot.checkpoint?.size ?? last
      }),
    )
  })
  const polling = gateways.map(async ({ url }) => {
    while (watching) {
      await look(url).catch((cause) => {
        // Whoever is asked may be down just now.
        if (!(cause instanceof TypeError)) failure ??= cause
      })
      await sleep(50)
    }
  })
  const stop = async (): Promise<void> => {
    watching = false
    await Promise.all([...polling, ...streams.map(({ close }) => close())])
    if (failure !== undefined) throw failure
  }

  return {
    size: () => Math.max(0, ...states.keys()),
    seen: () => ({ checkpoints: states.size, snapshots }),
    stop,
    assertPublished: (logDir, end, k) => {
      const { size } = [...states.keys()].reduce((most, size) => ({ size: Math.max(most.size, size) }), {
        size: 0,
      })
      const beginnings = beginningsOf(logDir, size)
      const votes = new Map<number, readonly number[]>()
      for (const [size, { rows, root }] of states) {
        const log = beginnings[size]!
        assert.equal(root, log.root, `the root of ${size} leaves`)
        const shown = rows.map((row, d) => row ?? log.rows[d]!)
        assert.deepEqual(shown, log.rows, `the counts of ${size} leaves`)
        votes.set(size, total(log.rows))
        for (const row of log.rows) {
          const told = row.reduce((sum, count) => sum + count, 0)
          if (size <= end) assert.equal(told % k, 0, `${told} ballots of a district told with ${size} leaves`)
        }
      }
      const known = new Set([...votes.values()].map((line) => JSON.stringify(line)))
      const all = new Set(beginnings.map(({ rows }) => JSON.stringify(total(rows))))
      for (const moment of moments.keys())
        assert.ok(all.has(moment), `a moment that no checkpoint had: ${moment}`)
      for (const { before, after, votes } of documents)
        if (before === after) assert.ok(known.has(votes), `a document that no checkpoint had: ${votes}`)
    },
  }
}

function total(rows: Rows): number[] {
  return Array.from({ length: OPTIONS }, (_, option) =>
    rows.reduce((sum, row) => sum + (row?.[option] ?? 0), 0),
  )
}

/** Counts and roots by number of leaves. */
function beginningsOf(logDir: string, size: number) {
  const tree = compactRange(hasher)
  const counts = DISTRICTS.map(() => new Array<number>(OPTIONS + 1).fill(0))
  const beginnings: { rows: number[][]; root: string }[] = [{ rows: structuredClone(counts), root: '' }]
  for (const bundle of bundlesGrown(0, size)) {
    const bytes = readFileSync(join(logDir, bundlePath(bundle)))
    for (const entry of decodeBundle(bytes, bundle.width)) {
      tree.append(leafHash(hasher, entry))
      const { district, choices } = JSON.parse(Buffer.from(entry).toString('utf8')) as {
        district?: string
        choices?: number[][]
      }
      if (district !== undefined) counts[DISTRICTS.indexOf(district)]![choices![0]![0] ?? OPTIONS]!++
      beginnings.push({
        rows: structuredClone(counts),
        root: Buffer.from(tree.root()).toString('base64'),
      })
    }
  }
  return beginnings
}
