/**
 * A write that fails half-way, really: the system refuses to let the server's files grow, with an
 * error that is not "disk full". Nobody can know what is stored, so nobody is answered, the process
 * ends, and the restart reads the log.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openElectionFile, rollOf, startServer, vote } from '../server.ts'
import { logContents } from './log-contents.ts'

const PRLIMIT = '/usr/bin/prlimit'

test('an I/O error ends the server without an answer; a restart counts exactly what is in the log', {
  skip: !existsSync(PRLIMIT) && 'prlimit sets a file size limit on Linux only',
}, async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(300) })
  try {
    const receipts: string[] = []
    const cast = async (from: number, to: number): Promise<(number | 'cut off')[]> =>
      Promise.all(
        server.keys.slice(from, to).map((key) =>
          vote(server.url, key, 'ada', { 'idempotency-key': key.personal_id }).then(
            async (answer) => {
              if (answer.status === 201) receipts.push(((await answer.json()) as { tracker: string }).tracker)
              return answer.status
            },
            () => 'cut off' as const,
          ),
        ),
      )
    assert.ok((await cast(0, 100)).every((status) => status === 201))

    execFileSync(PRLIMIT, ['--pid', String(server.pid), '--fsize=4096:'])
    const answers = await cast(100, 200)
    assert.ok(
      answers.every((answer) => answer === 'cut off'),
      answers.join(' '),
    )
    for (let i = 0; !server.hasEnded() && i < 100; i++) await sleep(50)
    assert.equal(await server.terminate(), 70)
    assert.match(server.stderr(), /whether ballots were stored is unknown/)

    await server.restart()
    assert.ok(
      (await cast(100, 300)).every((status) => status === 201),
      'those cut off ask again',
    )
    const { trackers, distinctTags } = logContents(server.dataDir)
    assert.deepEqual([trackers.length, distinctTags], [300, 300])
    const stored = new Set(trackers)
    for (const tracker of receipts) assert.ok(stored.has(tracker))
    assert.equal(((await (await fetch(`${server.url}/healthz`)).json()) as { status: string }).status, 'ok')
  } finally {
    await server.stop()
  }
})
