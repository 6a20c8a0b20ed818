/**
 * `elections init` as it is typed: what it makes, what it refuses, and what is left in the folder
 * then.
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
 * Runs `elections init` in the case's folder; `midway` is called once, when keys are being written.
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

/** Every file below the case's folder with its digest. */
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

test('an election and its keys', async () => {
  const { code, out, err } = await init()
  assert.equal(
    err,
    'election.json: warning: with fewer than 6 voters (twice suppress_below) nothing is told while voting is open, and all ' +
      'ballots at once after it: “harbour” (4 voters), “old-town” (4 voters), “hillside” (4 voters)\n',
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

test('--json prints one line; --keys and warnings', async () => {
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

test('districts too small for a count of their own are told, on the way to an election like any other', async () => {
  const path = join(folder, 'election.json')
  const definition = await readFile(path, 'utf8')
  await writeFile(path, definition.replace('"suppress_below": 3', '"suppress_below": 5'))
  const { code, err } = await init()
  assert.equal(code, 0)
  const told = err.split('\n').filter((line) => line.startsWith('election.json: warning: '))
  assert.deepEqual(told, [
    'election.json: warning: 3 districts have fewer than 5 voters (suppress_below), and no count of their own, ' +
      'only in the totals: “harbour”, “old-town”, “hillside”',
    'election.json: warning: with fewer than 15 voters (three times suppress_below) at most one group of 5 ballots is told ' +
      'while voting is open, once 10 have voted, and all others at once after it: 3 small districts (12 voters)',
  ])
})

test('units that tell little or nothing before the end are listed, where results are live and k is above 1', async () => {
  const path = join(folder, 'election.json')
  const definition = await readFile(path, 'utf8')
  // Harbour 2k voters, Old Town fewer than 2k, Hillside 3k.
  const voters = { harbour: 6, 'old-town': 5, hillside: 9 }
  const lines = Object.entries(voters).flatMap(([district, n]) =>
    Array.from({ length: n }, (_, i) => `${district}-${i},${district}\n`),
  )
  await writeFile(join(folder, 'voters.csv'), `personal_id,district\n${lines.join('')}`)
  const toldWith = async (from: string, to: string) => {
    await rm(join(folder, 'data'), { recursive: true, force: true })
    await writeFile(path, definition.replace(from, to))
    const { code, err } = await init()
    assert.equal(code, 0, err)
    return err.split('\n').filter((line) => line.startsWith('election.json: warning: '))
  }
  assert.deepEqual(await toldWith('', ''), [
    'election.json: warning: with fewer than 6 voters (twice suppress_below) nothing is told while voting is open, ' +
      'and all ballots at once after it: “old-town” (5 voters)',
    'election.json: warning: with fewer than 9 voters (three times suppress_below) at most one group of 3 ballots is told ' +
      'while voting is open, once 6 have voted, and all others at once after it: “harbour” (6 voters)',
  ])
  assert.deepEqual(await toldWith('"suppress_below": 3', '"suppress_below": 1'), [])
  assert.deepEqual(await toldWith('"results": "live"', '"results": "after-close"'), [])
})

test('the first election is the default one, and --default makes a later one so', async () => {
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

test('no id, key or name of a voter is in the election’s files', async () => {
  assert.equal((await init()).code, 0)
  const secrets: string[] = []
  for (const { personal_id, guid } of await keysIn('data/keys.csv')) {
    secrets.push(personal_id, guid, guid.toUpperCase(), guid.replaceAll('-', ''))
  }
  const [, ...rows] = (await readFile(join(folder, 'voters.csv'), 'utf8')).trim().split('\n')
  for (const row of rows)
    for (const word of row.split(/[",@ .]+/))
      if (word.length > 3 && !/example|harbour|town|hillside/.test(word)) secrets.push(word)
  assert.ok(secrets.length > 60)
  let searched = 0
  for (const entry of await readdir(join(folder, 'data/elections'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile()) continue
    searched++
    const bytes = await readFile(join(entry.parentPath, entry.name))
    const texts = [bytes.toString('latin1'), bytes.toString('utf8'), bytes.toString('hex')]
    for (const secret of secrets) {
      const forms = [
        secret,
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      ]
      if (/^[0-9a-f]{32}$/.test(secret)) forms.push(Buffer.from(secret, 'hex').toString('latin1'))
      for (const form of forms)
        for (const text of texts)
          assert.ok(!text.includes(form), `${entry.name} holds a voter’s ${form.length} characters`)
    }
  }
  assert.ok(searched >= 3)
})

const ROLL = 'personal_id,district\n'
const REFUSED: [what: string, file: string, bytes: string | Buffer, message: RegExp][] = [
  [
    'a duplicate',
    'voters.csv',
    `${ROLL}A,harbour\nB,harbour\nA,harbour\n`,
    /voters\.csv:4: .*same as on line 2/,
  ],
  ['a bad line', 'voters.csv', `${ROLL}A,harbour\nB\n`, /voters\.csv:3: has 1 field/],
  ['bad quoting', 'voters.csv', `${ROLL}A,har"bour\n`, /voters\.csv:2: has a quotation mark/],
  [
    'Latin-1',
    'voters.csv',
    Buffer.from(`${ROLL}A,harbour\n\xe9,harbour\n`, 'latin1'),
    /voters\.csv:3: is not UTF-8/,
  ],
  ['an unknown district', 'voters.csv', `${ROLL}A,harbor\n`, /voters\.csv:2: district “harbor” is not in/],
  ['a missing column', 'voters.csv', 'code,district\nA,harbour\n', /voters\.csv:1: .*no column personal_id/],
  ['an empty roll', 'voters.csv', ROLL, /voters\.csv: names no voter/],
  ['an empty file', 'voters.csv', '', /voters\.csv: is empty/],
  ['a bad definition', 'election.json', '{\n  "id": 7\n}', /election\.json:2:9: id must be text/],
  ['a definition that is not JSON', 'election.json', '{\n  id: 7\n}', /election\.json:2:3: this is not JSON/],
  ['keys that exist', 'data/keys.csv', 'precious\n', /data\/keys\.csv: exists, .* never overwritten/],
  [
    'an election that exists',
    `data/elections/${ID}/election.db`,
    'x',
    /exists: give the new election another id/,
  ],
]

for (const [what, file, bytes, message] of REFUSED)
  test(`refused, and nothing written: ${what}`, async () => {
    await mkdir(join(folder, file, '..'), { recursive: true })
    await writeFile(join(folder, file), bytes)
    const before = await contents()
    const { code, out, err } = await init()
    assert.match(err, message)
    assert.equal(code, 2)
    assert.equal(out, '')
    assert.deepEqual(await contents(), before)
  })

test('refused, and nothing written: files and options that are missing', async () => {
  const before = await contents()
  const noRoll = await init(['--roll', 'none.csv'])
  assert.match(noRoll.err, /none\.csv: there is no such file/)
  assert.equal(noRoll.code, 2)
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
  test(`${name} in the middle leaves nothing behind`, async () => {
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

test('where the election cannot be put in place at last, its keys are taken back', async () => {
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

test('times are read back in words; dates there are not, and ends that have passed, are refused', async () => {
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

test('options that look alike, show nothing or turn the direction are refused with their lines', async () => {
  await redefine(({ contests: [contest] }) => {
    contest.options = [
      'José',
      'Jose\u0301',
      'Ann Lee',
      'ann  lee ',
      '\u200b',
      'Bob \u202egnihton',
      'Аnn Lee',
    ].map((name, i) => ({ id: `o${i}`, name }))
  })
  const { code, err } = await init()
  assert.equal(code, 2)
  const preview = await init(['--dry-run'])
  assert.deepEqual([preview.code, preview.err], [2, err], 'a preview reads it by the rules of the real thing')
  const told = err
    .split('\n')
    .map((line) => /options\[(\d)\]\.name (?:"[^"]*" )?(\w+ \w+)/.exec(line)?.slice(1).join(' '))
  assert.deepEqual(told.filter(Boolean), [
    '1 looks like',
    '3 looks like',
    '4 shows nothing',
    '5 has a',
    '6 looks like',
  ])
})

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

test('a logo that letters in PDF are without is told of', async () => {
  await cp(
    new URL('../examples/river-county/photos/baptiste.webp', import.meta.url),
    join(folder, 'logo.webp'),
  )
  await redefine((definition) => {
    definition.logo = { file: 'logo.webp' }
  })
  const { code, err } = await init()
  assert.equal(code, 0, err)
  assert.match(err, /logo\.webp is WebP: letters in PDF are without it, save it as PNG or JPEG/)
})

test('a photo is looked over, named by its hash in the definition, and kept; a drawing is refused', async () => {
  await mkdir(join(folder, 'photos'))
  await writeFile(join(folder, 'photos', 'a.svg'), '<svg onload="alert(1)"/>')
  await redefine(({ contests: [contest] }) => {
    contest.options[0].photo = { file: 'photos/a.svg' }
    contest.options[1].photo = { file: 'photos/none.png' }
  })
  const refused = await init()
  assert.equal(refused.code, 2)
  assert.match(refused.err, /photos\/a\.svg is SVG or another text that may hold scripts: save it as PNG/)
  assert.match(refused.err, /photos\/none\.png cannot be read: there is no such file/)
  assert.equal(existsSync(join(folder, 'data')), false)

  await writeFile(join(folder, 'photos', 'a.png'), PIXEL)
  await redefine(({ contests: [contest] }) => {
    contest.options[0].photo = { file: 'photos/a.png' }
    delete contest.options[1].photo
  })
  assert.equal((await init()).code, 0)
  const dir = join(folder, 'data', 'elections', ID)
  const hash = createHash('sha256').update(PIXEL).digest('hex')
  assert.deepEqual(await readFile(join(dir, 'pictures', hash)), PIXEL)
  const kept = await readFile(join(dir, 'election.json'), 'utf8')
  assert.deepEqual(JSON.parse(kept).contests[0].options[0].photo, { file: 'photos/a.png', sha256: hash })
  // But for the hash it is the text as it was handed in, and it is what the log hashes.
  const given = await readFile(join(folder, 'election.json'), 'utf8')
  assert.equal(kept.replace(`, "sha256": "${hash}"`, ''), given)
  assert.equal(await readFile(join(dir, 'log', 'definition.json'), 'utf8'), kept)
  await redefine(({ contests: [contest] }) => {
    contest.options[0].photo.sha256 = '0'.repeat(64)
  })
  const other = await init(['--keys', 'other.csv', '--data', 'elsewhere'])
  assert.match(other.err, new RegExp(`photos/a\\.png has the SHA-256 ${hash}, not the one given`))
})

test('--replace makes the election again while all of its keys lie untouched, and says what changes', async () => {
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

  // A roll that is refused, and a definition that is, leave everything as it is.
  await writeFile(join(folder, 'voters.csv'), 'personal_id,district\nA,nowhere\n')
  assert.equal((await init(['--replace'])).code, 2)
  assert.equal(await readFile(keys, 'utf8'), second)
  await cp(EXAMPLE, folder, { recursive: true })

  await writeFile(keys, second.split('\n').slice(0, -2).join('\n'))
  assert.match((await init(['--replace'])).err, /holds 11 of 12 keys: .* may have been handed out/)
  await writeFile(keys, first)
  assert.match((await init(['--replace'])).err, /holds a key that is not of this election/)
  await rm(keys)
  const gone = await init(['--replace'])
  assert.equal(gone.code, 2)
  assert.match(gone.err, /is not there: keys of the election may have been handed out/)
  assert.deepEqual(await readdir(join(folder, 'data', 'elections')), [ID])
})
