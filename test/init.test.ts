/**
 * The command `elections init`: what it makes, what it refuses, and what remains in the folder.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readKeyFile, type VoterKey } from '../src/adapters/files/key-file.ts'
import { MAIN } from './server.ts'

const EXAMPLE = fileURLToPath(new URL('../examples/city-council/', import.meta.url))
const ID = 'city-council-2026'

let root: string
let folder: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'init-'))
})
after(() => rm(root, { recursive: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'))
  await cp(EXAMPLE, folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/**
 * Runs `elections init` in the case's folder. Calls `midway` once, while keys are being written.
 */
function init(args: readonly string[] = [], midway?: (pid: number) => void): Promise<Ended> {
  const files = ['--definition', 'election.json', '--roll', 'voters.csv', '--data', 'data']
  const child = spawn(process.execPath, [MAIN, 'init', ...files, ...args], { cwd: folder })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text
  })
  if (midway) {
    const watch = setInterval(() => {
      if (!isWritingKeys()) return
      clearInterval(watch)
      midway(child.pid!)
    }, 5)
    child.on('close', () => clearInterval(watch))
  }
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, err })))
}

function isWritingKeys(): boolean {
  const data = join(folder, 'data')
  return existsSync(data) && readdirSync(data).some((name) => name.startsWith('.keys.csv.'))
}

/** Returns every file below the case's folder with its digest. */
async function contents(): Promise<string[]> {
  const lines: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const digest = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : ''
    lines.push(`${path} ${digest}`)
  }
  return lines.sort()
}

async function keysIn(name: string): Promise<VoterKey[]> {
  const keys: VoterKey[] = []
  for await (const batch of readKeyFile(join(folder, name))) keys.push(...batch)
  return keys
}

test('init makes an election and its keys', async () => {
  const { code, out, err } = await init()
  assert.equal(
    err,
    'election.json: warning: with fewer than 6 voters (twice suppress_below) ' +
      'no ballots are counted while voting is open, and all ' +
      'at once after it: “harbour” (4 voters), “old-town” (4 voters), “hillside” (4 voters)\n',
  )
  assert.equal(code, 0)
  assert.match(out, /12 voter keys issued/)
  assert.match(out, /elections serve --data data/)
  const keys = await keysIn('data/keys.csv')
  assert.equal(keys.length, 12)
  assert.equal(new Set(keys.map((key) => key.guid)).size, 12)
  assert.deepEqual(keys[4]!.personal_id, 'PA-1005')
  assert.deepEqual(keys[4]!.district, 'old-town')
  assert.equal((await stat(join(folder, 'data/keys.csv'))).mode & 0o777, 0o600)
  assert.deepEqual((await readdir(join(folder, 'data'))).sort(), ['elections', 'keys.csv', 'settings.json'])
  assert.deepEqual(await readdir(join(folder, 'data/elections')), [ID])
  assert.equal(
    await readFile(join(folder, 'data/elections', ID, 'election.json'), 'utf8'),
    await readFile(join(folder, 'election.json'), 'utf8'),
  )
})

test('--json prints one line, with the keys’ file and the warnings', async () => {
  await writeFile(join(folder, 'voters.csv'), 'personal_id;district;phone\r\nA1;harbour;5\r\n')
  const { code, out, err } = await init(['--json', '--keys', 'printer.csv'])
  assert.equal(code, 0)
  const { log_key, ...done } = JSON.parse(out)
  assert.deepEqual(done, {
    event: 'initialised',
    election: ID,
    voters: 1,
    keys: 'printer.csv',
    data: 'data',
  })
  assert.match(log_key, new RegExp(`^digital-elections/${ID}-[0-9a-f]{8}\\+[0-9a-f]{8}\\+`))
  assert.equal(out.trim().split('\n').length, 1)
  assert.match(err, /voters\.csv: warning: column “phone”/)
  assert.equal((await keysIn('printer.csv'))[0]!.personal_id, 'A1')
})

test('the first election is the default, and --default changes that', async () => {
  const settings = async () => JSON.parse(await readFile(join(folder, 'data/settings.json'), 'utf8'))
  const definition = await readFile(join(folder, 'election.json'), 'utf8')
  const next = (id: string) => writeFile(join(folder, 'election.json'), definition.replace(ID, id))
  assert.equal((await init()).code, 0)
  await next('second')
  assert.equal((await init(['--keys', 'second.csv'])).code, 0)
  assert.equal((await settings()).default_election, ID)
  await next('third')
  assert.equal((await init(['--keys', 'third.csv', '--default'])).code, 0)
  assert.equal((await settings()).default_election, 'third')
})

const ROLL = 'personal_id,district\n'

test('missing files and options are refused, and nothing is written', async () => {
  const before = await contents()
  const noRoll = await init(['--roll', 'none.csv'])
  assert.match(noRoll.err, /none\.csv: there is no such file/)
  assert.deepEqual([noRoll.code, noRoll.out], [2, ''])
  const noFolder = await init(['--keys', 'no/keys.csv'])
  assert.match(noFolder.err, /no\/keys\.csv: cannot be written/)
  assert.equal(noFolder.code, 2)
  assert.equal((await init(['--nonsense'])).code, 2)
  assert.deepEqual(await contents(), before)
})

async function largeRoll(): Promise<void> {
  const lines = Array.from({ length: 200_000 }, (_, i) => `V-${i},harbour\n`)
  await writeFile(join(folder, 'voters.csv'), ROLL + lines.join(''))
}

for (const name of ['SIGINT', 'SIGTERM'] as const)
  test(`${name} in the middle leaves no file`, async () => {
    await largeRoll()
    const before = await contents()
    let sent = false
    const { signal, out, err } = await init([], (pid) => {
      sent = true
      process.kill(pid, name)
    })
    assert.ok(sent)
    assert.match(err, /Interrupted: nothing was written/)
    assert.equal(signal, name)
    assert.equal(out, '')
    assert.deepEqual(await contents(), before)
  })

test('if the election cannot be moved into place at the end, its keys are deleted', async () => {
  await largeRoll()
  const taken = join(folder, 'data/elections', ID)
  let made: Promise<unknown> | undefined
  const { code, err } = await init([], () => {
    made = mkdir(taken)
  })
  await made
  assert.match(err, /exists: give the new election another id/)
  assert.equal(code, 2)
  assert.deepEqual(await readdir(join(folder, 'data')), ['elections'])
  assert.deepEqual(await readdir(join(folder, 'data/elections')), [ID])
})

/** Changes the case's definition. */
// biome-ignore lint/suspicious/noExplicitAny: a definition to be made wrong
async function redefine(change: (definition: any) => void): Promise<void> {
  const path = join(folder, 'election.json')
  const definition = JSON.parse(await readFile(path, 'utf8'))
  change(definition)
  await writeFile(path, JSON.stringify(definition, null, 2))
}

test('times are printed in words; impossible dates and past ends are refused', async () => {
  const done = await init()
  assert.match(done.out, /Voting opens {2}Monday, 5 January 2026 at 08:00 \(UTC\), \d+ days ago/)
  assert.match(
    done.out,
    /Voting ends {3}Saturday, 5 January 2036 at 20:00 \(UTC\), open for 3,652 days and 12 hours, in/,
  )
  await rm(join(folder, 'data'), { recursive: true })
  await redefine((definition) => {
    definition.closes_at = '2036-02-30T20:00:00Z'
  })
  const never = await init()
  assert.equal(never.code, 2)
  assert.match(never.err, /closes_at is not a date that exists: February ends on day 29/)
  await redefine((definition) => {
    definition.closes_at = '2026-01-05T08:00:00.001Z'
  })
  const over = await init()
  assert.equal(over.code, 2)
  assert.match(over.err, /voting ended on Monday, 5 January 2026 .* days ago.*--already-over/)
  assert.equal(existsSync(join(folder, 'data')), false)
  const meant = await init(['--already-over'])
  assert.equal(meant.code, 0)
  assert.match(meant.err, /warning: voting is open for only 1 millisecond/)
})

test('--replace makes an election again as long as no key was used, and prints the changes', async () => {
  assert.match((await init(['--replace'])).err, /there is no election to replace/)
  assert.equal((await init()).code, 0)
  const keys = join(folder, 'data', 'keys.csv')
  const first = await readFile(keys, 'utf8')
  await redefine(({ contests: [contest] }) => {
    contest.options[1].name = 'Jonas Lindquist'
  })
  const done = await init(['--replace'])
  assert.equal(done.code, 0, done.err)
  assert.match(
    done.out,
    /contests\.seat-4\.options\.lindqvist\.name: "Jonas Lindqvist" becomes "Jonas Lindquist"/,
  )
  const second = await readFile(keys, 'utf8')
  assert.notEqual(second, first)
  assert.deepEqual(await readdir(join(folder, 'data', 'elections')), [ID])
  assert.deepEqual((await readdir(join(folder, 'data'))).toSorted(), [
    'elections',
    'keys.csv',
    'server.lock',
    'settings.json',
  ])

  // A refused roll or definition changes nothing.
  await writeFile(join(folder, 'voters.csv'), 'personal_id,district\nA,nowhere\n')
  assert.equal((await init(['--replace'])).code, 2)
  assert.equal(await readFile(keys, 'utf8'), second)
  await cp(EXAMPLE, folder, { recursive: true })

  await writeFile(keys, second.split('\n').slice(0, -2).join('\n'))
  assert.match((await init(['--replace'])).err, /has 11 of 12 keys: .* may have been handed out/)
  await writeFile(keys, first)
  assert.match((await init(['--replace'])).err, /has a key that is not of this election/)
  await rm(keys)
  const gone = await init(['--replace'])
  assert.equal(gone.code, 2)
  assert.match(gone.err, /does not exist: keys of the election may have been handed out/)
  assert.deepEqual(await readdir(join(folder, 'data', 'elections')), [ID])
})
