import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readKeyFile, type VoterKey } from '../adapters/files/key-file.ts'
import { Fault, faultLine } from '../core/fault.ts'
import { makeElection, type NewElection } from './new-election.ts'
import type { Progress } from './progress.ts'
import { previewElection } from './roll-preview.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/city-council/', import.meta.url))
const ID = 'city-council-2026'

let root: string
let folder: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'new-election-'))
})
after(() => rm(root, { recursive: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'))
  await cp(EXAMPLE, folder, { recursive: true })
})

const files = () => ({ definition: join(folder, 'election.json'), roll: join(folder, 'voters.csv') })

interface Outcome {
  /** Why it was refused; null if it was made. */
  readonly refused: string | null
  readonly notes: readonly string[]
}

/** Returns the outcome, without the case's folder in the texts. */
async function outcomeOf(work: (note: (words: string) => void) => Promise<unknown>): Promise<Outcome> {
  const notes: string[] = []
  const own = (words: string) => words.replaceAll(`${folder}/`, '')
  try {
    await work((words) => notes.push(own(words)))
    return { refused: null, notes }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { refused: own(faultLine(error)), notes }
  }
}

const progress: Progress = (_task, _signal, work) => work(() => {})
const hands = (note: (words: string) => void) => ({ signal: new AbortController().signal, progress, note })

/** Makes an election from the case's files. */
function make(changes: Partial<NewElection> = {}): Promise<Outcome> {
  const dataDir = join(folder, 'data')
  const asked = {
    ...{ ...files(), dataDir, keys: join(dataDir, 'keys.csv'), makeDefault: false, cluster: null },
    ...{ replace: false, alreadyOver: false, ...changes },
  }
  return outcomeOf((note) => makeElection(asked, hands(note)))
}

async function made(): Promise<readonly string[]> {
  const { refused, notes } = await make()
  assert.equal(refused, null)
  return notes
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

test('districts too small for their own count are reported, and the election is made', async () => {
  const path = join(folder, 'election.json')
  const definition = await readFile(path, 'utf8')
  await writeFile(path, definition.replace('"suppress_below": 3', '"suppress_below": 5'))
  const told = (await made()).filter((line) => line.startsWith('election.json: warning: '))
  assert.deepEqual(told, [
    'election.json: warning: 3 districts have fewer than 5 voters (suppress_below), and no count ' +
      'of their own, only in the totals: “harbour”, “old-town”, “hillside”',
    'election.json: warning: with fewer than 15 voters (three times suppress_below) at most one ' +
      'group of 5 ballots is counted while voting is open, once 10 have voted, and all others at ' +
      'once after it: 3 small districts (12 voters)',
  ])
})

test('units with at most one group before the end are listed if results are live and k > 1', async () => {
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
    return (await made()).filter((line) => line.startsWith('election.json: warning: '))
  }
  assert.deepEqual(await toldWith('', ''), [
    'election.json: warning: with fewer than 6 voters (twice suppress_below) no ballots are ' +
      'counted while voting is open, and all at once after it: “old-town” (5 voters)',
    'election.json: warning: with fewer than 9 voters (three times suppress_below) at most one ' +
      'group of 3 ballots is counted ' +
      'while voting is open, once 6 have voted, and all others at once after it: “harbour” (6 voters)',
  ])
  assert.deepEqual(await toldWith('"suppress_below": 3', '"suppress_below": 1'), [])
  assert.deepEqual(await toldWith('"results": "live"', '"results": "after-close"'), [])
})

test('the election’s files contain no id, key or name of a voter', async () => {
  await made()
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
  ['bad quoting', 'voters.csv', `${ROLL}A,har"bour\n`, /voters\.csv:2: has a misplaced quotation mark/],
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
  test(`refused without writing a file: ${what}`, async () => {
    await mkdir(join(folder, file, '..'), { recursive: true })
    await writeFile(join(folder, file), bytes)
    const before = await contents()
    const { refused } = await make()
    assert.match(refused ?? 'made', message)
    assert.deepEqual(await contents(), before)
  })

/** Changes the case's definition. */
// biome-ignore lint/suspicious/noExplicitAny: a definition to be made wrong
async function redefine(change: (definition: any) => void): Promise<void> {
  const path = join(folder, 'election.json')
  const definition = JSON.parse(await readFile(path, 'utf8'))
  change(definition)
  await writeFile(path, JSON.stringify(definition, null, 2))
}

test('options that look alike, are invisible or change direction are refused with their lines', async () => {
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
  const { refused } = await make()
  const preview = await outcomeOf((note) => previewElection(files(), hands(note)))
  assert.equal(preview.refused, refused, 'a preview reads it by the rules of the real thing')
  const told = (refused ?? '')
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

test('a logo that PDF letters cannot contain is reported', async () => {
  await cp(
    new URL('../../examples/river-county/photos/baptiste.webp', import.meta.url),
    join(folder, 'logo.webp'),
  )
  await redefine((definition) => {
    definition.logo = { file: 'logo.webp' }
  })
  assert.match(
    (await made()).join('\n'),
    /logo\.webp is a WebP picture: letters in PDF leave it out, so save it as PNG or JPEG/,
  )
})

test('a photo is checked, named by its hash in the definition and stored; a drawing is refused', async () => {
  await mkdir(join(folder, 'photos'))
  await writeFile(join(folder, 'photos', 'a.svg'), '<svg onload="alert(1)"/>')
  await redefine(({ contests: [contest] }) => {
    contest.options[0].photo = { file: 'photos/a.svg' }
    contest.options[1].photo = { file: 'photos/none.png' }
  })
  const refused = (await make()).refused ?? 'made'
  assert.match(refused, /photos\/a\.svg is SVG or another text that may contain scripts: save it as PNG/)
  assert.match(refused, /photos\/none\.png cannot be read: there is no such file/)
  assert.equal(existsSync(join(folder, 'data')), false)

  await writeFile(join(folder, 'photos', 'a.png'), PIXEL)
  await redefine(({ contests: [contest] }) => {
    contest.options[0].photo = { file: 'photos/a.png' }
    delete contest.options[1].photo
  })
  await made()
  const dir = join(folder, 'data', 'elections', ID)
  const hash = createHash('sha256').update(PIXEL).digest('hex')
  assert.deepEqual(await readFile(join(dir, 'pictures', hash)), PIXEL)
  const kept = await readFile(join(dir, 'election.json'), 'utf8')
  assert.deepEqual(JSON.parse(kept).contests[0].options[0].photo, { file: 'photos/a.png', sha256: hash })
  // Except for the hash it is the given text, and the log hashes it.
  const given = await readFile(join(folder, 'election.json'), 'utf8')
  assert.equal(kept.replace(`, "sha256": "${hash}"`, ''), given)
  assert.equal(await readFile(join(dir, 'log', 'definition.json'), 'utf8'), kept)
  await redefine(({ contests: [contest] }) => {
    contest.options[0].photo.sha256 = '0'.repeat(64)
  })
  const elsewhere = { keys: join(folder, 'other.csv'), dataDir: join(folder, 'elsewhere') }
  const other = await make(elsewhere)
  assert.match(
    other.refused ?? 'made',
    new RegExp(`photos/a\\.png has the SHA-256 ${hash}, not the one in the definition`),
  )
})
