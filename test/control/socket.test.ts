/**
 * The control socket in the hands of strangers, of old programs, and of processes that are gone.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { ControlRefused, reachOwner } from '../../src/adapters/control/client.ts'
import { type ControlPlace, readPlace } from '../../src/adapters/control/place.ts'
import type { Hello } from '../../src/adapters/control/wire.ts'
import { controlFile } from '../../src/adapters/embedded/layout.ts'
import { systemClock } from '../../src/adapters/node/clock.ts'
import { createDemo, DEMO_ID } from '../../src/organise/demo-election.ts'
import { controlApi } from '../../src/server/control/api.ts'
import { openControl } from '../../src/server/control/control.ts'
import { openFolder } from '../../src/server/one-machine.ts'

const log = pino({ level: 'silent' })

/**
 * A data folder that this very process serves, without a gateway. @param below names of folders to
 * put it in
 */
async function served(t: TestContext, below = '.') {
  const top = mkdtempSync(join(tmpdir(), 'control-'))
  const dataDir = join(top, below)
  mkdirSync(dataDir, { recursive: true })
  await createDemo(dataDir, 20, Date.now())
  const folder = await openFolder({ dataDir, clock: systemClock, log, onBroken: assert.fail })
  const control = await openControl(controlFile(dataDir), controlApi(folder, log), log)
  let isOpen = true
  const stop = async () => {
    if (!isOpen) return
    isOpen = false
    await control.close()
    await folder.close()
  }
  t.after(async () => {
    await stop()
    rmSync(top, { recursive: true })
  })
  const place = readPlace(controlFile(dataDir))!
  const { elections } = (await ask(place, { path: '/' })).value as Hello
  return {
    dataDir,
    folder,
    place,
    stop,
    state: elections[0]!.state,
    endMs: Date.parse(elections[0]!.closes_at),
  }
}

interface Ask {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string
}

interface Answer {
  readonly status: number
  readonly value: unknown
  readonly code: string
}

/** As a program would ask that is told the token. A header that is undefined is left out. */
function ask(
  { address, token }: ControlPlace,
  { path = `/elections/${DEMO_ID}/extend`, ...rest }: Ask,
): Promise<Answer> {
  const { body, method = body === undefined ? 'GET' : 'POST' } = rest
  const headers = {
    authorization: `Bearer ${token}`,
    'elections-control': '1',
    ...(body !== undefined && { 'content-type': 'application/json', 'request-id': randomUUID() }),
    ...rest.headers,
  }
  const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: address, path, method, headers: kept as Record<string, string> })
    asked.on('error', reject)
    asked.on('response', async (response) => {
      let text = ''
      for await (const piece of response) text += piece
      const value = JSON.parse(text) as { code: string }
      resolve({ status: response.statusCode!, value, code: value.code })
    })
    asked.end(body)
  })
}

const to = (ms: number) => JSON.stringify({ closes_at: new Date(ms).toISOString() })
const from = (state: string) => ({ 'if-match': `"${state}"` })

test('socket and token are their owner’s alone, and gone with the process', async (t) => {
  const { dataDir, place, stop } = await served(t)
  assert.equal(place.address, join(dataDir, 'control.sock'))
  assert.ok(statSync(place.address).isSocket())
  for (const path of [place.address, controlFile(dataDir)])
    assert.equal(statSync(path).mode & 0o777, 0o600, path)
  await stop()
  assert.deepEqual([existsSync(place.address), existsSync(controlFile(dataDir))], [false, false])
  assert.equal(await reachOwner(controlFile(dataDir)), undefined)
})

test('without the token nothing is told, whatever is asked', async (t) => {
  const { place } = await served(t)
  for (const authorization of [undefined, '', 'Bearer ', `Bearer ${'0'.repeat(64)}`, `Basic ${place.token}`])
    for (const path of ['/', '/look', '/nothing']) {
      const { status, code } = await ask(place, { path, headers: { authorization } })
      assert.deepEqual([status, code], [401, 'unauthorised'])
    }
})

test('another version is refused, by either end, in words that say which', async (t) => {
  const { dataDir, place, state, endMs } = await served(t)
  for (const version of [undefined, '0', '2', '1.0', 'one']) {
    const { code, value } = await ask(place, {
      headers: { ...from(state), 'elections-control': version },
      body: to(endMs + 1),
    })
    assert.deepEqual([code, (value as { control: number }).control], ['wrong-version', 1])
  }
  writeFileSync(controlFile(dataDir), JSON.stringify({ ...place, control: 2 }))
  await assert.rejects(
    reachOwner(controlFile(dataDir)),
    /speaks version 2 of the control socket, this program version 1/,
  )
})

test('a request that comes again under its id is answered alike, and changes nothing more', async (t) => {
  const { place, state, endMs, folder } = await served(t)
  const headers = { ...from(state), 'request-id': randomUUID() }
  const body = to(endMs + 60_000)
  const both = await Promise.all([ask(place, { headers, body }), ask(place, { headers, body })])
  const later = await ask(place, { headers, body })
  for (const answer of [...both, later]) {
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.value, { result: { election: DEMO_ID, closesAtMs: endMs + 60_000 }, notes: [] })
  }
  assert.equal(folder.elections.default.election.closesAtMs, endMs + 60_000)
  assert.equal((await ask(place, { headers, body: to(endMs + 90_000) })).code, 'request-id-reused')
  for (const id of [undefined, '1', randomUUID().toUpperCase()])
    assert.equal((await ask(place, { headers: { ...headers, 'request-id': id }, body })).code, 'malformed')
})

test('tokens are made and revoked over it, known at once; what is malformed makes none', async (t) => {
  const { place, folder } = await served(t)
  const token = {
    ...{ id: 'k3v9x0q2ab', name: 'Kiosk 3', scopes: ['cast'], sha256: 'a'.repeat(64), perSecond: 20 },
    ...{ createdAtMs: 1, expiresAtMs: 2, revokedAtMs: null },
  }
  const tokens = (what: string, body: unknown) =>
    ask(place, { path: `/tokens/${what}`, body: JSON.stringify(body) })
  for (const [what, body] of [
    ['add', {}],
    ['add', { token: { ...token, scopes: ['everything'] } }],
    ['add', { token: { ...token, revokedAtMs: 5 } }],
    ['add', { token, more: 1 }],
    ['revoke', { id: '../../etc' }],
    ['revoke', {}],
    ['list', { id: token.id }],
    ['list', []],
  ] as const)
    assert.equal((await tokens(what, body)).code, 'malformed', JSON.stringify([what, body]))
  assert.equal((await ask(place, { path: '/tokens/add' })).code, 'method-not-allowed')
  assert.equal((await tokens('drop', {})).code, 'not-found')
  assert.equal(folder.tokens.find(token.id), undefined)
  assert.deepEqual((await tokens('add', { token })).value, { result: 'added', notes: [] })
  assert.deepEqual(folder.tokens.find(token.id), token)
  assert.deepEqual((await tokens('add', { token: { ...token, sha256: 'b'.repeat(64) } })).value, {
    ...{ result: 'taken', notes: [] },
  })
  assert.deepEqual((await tokens('revoke', { id: token.id })).value, { result: 'revoked', notes: [] })
  assert.ok(folder.tokens.find(token.id)!.revokedAtMs! > 0)
  assert.equal(((await tokens('list', {})).value as { result: unknown[] }).result.length, 1)
})

test('a request from a view that is out of date is refused, also where both came at once', async (t) => {
  const { place, state, endMs, folder } = await served(t)
  const both = await Promise.all(
    [60_000, 90_000].map((ms) => ask(place, { headers: from(state), body: to(endMs + ms) })),
  )
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412])
  const { closesAtMs } = folder.elections.default.election
  for (const headers of [from(state), from('0'.repeat(64))]) {
    const { status, code } = await ask(place, { headers, body: to(endMs + 120_000) })
    assert.deepEqual([status, code], [412, 'outdated'])
  }
  for (const ifMatch of [undefined, '*', state]) {
    const { code } = await ask(place, { headers: { 'if-match': ifMatch }, body: to(endMs + 120_000) })
    assert.equal(code, 'state-missing')
  }
  assert.equal(folder.elections.default.election.closesAtMs, closesAtMs)
})

test('what is refused by the election is told in its words, and changes nothing', async (t) => {
  const { dataDir, place, state, endMs } = await served(t)
  const { status, code, value } = await ask(place, { headers: from(state), body: to(endMs) })
  assert.deepEqual([status, code], [409, 'refused'])
  assert.match((value as { detail: string }).detail, /as it is: it can only be extended/)
  const owner = (await reachOwner(controlFile(dataDir)))!
  const paths = { roll: join(dataDir, 'no.csv'), keys: join(dataDir, 'no-keys.csv'), against: [] }
  await assert.rejects(owner.change(DEMO_ID, 'add-voters', paths), (error) => {
    assert.ok(error instanceof ControlRefused)
    assert.match(error.message, /no\.csv: /)
    return true
  })
  await assert.rejects(owner.change('other', 'extend', { closes_at: new Date(endMs + 1).toISOString() }))
  const again = (await ask(place, { path: '/' })).value as Hello
  assert.equal(again.elections[0]!.state, state)
})

test('requests that are none: too large, of another type, to nowhere, half a body', async (t) => {
  const { place, state, endMs } = await served(t)
  const large = `{"closes_at":"${'9'.repeat(65_536)}"}`
  const headers = from(state)
  assert.deepEqual((await ask(place, { headers, body: large })).code, 'body-too-large')
  const chunked = { ...headers, 'transfer-encoding': 'chunked' }
  assert.deepEqual((await ask(place, { headers: chunked, body: large })).code, 'body-too-large')
  const cases: [Ask, string][] = [
    [{ headers: { ...headers, 'content-type': 'text/plain' }, body: to(endMs + 1) }, 'not-json'],
    [{ headers, body: to(endMs + 1).slice(1) }, 'malformed'],
    [{ headers, body: '{"closes_at":0}' }, 'malformed'],
    [{ path: '/elections/other/extend', headers, body: to(endMs + 1) }, 'unknown-election'],
    [{ path: '/elections/other/remove', headers, body: '{}' }, 'not-found'],
    [{ method: 'GET' }, 'method-not-allowed'],
    [{ path: '/', body: '{}' }, 'method-not-allowed'],
  ]
  for (const [asked, code] of cases) assert.equal((await ask(place, asked)).code, code)
  const again = (await ask(place, { path: '/' })).value as Hello
  assert.equal(again.elections[0]!.state, state)
})

test('who sends slowly is cut off, and others are served meanwhile', async (t) => {
  const { place } = await served(t)
  const slow = Array.from({ length: 8 }, () => connect(place.address))
  const ends = slow.map((socket) => {
    socket.on('error', () => {})
    socket.write('POST /look HTTP/1.1\r\nhost: a\r\n')
    socket.resume()
    return once(socket, 'close')
  })
  assert.equal((await ask(place, { path: '/' })).status, 200)
  await Promise.all(ends)
})

test('a folder whose path is too long for a socket has it elsewhere, in a folder of its own', async (t) => {
  const { dataDir, place, stop } = await served(t, join('d'.repeat(90), 'd'.repeat(90)))
  const folder = dirname(place.address)
  assert.notEqual(folder, dataDir)
  assert.ok(Buffer.byteLength(place.address) <= 107)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(place.address).mode & 0o777, 0o600)
  assert.equal((await reachOwner(controlFile(dataDir)))?.hello.pid, process.pid)
  await stop()
  assert.equal(existsSync(folder), false)
})

test('something else by the name of the socket is not taken away', async (t) => {
  const { dataDir, folder, stop } = await served(t)
  await stop()
  writeFileSync(join(dataDir, 'control.sock'), 'mine')
  await assert.rejects(
    openControl(controlFile(dataDir), controlApi(folder, log), log),
    /control\.sock: is not a socket/,
  )
  assert.equal(readFileSync(join(dataDir, 'control.sock'), 'utf8'), 'mine')
  for (const text of [
    '',
    '{',
    'null',
    '{"control":1}',
    '{"control":1,"address":"/a","token":"x"}',
    'x'.repeat(5000),
  ]) {
    writeFileSync(controlFile(dataDir), text)
    assert.equal(await reachOwner(controlFile(dataDir)), undefined, text.slice(0, 20))
  }
})
