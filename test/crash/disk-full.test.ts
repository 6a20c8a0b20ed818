/**
 * A disk that is really full: a small tmpfs. 503s, nothing acknowledged and lost, recovery without
 * a hand.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openElectionFile, rollOf, startServer, vote } from '../server.ts'
import { logContents } from './log-contents.ts'

const canMount = process.platform === 'linux' && process.getuid?.() === 0

test('a full disk refuses with 503 and Retry-After, and takes votes again once there is room', {
  // Elsewhere than as root on Linux the contract test's database that cannot grow stands in for
  // this one.
  skip: !canMount && 'a small disk can be mounted by root on Linux only',
}, async () => {
  const disk = mkdtempSync(join(tmpdir(), 'elections-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk])
  const server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(2_000),
    moveDataTo: (dataDir: string) => {
      cpSync(dataDir, join(disk, 'data'), { recursive: true })
      return join(disk, 'data')
    },
  })
  const ballast = join(disk, 'ballast')
  try {
    const receipts: string[] = []
    const cast = async (from: number, to: number) => {
      const statuses = new Map<number, number>()
      for (let i = from; i < to; i++) {
        const answer = await vote(server.url, server.keys[i]!, 'ada')
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        if (answer.status === 201) receipts.push(((await answer.json()) as { tracker: string }).tracker)
        if (answer.status === 503) assert.equal(answer.headers.get('retry-after'), '1')
      }
      return statuses
    }
    assert.deepEqual([...(await cast(0, 50)).keys()], [201])
    assert.throws(() => writeFileSync(ballast, Buffer.alloc(8_000_000)), /ENOSPC/)
    const full = await cast(50, 250)
    assert.ok((full.get(503) ?? 0) > 0, 'a full disk must refuse')
    assert.deepEqual(
      [...full.keys()].filter((status) => status !== 201 && status !== 503),
      [],
    )
    assert.equal(((await (await fetch(`${server.url}/healthz`)).json()) as { status: string }).status, 'ok')
    rmSync(ballast)
    const again = await cast(50, 250)
    assert.equal((again.get(201) ?? 0) + (full.get(201) ?? 0), 200, 'those refused vote, without a restart')
    assert.equal(again.get(409) ?? 0, full.get(201) ?? 0, 'those accepted do not vote twice')
    const stored = new Set(logContents(server.dataDir).trackers)
    assert.equal(stored.size, 250)
    for (const tracker of receipts) assert.ok(stored.has(tracker))
  } finally {
    await server.stop()
    execFileSync('umount', [disk])
    rmSync(disk, { recursive: true, force: true })
  }
})
