/**
 * A university behind one address votes with the server's default limits. The server trusts one
 * proxy, because it does not count wrong keys of the machine itself.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { after, before, test } from 'node:test'
import { type Key, openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'

const VOTERS = 3_000
/** One in 50 voters, 2 %, mistypes the key once: as many wrong keys as a minute allows. */
const MISTYPE_EVERY = 50
const WRONG_KEYS_A_MINUTE = 60
const CONNECTIONS = 50
/** Voters beside a guesser, and the guesser's wrong keys that are under way at any moment. */
const BESIDE_GUESSER = 400
const GUESSES = 300

let server: TestServer
before(async () => {
  const args = ['--trust-proxy']
  server = await startServer({ definition: openElectionFile(), roll: rollOf(VOTERS + BESIDE_GUESSER), args })
})
after(() => server?.stop())

/** The status of a recorded ballot, or the code of a refusal. */
type Answer = number | string

function cast(agent: Agent, address: string, { personal_id, guid }: Omit<Key, 'district'>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address }
    const sent = request(`${server.url}/vote`, { method: 'POST', agent, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('error', reject)
      answer.on('end', () => {
        const { code } = JSON.parse(text) as { code?: string }
        resolve(code ?? answer.statusCode!)
      })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify({ personal_id, guid, candidate: 'ada' }))
  })
}

/** Lets the voters vote one after the other on each of the connections. */
async function vote(keys: readonly Key[], one: (agent: Agent, key: Key, i: number) => Promise<void>) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const queue = keys.entries()
  const inTurn = async () => {
    for (const [i, key] of queue) await one(agent, key, i)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, inTurn))
  agent.destroy()
}

function counted(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1
  return counts
}

test('3,000 voters of one address vote with the default limits; 2 % mistype their key first', async (t) => {
  const [right, wrong]: [Answer[], Answer[]] = [[], []]
  const startMs = performance.now()
  await vote(server.keys.slice(0, VOTERS), async (agent, key, i) => {
    const address = '203.0.113.10'
    if (i % MISTYPE_EVERY === 0) wrong.push(await cast(agent, address, { ...key, guid: randomUUID() }))
    right.push(await cast(agent, address, key))
  })
  t.diagnostic(`${Math.round(performance.now() - startMs)} ms`)
  assert.deepEqual(counted(right), { 201: VOTERS })
  assert.deepEqual(counted(wrong), { 'unknown-key': WRONG_KEYS_A_MINUTE })
})

test('valid keys of an address are accepted while somebody guesses there, 300 keys at a time', async (t) => {
  const address = '198.51.100.20'
  const startMs = performance.now()
  const guesses: Answer[] = []
  const guesser = new Agent({ keepAlive: true, maxSockets: GUESSES })
  const held = Promise.withResolvers<void>()
  let isOver = false
  const guess = async () => {
    while (!isOver) {
      const answer = await cast(guesser, address, { personal_id: randomUUID(), guid: randomUUID() })
      guesses.push(answer)
      if (answer === 'too-many-attempts') held.resolve()
    }
  }
  const guessing = Promise.all(Array.from({ length: GUESSES }, guess))
  await Promise.race([held.promise, guessing])

  const [answers, waitsMs]: [Answer[], number[]] = [[], []]
  await vote(server.keys.slice(VOTERS), async (agent, key) => {
    const sentMs = performance.now()
    let answer = await cast(agent, address, key)
    // If a hundred keys of the address wait, a further one is to be sent again.
    for (; answer === 'too-busy'; answer = await cast(agent, address, key)) answers.push(answer)
    answers.push(answer)
    waitsMs.push(performance.now() - sentMs)
  })
  isOver = true
  await guessing
  guesser.destroy()
  waitsMs.sort((a, b) => a - b)
  const [median, slowest] = [waitsMs[BESIDE_GUESSER / 2]!, waitsMs.at(-1)!]
  t.diagnostic(`a vote took ${Math.round(median)} ms (median), ${Math.round(slowest)} ms at most`)
  t.diagnostic(`voters ${JSON.stringify(counted(answers))}, guesser ${JSON.stringify(counted(guesses))}`)
  assert.deepEqual(counted(answers.filter((answer) => answer !== 'too-busy')), { 201: BESIDE_GUESSER })
  const { 'unknown-key': unknown = 0, ...others } = counted(guesses)
  const minutes = Math.ceil((performance.now() - startMs) / 60_000)
  assert.ok(unknown <= minutes * WRONG_KEYS_A_MINUTE, `${unknown} guesses were answered as unknown`)
  assert.deepEqual(
    Object.keys(others).filter((code) => !['too-many-attempts', 'too-busy'].includes(code)),
    [],
  )
})
