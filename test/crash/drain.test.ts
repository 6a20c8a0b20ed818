/** SIGTERM under load: no acknowledged vote is lost, no request is cut. And one server per folder. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openElectionFile, rollOf, runCli, startServer } from '../server.ts'
import { logContents } from './log-contents.ts'
import { crowd } from './voters.ts'

test('a stop under load cuts no request', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(40_000) })
  try {
    // Connections are kept alive and busy when the signal comes.
    const voters = crowd(server.url, server.keys, 32)
    await sleep(800)
    const stopped = server.terminate()
    let refusedConnections = 0
    while (refusedConnections === 0) {
      await sleep(20)
      refusedConnections = await fetch(`${server.url}/readyz`).then(
        () => 0,
        () => 1,
      )
    }
    assert.equal(await stopped, 0)
    const acknowledged = voters.acknowledged.length
    const trackers = new Set(logContents(server.dataDir).trackers)
    for (const { tracker } of voters.acknowledged) assert.ok(trackers.has(tracker))
    assert.equal(trackers.size, acknowledged, 'every ballot stored was acknowledged: no answer was cut off')
    t.diagnostic(`${acknowledged} acknowledged before the stop`)
    await server.restart()
    await voters.stop()
  } finally {
    await server.stop()
  }
})

test('a stop does not wait for connections on which nothing was asked', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(2) })
  const { hostname, port } = new URL(server.url)
  const silent = connect(Number(port), hostname)
  const watching = new AbortController()
  try {
    await once(silent, 'connect')
    const stream = await fetch(`${server.url}/results/stream`, { signal: watching.signal })
    assert.equal(stream.status, 200)
    const startMs = performance.now()
    assert.equal(await server.terminate(), 0)
    assert.ok(performance.now() - startMs < 5_000, 'well below the limit for answers under way')
  } finally {
    watching.abort()
    silent.destroy()
    await server.stop()
  }
})

test('a second server on the same folder is refused, naming the first', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(2) })
  try {
    const second = await runCli(['serve', '--data', server.dataDir, '--port', '0'])
    assert.equal(second.code, 2)
    assert.match(
      second.stderr,
      new RegExp(`in use by another server \\(process ${server.pid}, ${server.url}\\)`),
    )
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
  } finally {
    await server.stop()
  }
})
