/**
 * Tests many viewers on one process: all see the last snapshot, and one that does not read costs
 * the others nothing.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'

const VIEWERS = 1_000

async function watch(t: TestContext, { url }: TestServer): Promise<Socket> {
  const { hostname, port, host } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  t.after(() => socket.destroy())
  socket.write(`GET /results/stream HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await once(socket, 'connect')
  return socket
}

const viewersNow = async ({ url }: TestServer) =>
  Number(/^elections_viewers (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())![1])

async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  forMs = 20_000,
): Promise<void> {
  const endMs = performance.now() + forMs
  while (!(await condition())) {
    assert.ok(performance.now() < endMs, `waited too long: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

test('a thousand viewers all see the last snapshot soon after the last vote', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(60) })
  t.after(() => server.stop())
  let sawTheLast = 0
  let bytes = 0
  for (let i = 0; i < VIEWERS; i++) {
    const socket = await watch(t, server)
    let saw = false
    socket.on('data', (chunk) => {
      bytes += chunk.length
      if (saw || !(chunk as Buffer).includes('"cast":60,')) return
      saw = true
      sawTheLast++
    })
  }
  await until(async () => (await viewersNow(server)) === VIEWERS, 'all watching')
  for (const key of server.keys) assert.equal((await vote(server.url, key, 'ada')).status, 201)
  const lastVoteMs = performance.now()
  await until(() => sawTheLast === VIEWERS, `${sawTheLast} saw the last snapshot`)
  t.diagnostic(
    `all saw it after ${(performance.now() - lastVoteMs).toFixed(0)} ms; ${(bytes / 2 ** 20).toFixed(1)} MiB`,
  )
})

/** Reads a stream, and knows the count of the newest snapshot. */
function reading(socket: Socket): { readonly cast: () => number } {
  let cast = 0
  let end = ''
  socket.on('data', (chunk) => {
    const text = end + chunk
    for (const [, count] of text.matchAll(/"cast":(\d+),/g)) cast = Number(count)
    end = text.slice(-30)
  })
  return { cast: () => cast }
}

/** Together 47 MB: much more than the operating system holds for a viewer that reads nothing. */
const SNAPSHOTS = 60

const residentMiB = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

test('viewers that do not read miss snapshots, which the server does not keep for them', async (t) => {
  const districts = Array.from({ length: 12_000 }, (_, i) => ({ id: `d${i}`, name: `County ${i}` }))
  const definition = openElectionFile({ districts })
  const server = await startServer({
    definition,
    roll: rollOf(
      20 + SNAPSHOTS,
      districts.map(({ id }) => id),
    ),
  })
  t.after(() => server.stop())
  const reader = reading(await watch(t, server))
  const slow = await Promise.all(Array.from({ length: 20 }, () => watch(t, server)))
  for (const socket of slow) socket.pause()
  await until(async () => (await viewersNow(server)) === 1 + slow.length, 'all connected')
  // Each vote has a snapshot of its own, which the reader gets before the next vote.
  const cast = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      assert.equal((await vote(server.url, server.keys[i]!, 'ada')).status, 201)
      await until(() => reader.cast() === i + 1, `the snapshot of vote ${i + 1}`)
    }
  }
  await cast(0, 20)
  const beforeMiB = residentMiB(server.pid)
  const bytesEach = Number((await (await fetch(`${server.url}/results`)).arrayBuffer()).byteLength)
  await cast(20, 20 + SNAPSHOTS)
  const grownMiB = residentMiB(server.pid) - beforeMiB
  t.diagnostic(
    `a snapshot is ${(bytesEach / 1024).toFixed(0)} KiB; memory grew by ${grownMiB.toFixed(1)} MiB`,
  )
  assert.ok(grownMiB < 96, `memory grew by ${grownMiB} MiB`)
  // One of them reads again: it gets the newest whole snapshot, not all that it missed.
  let text = ''
  slow[0]!.on('data', (chunk) => {
    text += chunk
  })
  slow[0]!.resume()
  await until(() => text.includes(`"cast":${20 + SNAPSHOTS},`), 'the newest snapshot')
  const snapshots = text.match(/^id: /gm)!.length
  assert.ok(snapshots < SNAPSHOTS / 2, `${snapshots} snapshots were kept for it`)
})
