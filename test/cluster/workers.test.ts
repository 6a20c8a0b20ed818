/**
 * Several processes at one port (`--workers`), with real engines: one is killed, all are ended, and
 * their figures are added up.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { runCli } from '../server.ts'
import { type ClusterElection, type ClusterServer, type Product, product, until } from './cluster-server.ts'

let cluster: Product
let election: ClusterElection
let server: ClusterServer

before(async () => {
  cluster = await product()
  election = await cluster.init(200)
  server = await cluster.serve('gateway', {}, '--workers', '2', '--trust-proxy', '--wrong-keys', '3')
})
after(() => cluster?.end())

interface Told {
  readonly status: number
  readonly text: string
}

/** Requests over new connections: the operating system distributes them over the workers. */
async function ask(method: 'GET' | 'POST', path: string, body = '', from?: string): Promise<Told> {
  const headers = {
    'content-type': 'application/json',
    ...(from !== undefined && { 'x-forwarded-for': from }),
  }
  const asked = request(`${server.url}${path}`, { method, headers, agent: false, timeout: 20_000 })
  asked.on('timeout', () => asked.destroy(new Error(`${path} is not answered`)))
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return { status: answer.statusCode!, text }
}

const vote = (key: { personal_id: string; guid: string }, from?: string): Promise<Told> =>
  ask('POST', '/vote', JSON.stringify({ ...key, candidate: 'ada' }), from)

/** Returns a figure by its name and labels, as written in the metrics. */
async function figureOf(figure: string): Promise<number | undefined> {
  const { status, text } = await ask('GET', '/metrics')
  assert.equal(status, 200, text)
  const line = text.split('\n').find((one) => one.startsWith(`${figure} `))
  return line === undefined ? undefined : Number(line.slice(figure.length + 1))
}

const recorded = () =>
  figureOf(`elections_ballots_answered_total{election="${election.id}",outcome="recorded"}`)

/**
 * Waits until `last` votes are reported: the processes report in turn, and the sum never decreases.
 */
async function recordedFrom(first: number, last: number): Promise<void> {
  let sum = first
  const sums = [sum]
  while (sum !== last || sums.length === 1) {
    sum = (await recorded())!
    sums.push(sum)
    assert.ok(sum >= sums.at(-2)! && sum <= last, `the sums were ${sums}`)
  }
}

/** Returns the processes that replaced others, from the server's output. */
const startedAgain = (): number[] =>
  [...server.stderr().matchAll(/"process":(\d+)[^\n]*the worker is ready again/g)].map(([, pid]) =>
    Number(pid),
  )

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('two processes answer at one port, and each reports the figures of both', async () => {
  assert.equal(server.workers.length, 2)
  assert.ok(!server.workers.includes(server.pid))
  for (const key of election.take(20)) assert.equal((await vote(key)).status, 201)
  // A process that does not answer in time is not in the sum until it has answered once.
  await until('both to report', async () => (await recorded()) === 20)
  for (let i = 0; i < 4; i++) {
    assert.equal(await recorded(), 20)
    assert.equal(await figureOf('elections_workers'), 2)
    assert.equal(await figureOf('elections_workers_wanted'), 2)
  }
  assert.equal(await figureOf(`elections_ballot_answer_seconds_count{election="${election.id}"}`), 20)
  assert.equal(await figureOf(`elections_keys_loaded{election="${election.id}"}`), 1)
})

test('a client that sends wrong keys to one process is limited at the others', async () => {
  const from = '203.0.113.9'
  for (let i = 0; i < 5; i++) await vote({ personal_id: `W${i}`, guid: 'x' }, from)
  await until(
    'both to limit it',
    async () => (await figureOf('elections_wrong_keys_tracked{kind="address",state="held"}')) === 1,
  )
  const answers = await until('429 on connections to either', async () => {
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await vote({ personal_id: `V${i}`, guid: 'x' }, from)).status)
    return statuses.every((status) => status === 429) && statuses
  })
  assert.deepEqual(answers, [429, 429, 429, 429])
  assert.equal((await vote(election.take(1)[0]!, from)).status, 201)
})

test('a process that is killed is restarted, the other continues, and no sum decreases', async () => {
  await until('the earlier votes to be reported', async () => (await recorded()) === 21)
  const [first, second] = server.workers as [number, number]
  process.kill(first, 'SIGKILL')
  await until('its end', () => !isThere(first))
  for (const key of election.take(10)) assert.equal((await vote(key)).status, 201)
  await until('the replacement', async () => (await figureOf('elections_worker_restarts_total')) === 1)
  await until('two to answer', async () => (await figureOf('elections_workers')) === 2)
  await recordedFrom(21, 31)
  assert.match(server.stderr(), /a worker ended unexpectedly: starting it again/)
  // A process that is asked to end answers its requests, and another replaces it.
  process.kill(second, 'SIGTERM')
  await until('its end', () => !isThere(second))
  await until('the second replacement', async () => (await figureOf('elections_worker_restarts_total')) === 2)
  await until('two to answer again', async () => (await figureOf('elections_workers')) === 2)
  await recordedFrom(31, 31)
  const used = election.take(1)[0]!
  assert.equal((await vote(used)).status, 201)
  assert.equal((await vote(used)).status, 409)
})

test('votes that come while processes are killed are recorded once each', async () => {
  const keys = election.take(60)
  const [one] = startedAgain()
  const voting = keys.map(async (key, i) => {
    if (i === 20) process.kill(one!, 'SIGKILL')
    return until('an answer', async () => {
      const { status } = await vote(key)
      // Its first answer may have been lost with the process; then the key is used.
      return status === 201 || status === 409
    })
  })
  await Promise.all(voting)
  for (const key of keys) assert.equal((await vote(key)).status, 409)
  await until('two to answer again', () => startedAgain().length === 3)
})

test('SIGTERM ends all: requests under way are answered, and no process is left', async () => {
  const answers = election.take(20).map((key) => vote(key))
  await Promise.race(answers)
  const code = await server.stop()
  assert.equal(code, 0, server.stderr())
  for (const answer of await Promise.allSettled(answers))
    if (answer.status === 'fulfilled') assert.equal(answer.value.status, 201)
  for (const pid of startedAgain()) assert.ok(!isThere(pid), `${pid} is still there`)
})

test('if the leading process is killed, its workers end', async () => {
  server = await cluster.serve('gateway', {}, '--workers', '2')
  await server.kill()
  for (const pid of server.workers) await until('its end', () => !isThere(pid))
})

test('options that --workers does not support are refused', async () => {
  const alone = await runCli(['serve', '--data', cluster.dataDir, '--workers', '2'])
  assert.equal(alone.code, 2)
  assert.match(alone.stderr, /--workers: is for a cluster/)
  const tally = await cluster.cli('serve', '--role', 'tally', '--workers', '2')
  assert.equal(tally.code, 2)
  assert.match(tally.stderr, /--workers: is for servers that accept votes/)
})
