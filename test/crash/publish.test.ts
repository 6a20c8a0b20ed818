/**
 * `kill -9` while publishing: the log never forks, no leaf is lost or doubled, and every checkpoint
 * stays valid.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { publishedOf } from '../../src/core/log/group-release.ts'
import { parseRecord } from '../../src/core/log/record.ts'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { compactRange } from '../../src/core/tlog/compact-range.ts'
import { decodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { leafHash } from '../../src/core/tlog/merkle.ts'
import { openCheckpoint } from '../../src/core/tlog/signed-checkpoint.ts'
import { bundlePath, bundlesGrown } from '../../src/core/tlog/tile.ts'
import { openElectionFile, rollOf, runCli, startServer } from '../server.ts'
import { logContents } from './log-contents.ts'
import { crowd } from './voters.ts'

for (const [below, kills] of [
  [1, 20],
  [10, 12],
] as const)
  test(`${kills} kills while publishing in groups of ${below}: one log, every ballot once`, async (t) => {
    const server = await startServer({
      definition: openElectionFile({ suppress_below: below }),
      // More than can vote meanwhile, and few enough that a start does not warm up first.
      roll: rollOf(49_000),
      args: ['--publish-every', '0.2'],
    })
    try {
      const logDir = join(server.dataDir, 'elections', 'test-election', 'log')
      const genesis = parseRecord(readFileSync(join(logDir, 'genesis.json'), 'utf8'))
      assert.ok(genesis.entry === 'genesis')
      const hasher = nodeTreeHasher()
      const log = { origin: genesis.log.split('+')[0]!, verifierKey: genesis.log }
      const seen = new Map<number, string>()
      let watching = true
      const look = async (): Promise<number> => {
        // Two looks may be under way at once, and end in the other order.
        const least = Math.max(0, ...seen.keys())
        const answer = await fetch(`${server.url}/log/checkpoint`)
        if (!answer.ok) throw new TypeError(`the server answers ${answer.status}`)
        const note = await answer.text()
        const { size, root } = openCheckpoint(hasher.sha256, ed25519Verify, log, note)
        const hex = Buffer.from(root).toString('hex')
        assert.equal(seen.get(size) ?? hex, hex, `two roots of ${size} leaves`)
        assert.ok(size >= least, `the log shrank from ${least} to ${size}`)
        seen.set(size, hex)
        return size
      }
      const watcher = (async () => {
        while (watching) {
          await look().catch((cause) => {
            if (!(cause instanceof TypeError)) throw cause // The server is down at the moment.
          })
          await sleep(10)
        }
      })()
      const voters = crowd(server.url, server.keys, 3)
      for (let i = 0; i < kills; i++) {
        const before = seen.size
        while (seen.size < before + 2) await sleep(5) // It publishes, and continues to.
        await sleep(Math.random() * 250)
        await server.kill()
        await server.restart()
      }
      await voters.stop()
      const { trackers } = logContents(server.dataDir)
      const { districts } = (await (await fetch(`${server.url}/results`)).json()) as ResultsSnapshot
      const told = districts.map(({ cast }) => (below === 1 ? cast : publishedOf(cast, below)))
      const size = told.reduce((sum, ballots) => sum + ballots, 1)
      while ((await look()) !== size) await sleep(50)
      watching = false
      await watcher
      // The shown counts become the published ones, wherever it was interrupted.
      const shown = async (): Promise<number> => {
        const results = (await (await fetch(`${server.url}/results`)).json()) as ResultsSnapshot
        return results.contests![0]!.ballots
      }
      while ((await shown()) !== size - 1) await sleep(50)

      const tree = compactRange(hasher)
      const roots = new Map<number, string>()
      const leaves: string[] = []
      for (const bundle of bundlesGrown(0, size)) {
        const bytes = readFileSync(join(logDir, bundlePath(bundle)))
        for (const entry of decodeBundle(bytes, bundle.width)) {
          const leaf = leafHash(hasher, entry)
          leaves.push(Buffer.from(leaf).toString('base64url'))
          tree.append(leaf)
          if (seen.has(tree.size())) roots.set(tree.size(), Buffer.from(tree.root()).toString('hex'))
        }
      }
      assert.deepEqual(roots, seen, 'every checkpoint seen is of a prefix of the last tree')
      const stored = new Set(trackers)
      assert.ok(
        leaves.slice(1).every((leaf) => stored.delete(leaf)),
        'each leaf is a different ballot',
      )
      assert.equal(stored.size, trackers.length - (size - 1))
      assert.ok(seen.size > kills, `only ${seen.size} checkpoints were seen`)
      t.diagnostic(`${seen.size} checkpoints seen, ${size} leaves`)
      const doctor = await runCli(['doctor', '--data', server.dataDir])
      assert.equal(doctor.code, 0, doctor.stdout)
    } finally {
      await server.stop()
    }
  })
