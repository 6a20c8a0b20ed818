/**
 * Cosigning the checkpoints of a served log during voting: with real litewitnesses, and in the
 * presence of lying ones.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PublicLogState } from '../src/core/status/public-log-state.ts'
import { parseCheckpoint } from '../src/core/tlog/checkpoint.ts'
import { cosign, verifyCosignatures } from '../src/core/tlog/cosignature.ts'
import { formatSignature, parseNote } from '../src/core/tlog/note.ts'
import { COSIGNATURE, formatVerifierKey, parseVerifierKey } from '../src/core/tlog/note-key.ts'
import { parseAddCheckpoint } from '../src/core/tlog/witness.ts'
import { goTools, withoutGo } from './go-tools.ts'
import { type Litewitness, startLitewitness } from './litewitness.ts'
import { HASHER, testKey, verifyEd25519 } from './log-keys.ts'
import { logKeyOf } from './receipts.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from './server.ts'

const skip = withoutGo()
const ID = 'test-election'

before(() => {
  if (skip === false) goTools()
})

/** A server that restarts with witnesses after its log's key is known. */
interface Served {
  readonly server: TestServer
  readonly vkey: string
  readonly origin: string
}

async function withWitnesses(t: TestContext, witnesses: (log: Served) => Promise<readonly string[]>) {
  const args: string[] = ['--publish-every', '0.2']
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(2_000), args })
  t.after(() => server.stop())
  const key = logKeyOf(server.dataDir, ID)
  const log = { server, vkey: formatVerifierKey(key), origin: key.name }
  // Each start reads the arguments again.
  for (const each of await witnesses(log)) args.push('--witness', each)
  await server.restart()
  return log
}

async function logState(url: string): Promise<Partial<PublicLogState>> {
  const body = (await (await fetch(`${url}/healthz`)).json()) as {
    elections: { log: PublicLogState | null }[]
  }
  return body.elections[0]!.log ?? {}
}

/** Waits until a condition holds; fails with the current state after too long. */
async function until<T>(look: () => Promise<T>, isSo: (value: T) => boolean, what: string): Promise<T> {
  const endMs = performance.now() + 30_000
  for (;;) {
    const value = await look()
    if (isSo(value)) return value
    assert.ok(performance.now() < endMs, `${what}: ${JSON.stringify(value)}`)
    await sleep(20)
  }
}

const noteAt = async (url: string, name: string) => {
  const answer = await fetch(`${url}/log/${name}`)
  return answer.status === 200 ? parseNote(await answer.text()) : undefined
}

/** Returns how many witnesses have cosigned, and at which size. */
async function cosignedBy(url: string, name: string, vkeys: readonly string[]) {
  const note = await noteAt(url, name)
  if (note === undefined) return { size: 0, good: 0 }
  const keys = vkeys.map((vkey) => parseVerifierKey(HASHER.sha256, vkey))
  const { good, bad } = verifyCosignatures(note, keys, verifyEd25519)
  assert.equal(bad, undefined, `${name} bears a wrong cosignature`)
  return { size: parseCheckpoint(note.text).size, good: good.length }
}

function voting(server: TestServer) {
  let cast = 0
  let going = true
  const done = (async () => {
    for (const key of server.keys) {
      if (!going) return
      if ((await vote(server.url, key, 'ada').catch(() => undefined))?.status === 201) cast++
    }
  })()
  return {
    cast: () => cast,
    stop: async () => {
      going = false
      await done
      return cast
    },
  }
}

test('two litewitnesses cosign during voting; a verifier may require both at any time', {
  skip,
}, async (t) => {
  const running: Litewitness[] = []
  t.after(async () => {
    for (const each of running) await each.stop()
  })
  const { server } = await withWitnesses(t, async (log) => {
    for (const [i, name] of ['witness.example/w1', 'witness.example/w2'].entries())
      running.push(await startLitewitness(name, [log], new Uint8Array(32).fill(20 + i)))
    return running.map(({ url, vkey }) => `${url}=${vkey}`)
  })
  const vkeys = running.map(({ vkey }) => vkey)
  const voters = voting(server)
  const demand = async (...more: readonly string[]) =>
    runCli([
      ...['verify', server.url, '--state', join(server.dir, 'state.json'), '--json'],
      ...vkeys.flatMap((vkey) => ['--witness', vkey]),
      ...more,
    ])
  await until(
    () => cosignedBy(server.url, 'checkpoint.witnessed', vkeys),
    ({ size, good }) => good === 2 && size > 1,
    'both cosign what grows',
  )
  for (let i = 0; i < 5; i++) {
    const { code, stdout, stderr } = await demand('--quorum', '2')
    assert.equal(code, 0, stdout + stderr)
  }
  const cast = await voters.stop()
  assert.ok(cast > 50)
  const both = await until(
    () => cosignedBy(server.url, 'checkpoint', vkeys),
    ({ size, good }) => size === cast + 1 && good === 2,
    'the last checkpoint has both cosignatures',
  )
  assert.deepEqual(await cosignedBy(server.url, 'checkpoint.witnessed', vkeys), both)
  const state = await until(
    () => logState(server.url),
    ({ witnessed }) => witnessed === cast + 1,
    'the state says so',
  )
  assert.deepEqual(state.witnesses, [
    { name: 'witness.example/w1', size: cast + 1, problem: null, behind: 0 },
    { name: 'witness.example/w2', size: cast + 1, problem: null, behind: 0 },
  ])
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  assert.match(
    metrics,
    new RegExp(`elections_log_witness_leaves{election="${ID}",witness="witness.example/w2"} ${cast + 1}\n`),
  )
  const stranger = formatVerifierKey(
    testKey('witness.example/w3', new Uint8Array(32).fill(3), COSIGNATURE).key,
  )
  const { code, stdout } = await demand('--witness', stranger, '--quorum', '3')
  assert.equal(code, 1)
  assert.match(stdout, /cosignatures-too-few/)

  await server.restart()
  assert.equal((await cosignedBy(server.url, 'checkpoint', vkeys)).good, 2, 'a restart keeps them')
})

test('a witness that was down catches up, and delays neither votes nor the log', { skip }, async (t) => {
  const steady: Litewitness[] = []
  let shaky: Relay | undefined
  t.after(async () => {
    for (const each of steady) await each.stop()
    await shaky?.stop()
  })
  const { server } = await withWitnesses(t, async (log) => {
    steady.push(await startLitewitness('witness.example/steady', [log], new Uint8Array(32).fill(31)))
    steady.push(await startLitewitness('witness.example/shaky', [log], new Uint8Array(32).fill(32)))
    shaky = await relay(steady[1]!.url)
    return [`${steady[0]!.url}=${steady[0]!.vkey}`, `${shaky.url}=${steady[1]!.vkey}`]
  })
  const [first, second] = steady.map(({ vkey }) => vkey) as [string, string]
  const size = async (vkey: string) => {
    const { witnesses } = await logState(server.url)
    return witnesses?.find(({ name }) => vkey.startsWith(`${name}+`))
  }
  await until(
    () => size(second),
    (state) => state?.size === 1,
    'it cosigns at first',
  )
  shaky!.cut(true)
  const voters = voting(server)
  const down = await until(
    () => size(second),
    (state) => state?.problem === 'no-answer' && state.behind > 100,
    'the server reports that the witness is down',
  )
  assert.equal(down!.size, 1)
  const cast = await voters.stop()
  await until(
    () => cosignedBy(server.url, 'checkpoint', [first]),
    (found) => found.size === cast + 1 && found.good === 1,
    'the other one cosigns all the same',
  )
  assert.equal((await cosignedBy(server.url, 'checkpoint.witnessed', [first, second])).size, 1)
  shaky!.cut(false)
  await until(
    () => cosignedBy(server.url, 'checkpoint.witnessed', [first, second]),
    (found) => found.size === cast + 1 && found.good === 2,
    'it is offered the newest when it is back',
  )
  assert.match(server.stderr(), /"witness":"witness.example\/shaky","problem":"no-answer"/)
})

test('lying witnesses are detected, and votes and the log continue', async (t) => {
  const liars: Liar[] = []
  t.after(() => Promise.all(liars.map((each) => each.stop())))
  const honest = testKey('honest.example', new Uint8Array(32).fill(41), COSIGNATURE)
  const other = testKey('other.example', new Uint8Array(32).fill(42), COSIGNATURE)
  const signed = (request: string, { key, sign } = honest): string => {
    const { text } = parseNote(parseAddCheckpoint(request).checkpoint)
    return formatSignature(cosign(text, key, 1_800_000_000, sign))
  }
  const answers: Record<string, (request: string, response: ServerResponse) => void> = {
    'wrong-key': (request, response) => response.end(signed(request, { ...honest, sign: other.sign })),
    'other-text': (_request, response) =>
      response.end(formatSignature(cosign('another log\n1\nAAAA\n', honest.key, 1, honest.sign))),
    stranger: (request, response) => response.end(signed(request, other)),
    garbage: (_request, response) => response.end('\u0000\u001b[2J — no line at all'),
    huge: (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    },
    elsewhere: (_request, response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    'conflict-forever': (_request, response) =>
      response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('0\n'),
    'ahead-of-us': (_request, response) =>
      response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('999999\n'),
    'not-a-size': (_request, response) =>
      response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('-1\n'),
    slow: (_request, response) => {
      const timer = setInterval(() => response.write('x'), 200)
      response.on('close', () => clearInterval(timer))
    },
    unknown: (_request, response) => response.writeHead(404).end('who is that?\u001b[31m'),
  }
  const vkeys: string[] = []
  let good: Liar | undefined
  const { server } = await withWitnesses(t, async () => {
    good = await liar((request, response) => response.end(signed(request)))
    liars.push(good)
    vkeys.push(formatVerifierKey(honest.key))
    const named = [`${good.url}=${vkeys[0]}`]
    for (const [i, [name, answer]] of Object.entries(answers).entries()) {
      const place = await liar(answer)
      liars.push(place)
      const { key } = testKey(`${name}.example`, new Uint8Array(32).fill(60 + i), COSIGNATURE)
      vkeys.push(formatVerifierKey(key))
      named.push(`${place.url}=${vkeys.at(-1)}`)
    }
    return named
  })
  const voters = voting(server)
  const states = await until(
    () => logState(server.url),
    ({ witnesses }) =>
      witnesses?.every(({ name, problem }) => (problem === null) === (name === 'honest.example')) === true,
    'each is found out',
  )
  const problems = Object.fromEntries(
    states.witnesses!.map(({ name, problem, size }) => {
      if (problem !== null) assert.equal(size, null, name)
      return [name.replace('.example', ''), problem]
    }),
  )
  assert.deepEqual(problems, {
    honest: null,
    'wrong-key': 'wrong-signature',
    'other-text': 'wrong-signature',
    stranger: 'wrong-signature',
    garbage: 'malformed',
    huge: 'no-answer',
    elsewhere: 'refused',
    'conflict-forever': 'malformed',
    'ahead-of-us': 'ahead',
    'not-a-size': 'malformed',
    slow: 'no-answer',
    unknown: 'unknown-log',
  })
  const cast = await voters.stop()
  assert.ok(cast > 50)
  await until(
    () => cosignedBy(server.url, 'checkpoint', vkeys),
    ({ size, good: signatures }) => size === cast + 1 && signatures === 1,
    'the honest one cosigns the last',
  )
  const file = readFileSync(join(server.dataDir, 'elections', ID, 'log', 'checkpoint'), 'utf8')
  assert.equal(parseNote(file).signatures.length, 2, 'the log’s own signature and one good cosignature')
  for (const code of ['\\u001b', '\u001b']) assert.ok(!server.stderr().includes(code))
  for (const each of liars) assert.ok(each.atOnce() <= 1, 'one request at a time')
  assert.ok(
    (await fetch(`${server.url}/log/checkpoint.witnessed`)).status === 404,
    'the quorum is all of them',
  )
})

test('a malformed witness option is refused with one line', async () => {
  const { key } = testKey('w.example', new Uint8Array(32).fill(7), COSIGNATURE)
  const vkey = formatVerifierKey(key)
  const logKey = formatVerifierKey(testKey('w.example', new Uint8Array(32).fill(7)).key)
  for (const [args, words] of [
    [['--witness', vkey], /not URL=VKEY/],
    [['--witness', `ftp://w.example=${vkey}`], /not URL=VKEY/],
    [['--witness', `https://w.example=${logKey}`], /key of a witness/],
    [['--witness', `https://me:secret@w.example=${vkey}`], /password/],
    [['--witness', `https://a.example=${vkey}`, '--witness', `https://b.example=${vkey}`], /named twice/],
    [
      ['--witness', `https://a.example=${vkey}`, '--witness-quorum', '2'],
      /larger than the number of --witness options/,
    ],
  ] as const) {
    const { code, stderr } = await runCli(['serve', '--data', '/nowhere', ...args])
    assert.equal(code, 2, stderr)
    assert.match(stderr, words)
    assert.doesNotMatch(stderr, /secret/)
    assert.equal(stderr.trim().split('\n').length, 1)
  }
})

interface Relay {
  readonly url: string
  readonly cut: (cut: boolean) => void
  readonly stop: () => Promise<void>
}

/** A proxy before a witness. While it is cut, the witness seems down. */
async function relay(target: string): Promise<Relay> {
  let cut = false
  const server = createServer(async (request, response) => {
    if (cut) return request.socket.destroy()
    const answer = await fetch(target + request.url!, { method: 'POST', body: await bodyOf(request) })
    const type = answer.headers.get('content-type')
    response.writeHead(answer.status, type === null ? {} : { 'content-type': type })
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (now) => {
      cut = now
    },
    stop: () => closed(server),
  }
}

interface Liar {
  readonly url: string
  /** Largest number of simultaneous requests. */
  readonly atOnce: () => number
  readonly stop: () => Promise<void>
}

async function liar(answer: (request: string, response: ServerResponse) => void): Promise<Liar> {
  let open = 0
  let most = 0
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++open)
    response.on('close', () => open--)
    answer(await bodyOf(request), response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    atOnce: () => most,
    stop: () => closed(server),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}

function closed(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
