/**
 * The README's "Put it on the Internet", followed as a new user would: the test reads the commands
 * there and runs each as it stands, against a real ACME server. The environment supplies what a
 * test lacks: the public name leads to loopback, ports 443 and 80 are others, and `sudo` notes its
 * arguments (test/tls/low-ports.test.ts runs that line for real).
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withoutGo } from '../go-tools.ts'
import { openElectionFile, type RunEnd, readKeys, rollOf } from '../server.ts'
import { freePort, type Pebble, startPebble } from './pebble.ts'
import { askInClear, secureClient } from './secure-client.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/elections.js', import.meta.url))
const NAME = 'vote.example.org'
const LIMIT_MS = 180_000
const skip = withoutGo()

let dir: string
let pebble: Pebble
let port: number
let httpPort: number
let serving: ChildProcess | undefined
let served = ''

before(async () => {
  if (skip) return
  dir = mkdtempSync(join(tmpdir(), 'put-on-the-internet-'))
  ;[port, httpPort] = [await freePort(), await freePort()]
  pebble = await startPebble({ httpPort })
  const file = (name: string, text: string) => writeFileSync(join(dir, name), text)
  file('election.json', JSON.stringify(openElectionFile()))
  const lines = rollOf(8).map(({ personal_id, district }) => `${personal_id},${district}\n`)
  file('voters.csv', `personal_id,district\n${lines.join('')}`)
  file('root.pem', await pebble.root())
  file('.curlrc', `silent\nconnect-to = "${NAME}:443:127.0.0.1:${port}"\ncacert = "${dir}/root.pem"\n`)
  file('elections', `#!/bin/sh\nexec "${process.execPath}" "${LAUNCHER}" "$@"\n`)
  mkdirSync(join(dir, 'bin'))
  file('bin/sudo', `#!/bin/sh\necho "$@" >>"${dir}/asked-of-sudo"\n`)
  for (const name of ['elections', 'bin/sudo']) chmodSync(join(dir, name), 0o755)
})

after(async () => {
  await stopServing()
  await pebble?.remove()
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
})

async function stopServing(): Promise<number | null> {
  if (serving === undefined || serving.exitCode !== null) return serving?.exitCode ?? null
  serving.kill('SIGTERM')
  const [code] = (await once(serving, 'exit')) as [number | null]
  return code
}

/** Returns the section's commands, one per line, with the election's id filled in. */
function commandsOfReadme(): readonly string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, section = ''] = readme.split('\n## Put it on the Internet\n')
  const block =
    /(?:^ {4}.*\n)+/m.exec(section)?.[0] ?? assert.fail('README has no such section, or no commands')
  return block
    .replaceAll(/\\\n/g, '')
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/\/e\/ID\b/, '/e/test-election'))
}

const started = (command: string): ChildProcess =>
  spawn('sh', ['-c', command.startsWith('./') ? `exec ${command}` : command], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...{ PATH: `${join(dir, 'bin')}${delimiter}${process.env.PATH}`, CURL_HOME: dir },
      ...{ ELECTIONS_PORT: String(port), ELECTIONS_HTTP_PORT: String(httpPort), ELECTIONS_HOST: '127.0.0.1' },
      ...{ ELECTIONS_ACME_DIRECTORY: pebble.directoryUrl, NODE_EXTRA_CA_CERTS: pebble.caFile },
    },
  })

async function done(command: string): Promise<RunEnd> {
  const child = started(command)
  let [stdout, stderr] = ['', '']
  child.stdout!.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr!.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Requests again until it answers. */
async function until<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const lateMs = performance.now() + LIMIT_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > lateMs) throw new Error(`waited in vain for ${what}: ${served}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('README’s lines in order lead to a server with a certificate that accepts votes', {
  skip,
}, async () => {
  const commands = commandsOfReadme()
  const [rights, init, letters, serve, ask, ...more] = commands as [string, string, string, string, string]
  assert.deepEqual(more, [])

  assert.equal((await done(rights)).code, 0)
  const asked = readFileSync(join(dir, 'asked-of-sudo'), 'utf8')
  assert.equal(asked, 'sysctl -w net.ipv4.ip_unprivileged_port_start=80\n')

  for (const command of [init, letters]) {
    const { code, stdout, stderr } = await done(command)
    assert.equal(code, 0, `${command}\n${stdout}${stderr}`)
  }
  assert.equal(readFileSync(join(dir, 'letters.pdf'), 'latin1').slice(0, 5), '%PDF-')

  serving = started(serve)
  for (const stream of [serving.stdout!, serving.stderr!])
    stream.on('data', (chunk) => {
      served += chunk
    })
  await until('the server to say where people vote', () => {
    assert.equal(serving!.exitCode, null, served)
    return /People vote at https:\/\/vote\.example\.org\S*\/e\/test-election$/m.test(served) || undefined
  })

  // The output is what the line's comment says.
  const shown = /# ("tls":\S+?), …/.exec(ask)?.[1] ?? assert.fail(ask)
  await until(shown, async () => {
    const { stdout } = await done(ask)
    return stdout.includes(shown) || undefined
  })
})

test('then voters can vote there over HTTPS only', { skip }, async () => {
  const client = secureClient(await pebble.root())
  const url = `https://${NAME}:${port}`
  const page = await client.ask(`${url}/e/test-election`, { headers: { accept: 'text/html' } })
  assert.equal(page.status, 200)
  const [key, other] = readKeys(join(dir, 'my-election', 'keys.csv'))
  assert.equal((await client.vote(url, key!, 'ada')).status, 201)

  const sentOn = await askInClear(httpPort, '/e/test-election', { headers: { host: NAME } })
  assert.deepEqual([sentOn.status, sentOn.headers.location], [301, `${url}/e/test-election`])
  const { personal_id, guid } = other!
  const inClear = await askInClear(httpPort, '/vote', {
    method: 'POST',
    body: JSON.stringify({ personal_id, guid, candidate: 'ada' }),
    headers: { host: NAME, 'content-type': 'application/json' },
  })
  assert.equal(inClear.status, 403)
  assert.match(inClear.body, /nothing was recorded/)
  assert.equal((await client.vote(url, other!, 'ada')).status, 201)
  client.close()
  assert.equal(await stopServing(), 0, served)
})
