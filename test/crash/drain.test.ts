/**
 * SIGTERM under load: no acknowledged vote is lost, no request is cut off. And one server per
 * folder.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Key, openElectionFile, rollOf, runCli, startServer } from '../server.ts'
import { logContents } from './log-contents.ts'
import { crowd } from './voters.ts'

test('a stop under load cuts no request off', async (t) => {
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

test('a stop does not wait for idle connections', async () => {
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

test('a draining server is not ready, accepts late requests, and ends streams last', async () => {
  const election = { definition: openElectionFile(), roll: rollOf(3), args: ['--drain', '15'] }
  const server = await startServer(election)
  const vote = ({ personal_id, guid }: Key) =>
    fetch(`${server.url}/vote`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ personal_id, guid, candidate: 'ada' }),
    })
  try {
    const stream = await fetch(`${server.url}/results/stream`)
    const read = stream.text()
    let streamEnded = false
    void read.then(() => {
      streamEnded = true
    })
    assert.equal((await vote(server.keys[0]!)).headers.get('connection'), 'keep-alive')
    const stopped = server.terminate()
    let ready = await fetch(`${server.url}/readyz`)
    while (ready.status === 200) ready = await fetch(`${server.url}/readyz`)
    assert.equal(ready.status, 503)
    assert.equal(((await ready.json()) as { code: string }).code, 'stopping')
    assert.match(ready.headers.get('retry-after') ?? '', /^\d+$/)
    // A new connection after the signal: a load balancer may not know of it yet.
    const cast = await vote(server.keys[1]!)
    assert.equal(cast.status, 201)
    assert.equal(cast.headers.get('connection'), 'close')
    assert.equal(streamEnded, false, 'a client that reconnects now would be sent here again')
    assert.match(await read, /event: stopping\ndata: 1\n\n$/)
    assert.equal(await stopped, 0)
    const { tracker } = (await cast.json()) as { tracker: string }
    assert.ok(logContents(server.dataDir).trackers.includes(tracker))
    await assert.rejects(fetch(`${server.url}/readyz`), 'no process listens')
  } finally {
    await server.stop()
  }
})

test('a drain of more than 600 s, or with a fraction, is refused', async () => {
  for (const seconds of ['601', '-1', '1.5', 'long']) {
    const { code, stderr } = await runCli(['serve', '--data', 'nowhere', `--drain=${seconds}`])
    assert.equal(code, 2, stderr)
    assert.match(stderr, /'--drain <seconds>'.*whole number from 0 to 600/)
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
