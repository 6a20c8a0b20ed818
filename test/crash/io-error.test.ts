/**
 * A write that really fails halfway: the system does not let the server's files grow, with an error
 * that is not "disk full". It is unknown what is stored, so no request is answered, the process
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
  skip: !existsSync(PRLIMIT) && 'prlimit limits file sizes only on Linux',
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
    for (let i = 0; !server.hasEnded() && i < 600; i++) await sleep(50)
    assert.equal(await server.terminate(), 70)
    assert.match(server.stderr(), /it is unknown whether ballots were stored/)

    await server.restart()
    assert.ok(
      (await cast(100, 300)).every((status) => status === 201),
      'the interrupted ones retry',
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
