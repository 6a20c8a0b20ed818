/**
 * Builds the container image and runs an election in it, as an unprivileged user on a read-only
 * file system, without capabilities. Needs a Docker daemon; run by `npm run test:image`.
 *
 * IMAGE=name           tests this image instead of building one
 * BUILD_FLAGS="…"      more flags for `docker build`, such as --network=host
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openElectionFile, readKeys, vote } from '../server.ts'
import { forbiddenIn, IMAGE_BUDGET_BYTES } from './contents.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const IMAGE = process.env.IMAGE ?? 'digital-elections:tested'
const VOTERS = 2_000
/** The restrictions that a cautious operator sets. */
const CONFINED = [
  '--read-only',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
  '--tmpfs',
  '/tmp',
]

/** The health check runs often and has a long timeout, for busy machines. */
const PATIENT = ['--health-interval', '2s', '--health-timeout', '60s', '--health-retries', '30']

const name = `elections-image-${randomBytes(4).toString('hex')}`
const volume = `${name}-data`
const dir = mkdtempSync(join(tmpdir(), `${name}-`))
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }

interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function dockerEnds(args: readonly string[]): Ran {
  return spawnSync('docker', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 })
}

function docker(...args: readonly string[]): string {
  const { status, stdout, stderr } = dockerEnds(args)
  assert.equal(status, 0, `docker ${args.join(' ')}: ${stderr}`)
  return stdout.trim()
}

const run = (...args: readonly string[]) =>
  docker('run', '--rm', ...CONFINED, '--volume', `${volume}:/data`, IMAGE, ...args)

before(() => {
  const flags = (process.env.BUILD_FLAGS ?? '').split(' ').filter((flag) => flag !== '')
  if (process.env.IMAGE === undefined)
    docker('build', ...flags, '--file', 'deploy/Dockerfile', '--tag', IMAGE, '.')
})

after(() => {
  dockerEnds(['rm', '--force', name])
  dockerEnds(['volume', 'rm', '--force', volume])
  rmSync(dir, { recursive: true, force: true })
})

test('the image is below its size budget and has its labels', () => {
  const [{ Size, Config, Architecture }] = JSON.parse(docker('image', 'inspect', IMAGE))
  console.log(`${IMAGE}: ${(Size / 1e6).toFixed(1)} MB, ${Architecture}`)
  assert.ok(Size < IMAGE_BUDGET_BYTES, `${Size} bytes`)
  assert.equal(Config.User, '1000:1000')
  assert.deepEqual(Config.Entrypoint, ['/usr/local/bin/elections'])
  assert.deepEqual(Config.Healthcheck.Test, ['CMD', '/usr/local/bin/elections', 'ready'])
  assert.equal(Config.Labels['org.opencontainers.image.version'], version)
  assert.equal(Config.Labels['org.opencontainers.image.licenses'], 'MIT')
  assert.equal(run('--version'), version)
})

test('the image has no shell, source or test; its user owns nothing but the data folder', () => {
  const container = docker('create', IMAGE)
  const { stdout } = spawnSync(
    'sh',
    ['-c', `docker export ${container} | tar --list --verbose --numeric-owner`],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  )
  docker('rm', container)
  const files = [
    ...stdout.matchAll(/^(\S{10}) (\d+)\/\d+ .*\d\d:\d\d(?::\d\d)? (.+?)(?: (?:->|link to) .*)?$/gm),
  ].map(([, mode, owner, path]) => ({ mode: mode!, owner: owner!, path: path! }))
  assert.ok(files.length > 3_000, `${files.length} files`)
  assert.deepEqual(forbiddenIn(files.map(({ path }) => path)), [])
  assert.deepEqual(
    files.filter(({ owner }) => owner !== '0').map(({ path, mode }) => `${mode} ${path}`),
    ['drwx------ data/'],
  )
  const open = files.filter(({ mode, path }) => mode[0] !== 'l' && mode[8] === 'w' && path !== 'tmp/')
  assert.deepEqual(open, [])
  assert.deepEqual(
    files.filter(({ mode }) => /^-..[sS]|^-.....[sS]/.test(mode)),
    [],
  )
  const shell = dockerEnds(['run', '--rm', '--entrypoint', '/bin/sh', IMAGE, '-c', 'true'])
  assert.notEqual(shell.status, 0)
})

test('without a command it prints help; a waiting command ends at once on SIGTERM', async () => {
  assert.match(docker('run', '--rm', ...CONFINED, IMAGE), /Start here:/)
  const refused = dockerEnds(['run', '--rm', ...CONFINED, '--volume', `${volume}:/data`, IMAGE, 'serve'])
  assert.equal(refused.status, 2)
  assert.match(refused.stderr, /has no election/)
  const waiting = spawn(
    'docker',
    ['run', '--name', name, '--entrypoint', 'node', IMAGE, '--eval', FIRST_PROCESS],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  assert.deepEqual(await once(createInterface(waiting.stdout), 'line'), ['listening'])
  const began = performance.now()
  docker('stop', '--time', '60', name)
  assert.ok(performance.now() - began < 30_000)
  assert.equal(docker('inspect', '--format', '{{.State.ExitCode}}', name), '143')
  docker('rm', name)
})

/** A command that installs the image's signal listeners and then waits for ever. */
const FIRST_PROCESS = `
const source = fs.readFileSync('/usr/local/bin/elections', 'utf8')
  .replace(/^#!.*/, '').replace(/import\\(.*/, '')
vm.runInThisContext('(process) => {' + source + '}')(process)
console.log('listening')
setInterval(() => {}, 2 ** 30)`

/** Copies files into the volume through a container that never starts. */
function place(files: Readonly<Record<string, string>>): void {
  const container = docker('create', '--volume', `${volume}:/data`, IMAGE)
  for (const [path, text] of Object.entries(files)) {
    writeFileSync(join(dir, path), text)
    docker('cp', join(dir, path), `${container}:/data/${path}`)
  }
  docker('rm', container)
}

async function serve(): Promise<string> {
  const events = spawn('docker', ['events', '--filter', `container=${name}`, '--format', '{{.Action}}'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(events, 'exit')
  try {
    const lines = createInterface(events.stdout)
    const publish = ['--publish', '127.0.0.1::8501', '--volume', `${volume}:/data`]
    docker('run', '--detach', '--name', name, ...CONFINED, ...publish, ...PATIENT, IMAGE, 'serve')
    for await (const line of lines) {
      if (line === 'health_status: healthy') break
      assert.ok(!/^die|unhealthy/.test(line), `${line}: ${dockerEnds(['logs', name]).stderr}`)
    }
  } finally {
    events.kill()
    await ended
  }
  return `http://${docker('port', name, '8501/tcp').split('\n')[0]}`
}

test('an election in the image becomes healthy, and a stop during voting loses no vote', async () => {
  const roll = Array.from({ length: VOTERS }, (_, i) => `P${i},${i % 2 === 0 ? 'north' : 'south'}`)
  place({
    'election.json': JSON.stringify(openElectionFile()),
    'voters.csv': `personal_id,district\n${roll.join('\n')}\n`,
  })
  run('init', '--definition', '/data/election.json', '--roll', '/data/voters.csv')
  let url = await serve()
  docker('cp', `${name}:/data/keys.csv`, join(dir, 'keys.csv'))
  const keys = readKeys(join(dir, 'keys.csv'))
  assert.equal(keys.length, VOTERS)
  const first = await vote(url, keys[0]!, 'ada', { 'idempotency-key': 'first-vote' })
  assert.equal(first.status, 201)
  const receipt = (await first.json()) as { readonly tracker?: string }
  assert.equal(typeof receipt.tracker, 'string')

  const acknowledged = new Set([0])
  let stopped: Promise<unknown> | undefined
  await Promise.all(
    Array.from({ length: 16 }, async (_, lane) => {
      for (let i = 1 + lane; i < VOTERS; i += 16) {
        if (acknowledged.size >= VOTERS / 4 && stopped === undefined)
          stopped = once(spawn('docker', ['stop', '--time', '60', name], { stdio: 'ignore' }), 'exit')
        const answer = await vote(url, keys[i]!, 'ada', { 'idempotency-key': `vote-${i}` }).catch(() => null)
        if (answer === null) return
        if (answer.status === 201) acknowledged.add(i)
        await answer.arrayBuffer()
      }
    }),
  )
  await stopped
  assert.ok(
    acknowledged.size >= VOTERS / 4 && acknowledged.size < VOTERS,
    `${acknowledged.size} acknowledged`,
  )
  assert.equal(docker('inspect', '--format', '{{.State.ExitCode}}', name), '0')
  docker('rm', name)

  url = await serve()
  // Every acknowledged key is used, with the same tracker. The other votes can be sent again.
  const again = await vote(url, keys[0]!, 'ada', { 'idempotency-key': 'first-vote' })
  assert.equal(((await again.json()) as { readonly tracker?: string }).tracker, receipt.tracker)
  for (let i = 1; i < VOTERS; i++) {
    const headers: Record<string, string> = acknowledged.has(i) ? {} : { 'idempotency-key': `vote-${i}` }
    const answer = await vote(url, keys[i]!, 'grace', headers)
    if (acknowledged.has(i)) assert.equal(answer.status, 409, `vote ${i}: ${answer.status}`)
    else assert.ok([200, 201, 409].includes(answer.status), `vote ${i}: ${answer.status}`)
    await answer.arrayBuffer()
  }
  assert.match(docker('exec', name, 'elections', 'doctor'), /✓ every ballot from an issued key, none twice/)
  const { cast } = (await (await fetch(`${url}/results`)).json()) as { readonly cast: number }
  assert.equal(cast, VOTERS)
  docker('stop', name)
  assert.match(run('verify', '/data', '--state', '/tmp/state.json'), /\S/)
  console.log(
    `${acknowledged.size} of ${VOTERS} votes were acknowledged before the stop, and all of them counted`,
  )
})
