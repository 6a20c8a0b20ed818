/**
 * A voter shares an address with a flood of wrong keys. With `--challenge` the browser solves a
 * task without the voter's help and the ballot is recorded while the flood continues. A client
 * without a browser gets instructions.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { hashedText, hasZeroBits, readChallenge } from '../../src/core/access/challenge.ts'
import { type Key, openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'
import { accessibilityFaults, launchBrowser, openPage } from './browser.ts'
import { at, linkOf, press, trackerOn } from './voter.ts'

const CAMPUS = '198.51.100.7'

let browser: Browser
let server: TestServer
let plain: TestServer
let next = 0
const fresh = (): Key => server.keys[next++]!

before(async () => {
  browser = await launchBrowser()
  const election = { definition: openElectionFile(), roll: rollOf(40, ['north']) }
  ;[server, plain] = await Promise.all([
    startServer({ ...election, args: ['--trust-proxy', '--wrong-keys', '5', '--challenge'] }),
    startServer({ ...election, args: ['--trust-proxy', '--wrong-keys', '5'] }),
  ])
})
after(async () => {
  await browser?.close()
  await Promise.all([server?.stop(), plain?.stop()])
})

const wrongKey = (i: number): string => {
  const body = `{"personal_id":"G${i}","guid":"x","candidate":"ada"}`
  return (
    `POST /vote HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${CAMPUS}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

/**
 * Keeps hundreds of requests with wrong keys open from the campus's address. @returns a function
 * that ends the flood
 */
async function flood(url: string): Promise<() => void> {
  const { port, hostname } = new URL(url)
  let sent = 0
  let going = true
  const isAsked = Promise.withResolvers<void>()
  const sockets: Socket[] = Array.from({ length: 8 }, () => connect(Number(port), hostname))
  const again = (socket: Socket) =>
    going && socket.write(Array.from({ length: 50 }, () => wrongKey(sent++)).join(''))
  for (const socket of sockets) {
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1')
      if (text.includes('challenge-needed')) isAsked.resolve()
      const answered = text.split('HTTP/1.1 ').length - 1
      const more = () =>
        going && socket.write(Array.from({ length: answered }, () => wrongKey(sent++)).join(''))
      // More than the slow lane checks, and fewer than a processor can send.
      setTimeout(more, answered).unref()
    })
    again(socket)
  }
  await isAsked.promise
  return () => {
    going = false
    for (const socket of sockets) socket.destroy()
  }
}

const metricsOf = async (url: string) => (await fetch(`${url}/metrics`)).text()
const from = { 'x-forwarded-for': CAMPUS }

async function challengeFor(url: string): Promise<string> {
  const { challenge, bits } = (await (await fetch(`${url}/challenge`, { headers: from })).json()) as {
    challenge: string
    bits: number
  }
  const read = readChallenge(challenge)!
  assert.equal(read.bits, bits)
  for (let number = 0; ; number++)
    if (hasZeroBits(createHash('sha256').update(hashedText(read, number)).digest(), bits))
      return `${challenge}.${number}`
}

async function passedChallenges(): Promise<number> {
  const passed = /^elections_challenges_total\{outcome="passed"\} (\d+)$/m.exec(await metricsOf(server.url))
  return Number(passed?.[1] ?? 0)
}

/** A new voter from the campus votes in the browser. */
async function voteByPage(): Promise<void> {
  const { page, faults, close } = await openPage(browser, linkOf(server, fresh()), { extraHTTPHeaders: from })
  await at(page, 'Your ballot', 60_000)
  await press(page, 'Start')
  await at(page, 'Mayor')
  await page.getByRole('radio', { name: 'Ada Lovelace' }).check()
  await page.locator('.actions .primary').click()
  await at(page, 'Review your ballot')
  await press(page, 'Cast my ballot')
  assert.match(await trackerOn(page), /^[\w-]{43}$/)
  // A browser writes each refusal to its console.
  assert.deepEqual(
    faults.filter((fault) => !/status of 429/.test(fault)),
    [],
  )
  await close()
}

test('in a flood of wrong keys the voter’s browser solves a challenge; the ballot is recorded', async (t) => {
  const stop = await flood(server.url)
  t.after(stop)
  // Just after the slow lane has taken a batch, a voter needs no challenge.
  do await voteByPage()
  while ((await passedChallenges()) === 0)
})

test('during a challenge the page explains the wait, shows progress and asks for nothing', async (t) => {
  // A challenge that takes longer than the test.
  const endless = { challenge: `32.1795972481.${'A'.repeat(16)}.${'A'.repeat(22)}`, bits: 32 }
  const { page, close } = await openPage(
    browser,
    linkOf(server, fresh()),
    { extraHTTPHeaders: from },
    async (page) => {
      await page.route('**/ballot-style', (route) =>
        route.fulfill({ status: 429, json: { code: 'challenge-needed', status: 429 } }),
      )
      await page.route('**/challenge', (route) => route.fulfill({ json: endless }))
    },
  )
  t.after(close)
  const said = page
    .getByRole('status')
    .filter({ hasText: 'Many wrong voter keys were sent from your network' })
  await said.waitFor()
  const far = () => said.locator('progress').evaluate((bar) => (bar as unknown as { value: number }).value)
  const before = await far()
  while ((await far()) <= before);
  assert.deepEqual(await accessibilityFaults(page), [])
  assert.equal(await said.getByRole('button').count(), 0)
})

test('a client gets instructions, a solution works once, and without a flood there is neither', async () => {
  assert.equal((await vote(server.url, fresh(), 'ada', { 'x-forwarded-for': '203.0.113.5' })).status, 201)
  const stop = await flood(server.url)
  try {
    const guess = (solution: string) =>
      vote(server.url, { personal_id: 'nobody', guid: 'x' }, 'ada', {
        ...from,
        'challenge-solution': solution,
      })
    for (;;) {
      const refused = await guess('malformed')
      const { code } = (await refused.json()) as { code: string }
      if (code !== 'challenge-needed') continue
      assert.equal(refused.status, 429)
      assert.ok(Number(refused.headers.get('retry-after')) > 0)
      break
    }
    const solution = await challengeFor(server.url)
    const solved = { ...from, 'challenge-solution': solution }
    assert.equal((await vote(server.url, fresh(), 'ada', solved)).status, 201)
    // A recorded ballot lets other requests pass without a challenge. The server checks solutions
    // only when those passes are used up.
    while (!/^elections_challenges_total\{outcome="used"\} [1-9]/m.test(await metricsOf(server.url)))
      await guess(solution)
  } finally {
    stop()
  }
  assert.equal((await fetch(`${plain.url}/challenge`)).status, 404)
})
