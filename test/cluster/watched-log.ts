/**
 * A public log seen by an observer who records every checkpoint, from any server, and compares all
 * of them with the final log.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { parseRecord } from '../../src/core/log/record.ts'
import { compactRange } from '../../src/core/tlog/compact-range.ts'
import { decodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { leafHash } from '../../src/core/tlog/merkle.ts'
import { openCheckpoint } from '../../src/core/tlog/signed-checkpoint.ts'
import { bundlePath, bundlesGrown } from '../../src/core/tlog/tile.ts'
import { until } from './cluster-server.ts'

export interface WatchedLog {
  /** The largest size seen. */
  readonly size: () => number
  /** Checkpoints of different sizes seen. */
  readonly seen: () => number
  /**
   * Looks now; fails if a server contradicts what was seen.
   * @returns the largest size reported; 0 if no server answers
   */
  readonly look: () => Promise<number>
  readonly grows: (what: string, more?: number) => Promise<number>
  /**
   * Ends watching: the log has exactly these ballots, each once, and every checkpoint seen is of a
   * prefix of it.
   * @param others number of entries that are not ballots
   */
  readonly assertHolds: (trackers: readonly string[], others: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * While the log grows its publisher may sign every 200 ms, and more often at the end. The observer
 * must see each state.
 */
const GROWING_LOOK_MS = 20
/**
 * Less often while the log waits for a sweep or for another publisher: such polling took most of a
 * processor.
 */
const QUIET_LOOK_MS = 100
const QUIET_AFTER_MS = 2_000

const hasher = nodeTreeHasher()
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/**
 * @param urls of servers, queried in turn
 * @param logDir where the publisher writes
 */
export function watchLog(urls: readonly string[], electionId: string, logDir: string): WatchedLog {
  const genesis = parseRecord(readFileSync(join(logDir, 'genesis.json'), 'utf8'))
  assert.ok(genesis.entry === 'genesis')
  const log = { origin: genesis.log.split('+')[0]!, verifierKey: genesis.log }
  const roots = new Map<number, string>()
  const largest = new Map<string, number>()
  const size = () => Math.max(0, ...roots.keys())
  let watching = true
  let failure: unknown

  const lookAt = async (url: string): Promise<number> => {
    // Two looks may be under way at once, and end in the other order.
    const least = largest.get(url) ?? 0
    const answer = await fetch(`${url}/elections/${electionId}/log/checkpoint`)
    if (answer.status !== 200) throw new TypeError(`${url} answers ${answer.status}`)
    const note = await answer.text()
    const { size, root } = openCheckpoint(hasher.sha256, ed25519Verify, log, note)
    assert.equal(roots.get(size) ?? hex(root), hex(root), `two roots of ${size} leaves`)
    assert.ok(size >= least, `the log shrank from ${least} to ${size} at ${url}`)
    largest.set(url, Math.max(size, largest.get(url) ?? 0))
    roots.set(size, hex(root))
    return size
  }
  const look = async (): Promise<number> => {
    let newest = 0
    for (const url of urls)
      newest = Math.max(
        newest,
        await lookAt(url).catch((cause) => {
          // The server may be down at the moment.
          if (cause instanceof TypeError) return 0
          throw cause
        }),
      )
    return newest
  }
  const watching_ = (async () => {
    let [seen, grownMs] = [0, performance.now()]
    while (watching) {
      await look().catch((cause) => {
        failure ??= cause
      })
      if (roots.size > seen) [seen, grownMs] = [roots.size, performance.now()]
      const isQuiet = performance.now() - grownMs > QUIET_AFTER_MS
      // A failed test does not stop this loop; it must not keep the process running.
      await sleep(isQuiet ? QUIET_LOOK_MS : GROWING_LOOK_MS, undefined, { ref: false })
    }
  })()
  const stop = async (): Promise<void> => {
    watching = false
    await watching_
    if (failure !== undefined) throw failure
  }

  return {
    size,
    seen: () => roots.size,
    look,
    grows: (what, more = 1) => {
      const from = size()
      return until(`the log to grow: ${what}`, () => {
        if (failure !== undefined) throw failure
        return size() >= from + more && size()
      })
    },
    assertHolds: async (trackers, others) => {
      const all = trackers.length + others
      await until(`${all} leaves`, async () => (await look()) === all, undefined, 100)
      await stop()
      const tree = compactRange(hasher)
      const beginnings = new Map<number, string>()
      const leaves: string[] = []
      for (const bundle of bundlesGrown(0, all)) {
        const bytes = readFileSync(join(logDir, bundlePath(bundle)))
        for (const entry of decodeBundle(bytes, bundle.width)) {
          const leaf = leafHash(hasher, entry)
          leaves.push(Buffer.from(leaf).toString('base64url'))
          tree.append(leaf)
          if (roots.has(tree.size())) beginnings.set(tree.size(), hex(tree.root()))
        }
      }
      const inOrder = (map: Map<number, string>) => [...map].sort(([a], [b]) => a - b)
      assert.deepEqual(inOrder(beginnings), inOrder(roots), 'every checkpoint seen is of a prefix')
      const ballots = new Set(trackers)
      assert.equal(ballots.size, trackers.length)
      assert.equal(leaves.length, all)
      assert.equal(
        leaves.filter((leaf) => ballots.has(leaf)).length,
        trackers.length,
        'each ballot is one leaf',
      )
    },
    stop,
  }
}
