/**
 * Every command with wrong input: it ends with the exit code of its fault and one line that says
 * what is wrong, where, and what to do. It prints no stack trace, and it changes no file.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { databaseFile, electionDir, journalFile, logDir, settingsFile } from '../adapters/embedded/layout.ts'
import { lockFolder } from '../adapters/embedded/lock.ts'
import { keepPrivate } from '../adapters/embedded/privacy.ts'
import { FAULTS, Fault, type FaultCode, faultLine } from '../core/fault.ts'
import { makeElection } from '../organise/new-election.ts'
import type { Progress } from '../organise/progress.ts'
import { COMMANDS } from './commands.ts'
import { run } from './run.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/city-council/', import.meta.url))
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))
const OPERATIONS = join(REPOSITORY, 'docs/operations.md')
const SYSTEM_FAULTS = join(REPOSITORY, 'src/adapters/node/system-fault.test.ts')
const ID = 'city-council-2026'
const silently: Progress = (_task, _signal, work) => work(() => {})

let root: string
/** Listens on a port, so that other servers find it in use. */
let listening: Server
let taken: number
/** A port at which no server listens. */
let nobody: number

before(async () => {
  // The same as in main.ts.
  process.umask(0o077)
  root = mkdtempSync(join(tmpdir(), 'faults-'))
  // Without dates that `init` warns about.
  const text = readFileSync(join(EXAMPLE, 'election.json'), 'utf8').replace(
    '"suppress_below": 3',
    '"suppress_below": 1',
  )
  writeFileSync(join(root, 'election.json'), text)
  await made('sound', join(root, 'election.json'), ID)
  const late = text.replace('"results": "live"', '"results": "after-close"')
  writeFileSync(join(root, 'late.json'), late)
  await made('after-close', join(root, 'late.json'), ID)
  writeFileSync(join(root, 'other.json'), text.replace(ID, 'another'))
  await made('another', join(root, 'other.json'), 'another')
  listening = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  taken = (listening.address() as { port: number }).port
  const free = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => free.once('listening', resolve))
  nobody = (free.address() as { port: number }).port
  await new Promise((resolve) => free.close(resolve))
})
after(() => {
  listening.close()
  rmSync(root, { recursive: true })
})

function made(folder: string, definition: string, id: string): Promise<unknown> {
  const dataDir = join(root, folder)
  return makeElection(
    {
      dataDir,
      definition,
      roll: join(EXAMPLE, 'voters.csv'),
      keys: join(dataDir, 'keys.csv'),
      makeDefault: true,
      replace: false,
      alreadyOver: false,
      cluster: null,
    },
    { signal: new AbortController().signal, progress: silently, note: () => {} },
  ).catch((cause) => assert.fail(`${id}: ${cause}`))
}

/** The place of one case. */
interface Place {
  /** A folder that only this case uses. */
  readonly dir: string
  /** A data folder in it, with an election without ballots. */
  readonly data: string
  /** The folder of that election. */
  readonly election: string
  readonly at: (name: string) => string
}

function placeOf(t: TestContext): Place {
  const dir = mkdtempSync(join(root, 'case-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const data = join(dir, 'data')
  cpSync(join(root, 'sound'), data, { recursive: true })
  keepPrivate(data)
  return { dir, data, election: electionDir(data, ID), at: (name) => join(dir, name) }
}

interface Ended {
  readonly code: number | undefined
  readonly out: string
  /** Lines of stderr. */
  readonly lines: readonly string[]
}

/** Runs a command in this process, as `main.ts` would. */
async function elections(t: TestContext, args: readonly string[]): Promise<Ended> {
  const out: string[] = []
  const err: string[] = []
  const log = t.mock.method(console, 'log', (text: string) => out.push(`${text}\n`))
  const error = t.mock.method(console, 'error', (text: unknown) => err.push(`${text}\n`))
  const write = t.mock.method(process.stderr, 'write', (text: string) => err.push(text) > 0)
  try {
    const code = await run(args)
    return {
      code: code ?? Number(process.exitCode ?? 0),
      out: out.join(''),
      lines: err.join('').trimEnd().split('\n'),
    }
  } finally {
    process.exitCode = 0
    for (const mocked of [log, error, write]) mocked.mock.restore()
  }
}

/** Every file below a folder with its bytes, except SQLite's temporary files. */
function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/-(wal|shm|journal)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.map((path) => [relative(folder, path), readFileSync(path).toString('base64')]))
}

const met = new Set<FaultCode>()

interface Wrong {
  /**
   * Prepares the wrong input. @returns the arguments of `elections`, and a function that cleans up,
   * if needed
   */
  readonly args: (place: Place) => readonly string[]
  readonly fault: FaultCode
  readonly words: RegExp
}

async function refused(t: TestContext, place: Place, { args, fault, words }: Wrong): Promise<void> {
  const typed = args(place)
  const before = contents(place.dir)
  const { code, out, lines: all } = await elections(t, typed)
  // On a busy machine loading takes long enough to print its progress.
  const lines = all.filter((line) => !/^load(ing|ed)\b/.test(line))
  const shown = `${typed.join(' ')}\n${lines.join('\n')}`
  assert.equal(lines.length, 1, shown)
  assert.match(lines[0]!, /^elections: /)
  assert.match(lines[0]!, words)
  assert.equal(code, FAULTS[fault].exit, shown)
  assert.equal(out, '', shown)
  if (fault !== 'bad-input') assert.ok(lines[0]!.endsWith(` [${fault}]`), shown)
  const now = contents(place.dir)
  for (const [path, bytes] of before) assert.ok(now.get(path) === bytes, `${path} has changed: ${shown}`)
  met.add(fault)
}

const garbage = (path: string) => writeFileSync(path, 'garbage, and more of it: this is no database')
const serve = (data: string) => ['serve', '--data', data, '--port', '0']
const extend = (data: string) => ['extend', '--data', data, '--closes-at', '2099-01-01T00:00:00Z']
const addVoters = ({ data, at }: Place) => {
  writeFileSync(at('late.csv'), 'personal_id,district\nL-1,harbour\n')
  return ['add-voters', '--data', data, '--roll', at('late.csv'), '--keys', at('late-keys.csv')]
}
const init = ({ at }: Place, data: string) => [
  ...['init', '--definition', join(root, 'election.json'), '--roll', join(EXAMPLE, 'voters.csv')],
  ...['--data', data, '--keys', at('new-keys.csv')],
]
const letters = (keys: string, out: string) => [
  ...['letters', '--keys', keys, '--url', `https://vote.example.org/e/${ID}`, '--out', out],
]
const rehearse = ({ at }: Place, data: string) => {
  writeFileSync(at('result.csv'), 'district,candidate,votes\nNorth,A,3\nNorth,B,1\n')
  return ['rehearse', at('result.csv'), '--data', data]
}
/** The arguments of every command that reads a data folder. */
const ON_A_FOLDER: Readonly<Record<string, (place: Place, data: string) => readonly string[]>> = {
  serve: (_, data) => serve(data),
  tally: (_, data) => ['tally', '--data', data],
  export: (_, data) => ['export', '--data', data, '--format', 'json'],
  certify: (_, data) => ['certify', '--data', data],
  extend: (_, data) => extend(data),
  'add-voters': (place, data) => addVoters({ ...place, data }),
  doctor: (_, data) => ['doctor', '--data', data],
}

for (const [name, args] of Object.entries(ON_A_FOLDER)) {
  test(`${name}: a missing data folder is refused`, (t) =>
    refused(t, placeOf(t), {
      args: (place) => args(place, place.at('nowhere')),
      ...{ fault: 'bad-input', words: /nowhere: has no election/ },
    }))

  test(`${name}: a file in place of the data folder is refused`, (t) =>
    refused(t, placeOf(t), {
      args: (place) => {
        writeFileSync(place.at('file'), 'a file')
        return args(place, place.at('file'))
      },
      fault: 'not-a-folder',
      words: /\/file: is a file, but a folder is expected here: name another path/,
    }))

  if (name !== 'doctor' && name !== 'serve')
    test(`${name}: an election that is not in the folder is refused`, (t) =>
      refused(t, placeOf(t), {
        args: (place) => [...args(place, place.data), '--election', 'another'],
        ...{ fault: 'bad-input', words: /has no election "another"; it has city-council-2026/ },
      }))

  if (name !== 'doctor')
    test(`${name}: a garbage or empty database is refused and not changed`, async (t) => {
      for (const text of ['garbage, and more of it: this is no database', '']) {
        const place = placeOf(t)
        await refused(t, place, {
          args: () => {
            writeFileSync(databaseFile(place.election), text)
            return args(place, place.data)
          },
          fault: 'damaged-file',
          words: /city-council-2026.*: is damaged \(.*\): nothing was changed; .*"elections doctor"/,
        })
      }
    })
}

test('doctor reports what is wrong with a damaged folder, and ends with 1', async (t) => {
  for (const damage of [
    ({ election }: Place) => garbage(databaseFile(election)),
    ({ election }: Place) => writeFileSync(databaseFile(election), ''),
    ({ election }: Place) => garbage(journalFile(election)),
    ({ election }: Place) =>
      copyFileSync(databaseFile(electionDir(join(root, 'another'), 'another')), databaseFile(election)),
  ]) {
    const place = placeOf(t)
    damage(place)
    const { code, out, lines } = await elections(t, ['doctor', '--data', place.data])
    assert.equal(code, 1, out + lines.join('\n'))
    assert.match(out, /✗ .*\n {4}→ ./)
    assert.deepEqual(lines, [''])
  }
})

for (const [name, words] of [
  ['serve', /log-journal\.db: is damaged/],
  ['tally', /log-journal\.db: is damaged/],
  ['export', /log-journal\.db: is damaged/],
  ['extend', /log-journal\.db: is damaged/],
  ['add-voters', /log-journal\.db: is damaged/],
] as const)
  test(`${name}: a garbage journal of the public log is refused and not changed`, (t) =>
    refused(t, placeOf(t), {
      args: (place) => {
        garbage(journalFile(place.election))
        return ON_A_FOLDER[name]!(place, place.data)
      },
      ...{ fault: 'damaged-file', words },
    }))

test('settings that are not JSON are refused', async (t) => {
  for (const name of ['serve', 'tally', 'export', 'certify', 'extend', 'add-voters'])
    await refused(t, placeOf(t), {
      args: (place) => {
        writeFileSync(settingsFile(place.data), '{')
        return ON_A_FOLDER[name]!(place, place.data)
      },
      ...{ fault: 'bad-input', words: /settings\.json: is not JSON: restore it/ },
    })
})

test('a public log that is lost or belongs to another election is refused', async (t) => {
  for (const [damage, fault, words] of [
    [({ election }: Place) => rmSync(journalFile(election)), 'bad-input', /log/],
    [
      ({ election }: Place) => {
        const other = logDir(electionDir(join(root, 'another'), 'another'))
        rmSync(logDir(election), { recursive: true })
        cpSync(other, logDir(election), { recursive: true })
      },
      'broken-records',
      /city-council-2026: the published checkpoint cannot be continued from/,
    ],
  ] as const)
    await refused(t, placeOf(t), {
      args: (place) => {
        damage(place)
        return serve(place.data)
      },
      ...{ fault, words },
    })
})

test('a database of another election is refused', async (t) => {
  for (const name of ['serve', 'extend'])
    await refused(t, placeOf(t), {
      args: (place) => {
        copyFileSync(
          databaseFile(electionDir(join(root, 'another'), 'another')),
          databaseFile(place.election),
        )
        return ON_A_FOLDER[name]!(place, place.data)
      },
      ...{ fault: 'bad-input', words: /log-key: is not the key of this election’s log/ },
    })
})

test('a folder that another process serves is refused', async (t) => {
  for (const args of [
    (place: Place) => serve(place.data),
    (place: Place) => extend(place.data),
    (place: Place) => addVoters(place),
    (place: Place) => ['certify', '--data', place.data, '--destroy-secret', '--confirm', ID],
  ]) {
    const place = placeOf(t)
    const lock = lockFolder(place.data)
    try {
      await refused(t, place, {
        args,
        ...{ fault: 'folder-in-use', words: /data is in use by another server: stop it, or use another/ },
      })
    } finally {
      lock.release()
    }
  }
})

test('results before their release, and a database of another version, are refused', async (t) => {
  await refused(t, placeOf(t), {
    args: ({ at }) => {
      cpSync(join(root, 'after-close'), at('after'), { recursive: true })
      keepPrivate(at('after'))
      return ['tally', '--data', at('after')]
    },
    ...{ fault: 'not-yet', words: /results of "city-council-2026" show after voting closes at / },
  })
  await refused(t, placeOf(t), {
    args: ({ data, election }) => {
      withVersion99(election)
      return serve(data)
    },
    ...{ fault: 'other-database', words: OTHER_VERSION },
  })
})

const OTHER_VERSION = /election\.db has schema version 99, this program reads \d+: use the program/

function withVersion99(election: string): void {
  const database = new DatabaseSync(databaseFile(election))
  database.exec('PRAGMA user_version = 99')
  database.close()
}

test('no command reads or changes a folder of a newer program', async (t) => {
  for (const [name, args] of Object.entries(ON_A_FOLDER)) {
    if (name === 'doctor') continue
    await refused(t, placeOf(t), {
      args: (place) => {
        withVersion99(place.election)
        return args(place, place.data)
      },
      ...{ fault: 'other-database', words: OTHER_VERSION },
    })
  }
})

test('a control socket that cannot be created, and an owner of another version, are reported', async (t) => {
  await refused(t, placeOf(t), {
    args: ({ data }) => {
      writeFileSync(join(data, 'control.sock'), 'a file')
      return serve(data)
    },
    ...{ fault: 'control-path', words: /control\.sock: is not a socket: move it away/ },
  })
  const place = placeOf(t)
  const lock = lockFolder(place.data)
  t.after(lock.release)
  const owner = { control: 99, address: join(place.data, 'control.sock'), token: 'a'.repeat(64) }
  writeFileSync(join(place.data, 'control.json'), JSON.stringify(owner))
  await refused(t, place, {
    args: () => extend(place.data),
    ...{ fault: 'owner-version', words: /the server speaks version 99 .*: use the program/ },
  })
})

test('a port in use, and a host that is not this machine, are reported', async (t) => {
  for (const command of [['serve'], ['demo', '--voters', '10']])
    await refused(t, placeOf(t), {
      args: ({ data }) => [...command, '--data', data, '--port', String(taken)],
      ...{ fault: 'port-in-use', words: /port \d+ is in use: choose another with --port, or 0/ },
    })
  await refused(t, placeOf(t), {
    args: ({ data }) => [...serve(data), '--host', '203.0.113.5'],
    ...{ fault: 'host-not-here', words: /is not an address of this machine: choose another with --host/ },
  })
})

test('init: an existing election or key file, and an unwritable folder, are refused', async (t) => {
  await refused(t, placeOf(t), {
    args: (place) => init(place, place.data),
    ...{ fault: 'election-exists', words: /city-council-2026 exists: give the new election another id/ },
  })
  await refused(t, placeOf(t), {
    args: (place) => {
      writeFileSync(place.at('file'), 'a file')
      return init(place, place.at('file'))
    },
    ...{ fault: 'not-a-folder', words: /\/file: is a file, but a folder is expected here/ },
  })
  await refused(t, placeOf(t), {
    args: (place) => [
      'init',
      '--definition',
      place.at('none.json'),
      ...init(place, place.at('new')).slice(3),
    ],
    ...{ fault: 'bad-input', words: /none\.json: there is no such file/ },
  })
  await refused(t, placeOf(t), {
    args: (place) => ['init', '--definition', place.data, ...init(place, place.at('new')).slice(3)],
    ...{ fault: 'bad-input', words: /data: is not a file/ },
  })
})

test('letters and export: an invalid key file, and an output that exists, are refused', async (t) => {
  const cases: readonly Wrong[] = [
    {
      args: ({ at }) => letters(at('none.csv'), at('l.csv')),
      fault: 'bad-input',
      words: /none\.csv: there is no such file/,
    },
    { args: ({ data, at }) => letters(data, at('l.csv')), fault: 'bad-input', words: /data: is not a file/ },
    {
      args: ({ at }) => letters(join(EXAMPLE, 'voters.csv'), at('l.csv')),
      fault: 'bad-input',
      words: /not a file of voter keys/,
    },
    {
      args: ({ data }) => letters(join(data, 'keys.csv'), join(data, 'keys.csv')),
      fault: 'bad-input',
      words: /exists/,
    },
    {
      args: ({ data, at }) => letters(join(data, 'keys.csv'), at('no/l.csv')),
      fault: 'bad-input',
      words: /cannot be written/,
    },
    {
      args: ({ data }) => ['export', '--data', data, '--format', 'csv', '--out', data],
      ...{ fault: 'bad-input', words: /is a folder: name a file in it/ },
    },
    {
      args: ({ data, at }) => ['export', '--data', data, '--format', 'csv', '--out', at('no/r.csv')],
      ...{ fault: 'bad-input', words: /r\.csv: its folder .*\/no is missing/ },
    },
  ]
  for (const wrong of cases) await refused(t, placeOf(t), wrong)
})

test('rehearse: a missing result, and a file in place of the data folder, are refused', async (t) => {
  await refused(t, placeOf(t), {
    args: ({ data, at }) => ['rehearse', at('none.csv'), '--data', data],
    ...{ fault: 'bad-input', words: /none\.csv: there is no such file/ },
  })
  await refused(t, placeOf(t), {
    args: (place) => {
      writeFileSync(place.at('file'), 'a file')
      return rehearse(place, place.at('file'))
    },
    ...{ fault: 'not-a-folder', words: /\/file: is a file, but a folder/ },
  })
})

test('verify: a missing log, a server that does not answer, and malformed files are reported', async (t) => {
  const cases: readonly Wrong[] = [
    { args: ({ at }) => ['verify', at('nowhere')], fault: 'bad-input', words: /nowhere/ },
    {
      args: ({ data }) => ['verify', data, '--state', data],
      fault: 'bad-input',
      words: /is not a plain file/,
    },
    {
      args: ({ data, at }) => ['verify', data, '--receipt', at('none')],
      fault: 'bad-input',
      words: /neither a file nor a tracker/,
    },
    {
      args: () => ['verify', `http://127.0.0.1:${nobody}`],
      ...{ fault: 'no-answer', words: /127\.0\.0\.1:\d+.*: .*ECONNREFUSED.*: check that it runs/ },
    },
  ]
  for (const wrong of cases)
    await refused(t, placeOf(t), {
      ...wrong,
      args: (place) => [
        ...wrong.args(place),
        ...(place.at('') && wrong.args(place).includes('--state') ? [] : ['--state', place.at('state.json')]),
      ],
    })
})

test('simulate: a server that does not answer, and an invalid key file, are reported', async (t) => {
  await refused(t, placeOf(t), {
    args: ({ data }) => [
      ...['simulate', '--url', `http://127.0.0.1:${nobody}`, '--keys', join(data, 'keys.csv')],
      ...['--patience', '0', '--limit', '1'],
    ],
    ...{ fault: 'cannot-simulate', words: /cannot reach http:\/\/127\.0\.0\.1:\d+\/: ECONNREFUSED/ },
  })
})

test('every cluster command reports engines that do not answer or have no address', async (t) => {
  const { REDIS_URL: _r, KAFKA_BROKERS: _k, DATABASE_URL: _d, SPARK_REMOTE: _s, ...others } = process.env
  const before = process.env
  process.env = others
  t.after(() => {
    process.env = before
  })
  const addresses = [
    ...['--redis', `redis://127.0.0.1:${nobody}`, '--kafka', `127.0.0.1:${nobody}`],
    ...['--spark', `sc://127.0.0.1:${nobody}`],
    ...['--checkpoints', '/tmp/none'],
  ]
  const onCluster = ({ data, election }: Place): string => {
    writeFileSync(join(election, 'cluster.json'), `{"election":"${ID}"}\n`)
    return data
  }
  const commands: readonly ((place: Place) => readonly string[])[] = [
    (place) => init(place, place.at('new')),
    (place) => serve(onCluster(place)),
    (place) => ['tally', '--data', onCluster(place)],
    (place) => ['export', '--format', 'json', '--data', onCluster(place)],
    (place) => ['certify', '--data', onCluster(place)],
    (place) => extend(onCluster(place)),
    (place) => ['rebuild-keys', '--data', onCluster(place)],
    (place) => rehearse(place, place.at('new')),
  ]
  for (const args of commands) {
    // An address with a password is refused as a flag.
    process.env = { ...others, DATABASE_URL: `postgres://a:b@127.0.0.1:${nobody}/x` }
    await refused(t, placeOf(t), {
      args: (place) => [...args(place), '--cluster', ...addresses],
      ...{
        fault: 'engine-trouble',
        words: /(PostgreSQL|Kafka|Redis).*: .*(ECONNREFUSED|did not answer).*: check that it runs/,
      },
    })
    process.env = others
    await refused(t, placeOf(t), {
      args: (place) => [...args(place), '--cluster'],
      ...{ fault: 'bad-address', words: /an address is missing: give --\w+ or [A-Z_]+/ },
    })
  }
  process.env = { ...others, DATABASE_URL: `postgres://a:b@127.0.0.1:${nobody}/x` }
  await refused(t, placeOf(t), {
    args: () => ['prepare-cluster', ...addresses.slice(2, 4)],
    ...{ fault: 'engine-trouble', words: /Kafka at 127\.0\.0\.1:\d+: / },
  })
  await refused(t, placeOf(t), {
    args: ({ data }) => ['rebuild-keys', '--cluster', '--data', data, ...addresses],
    ...{ fault: 'bad-address', words: /has no election of a cluster/ },
  })
})

test('files that this user may not read or write are refused', async (t) => {
  const place = placeOf(t)
  const asRoot = process.getuid?.() === 0
  if (process.platform === 'win32') return t.skip('Windows has no modes')
  if (!asRoot) return t.skip('needs root, to run as another user')
  const cases: readonly Wrong[] = [
    ...Object.entries(ON_A_FOLDER).map(
      ([, args]): Wrong => ({
        args: () => args(place, place.data),
        ...{ fault: 'no-permission', words: /data.*: permission denied: use the account/ },
      }),
    ),
    {
      args: () => letters(join(place.data, 'keys.csv'), '/tmp/none.csv'),
      fault: 'bad-input',
      words: /keys\.csv: .*permission denied/,
    },
    {
      args: () => init(place, place.at('new')),
      fault: 'bad-input',
      words: /election\.json: cannot be read: permission denied/,
    },
  ]
  addVoters(place)
  for (const { args, fault, words } of cases) {
    const typed = args(place)
    process.seteuid!(65_534)
    let ended: Ended
    try {
      ended = await elections(t, typed)
    } finally {
      process.seteuid!(0)
    }
    const shown = `${typed.join(' ')}\n${ended.lines.join('\n')}`
    assert.equal(ended.lines.length, 1, shown)
    assert.match(ended.lines[0]!, words)
    assert.equal(ended.code, FAULTS[fault].exit, shown)
    met.add(fault)
  }
})

test('on a full disk no half-written file is left, and nothing is lost', async (t) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return t.skip('a small disk can be mounted by root on Linux only')
  const place = placeOf(t)
  const disk = place.at('disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=900k', 'tmpfs', disk])
  try {
    cpSync(place.data, join(disk, 'data'), { recursive: true })
    const ballast = join(disk, 'ballast')
    assert.throws(() => writeFileSync(ballast, Buffer.alloc(2_000_000)), /ENOSPC/)
    const full = /: the disk is full, nothing was lost: free some space, then try again/
    for (const args of [
      () => init({ ...place, at: (name) => join(disk, name) }, join(disk, 'new')),
      () => letters(join(place.data, 'keys.csv'), join(disk, 'letters.csv')),
      () => ['export', '--data', place.data, '--format', 'json', '--out', join(disk, 'result.json')],
      () => addVoters({ ...place, data: join(disk, 'data') }),
      () => extend(join(disk, 'data')),
      () => rehearse(place, join(disk, 'data')),
    ])
      await refused(t, place, { args, fault: 'disk-full', words: full })
    assert.deepEqual(readdirSync(disk).sort(), ['ballast', 'data'])
  } finally {
    execFileSync('umount', [disk])
  }
})

test('every command refuses a mistyped option with one line and exit code 2', async (t) => {
  for (const name of Object.keys(COMMANDS)) {
    const { code, out, lines } = await elections(t, [name, '--nonsense'])
    assert.deepEqual([code, out, lines.length], [2, '', 1], lines.join('\n'))
    assert.match(lines[0]!, /^error: (unknown option|required option)/)
  }
})

/**
 * The tests of the faults that need engines, a server of another version, a whole election or a
 * failing disk.
 */
const ELSEWHERE: Readonly<Partial<Record<FaultCode, string>>> = {
  'engine-lost': 'src/organise/cluster/rebuilt-keys.test.ts',
  'unfit-topic': 'test/engines/topics.test.ts',
  'stands-still': 'src/simulator/awaited.test.ts',
}

/**
 * Faults that other suites cause, with a killed server or one of another version. This file only
 * checks their texts.
 */
const WORDS_ALONE: ReadonlySet<FaultCode> = new Set([
  ...(['owner-refused', 'outcome-unknown', 'old-tables', 'ballot-refused'] as const),
])

/** Sample facts from which every kind of fault can be made. */
const FACTS = {
  ...{ problems: [{ place: 'voters.csv', line: 4, message: 'names no district' }], more: 0 },
  ...{ why: 'it is so', where: 'somewhere', what: 'two ballots bear one tag', path: '/srv/elections/x' },
  ...{
    engine: 'Kafka',
    topics: ['topic "votes": it has 1 partition'],
    folder: '/srv/elections',
    owner: null,
  },
  ...{ theirs: 2, ours: 1, port: 80, program: '/usr/bin/node', host: '203.0.113.5', refusal: 'polls-closed' },
}

test('every fault has a one-line message, an exit code, a line in docs/operations.md, and a test', () => {
  const text = readFileSync(OPERATIONS, 'utf8')
  const named = readFileSync(SYSTEM_FAULTS, 'utf8')
  for (const code of Object.keys(FAULTS) as FaultCode[]) {
    const fault = new Fault(code, FACTS as never)
    const line = faultLine(fault)
    assert.match(line, /^\S.{5,}[^.:]$/, code)
    assert.doesNotMatch(line, /undefined|\n/, code)
    assert.ok([1, 2, 3, 70].includes(fault.exit), code)
    assert.ok(
      text.includes(`| \`${code}\` | ${fault.exit} |`),
      `docs/operations.md has no line for ${code}, exit ${fault.exit}`,
    )
    const there = ELSEWHERE[code]
    const isTested =
      met.has(code) ||
      named.includes(`'${code}'`) ||
      (there !== undefined && existsSync(join(REPOSITORY, there)))
    assert.ok(isTested || WORDS_ALONE.has(code), `${code} has no test`)
  }
})
