/** One configuration from flags, environment and a file, for every option as it is declared. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, chownSync, linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Command, Option } from 'commander'
import { COMMANDS } from '../commands.ts'
import { run } from '../run.ts'
import { readConfigFile } from './config-file.ts'
import { configured } from './configured.ts'
import { secret, withoutSecret } from './secrets.ts'
import { isRepeatable } from './setting-value.ts'
import { allSettings, type Commands, SERVE, settingsOf } from './settings.ts'
import { openSources } from './sources.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-config-'))
after(() => rmSync(dir, { recursive: true, force: true }))
let files = 0

function fileOf(text: string, mode = 0o600): string {
  const path = join(dir, `${files++}.json`)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

interface Given {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The text of the file, or the object that it contains. */
  readonly file?: string | object
  readonly mode?: number
  readonly commands?: Commands
}

/** Parses a command with these flags, variables and file, without running its action. */
async function settled(name: string, { args = [], env = {}, file, mode, commands = COMMANDS }: Given) {
  const text = typeof file === 'object' ? JSON.stringify(file) : file
  const environment = text === undefined ? env : { ...env, ELECTIONS_CONFIG: fileOf(text, mode) }
  const settle = await openSources(commands, environment)
  const command = await commands[name]!()
  for (const argument of command.registeredArguments) argument.required = false
  const before = process.env
  // Commander itself reads the variables that other programs use too.
  process.env = environment
  try {
    await configured(
      command.exitOverride().action(() => {}),
      settle,
    ).parseAsync([...args], { from: 'user' })
  } finally {
    process.env = before
  }
  return command
}

async function valuesOf(name: string, given: Given): Promise<Record<string, unknown>> {
  return (await settled(name, given)).opts()
}

const refused = (name: string, given: Given, words: RegExp) =>
  assert.rejects(settled(name, given), (error: Error) => {
    assert.match(error.message, words)
    return true
  })

const DATA = { ELECTIONS_DATA: 'd' }

test('every option of serve has a variable and a key, and no two of all commands share one', async () => {
  const { serve, settings } = await allSettings(COMMANDS)
  const own = settingsOf(serve, serve)
  assert.deepEqual(
    own.map(({ flag }) => flag),
    serve.options.map(({ long }) => long),
  )
  assert.ok(own.length > 20)
  for (const { variable, key } of own) {
    assert.match(variable, /^ELECTIONS_[A-Z_]+$/)
    assert.match(key, /^[a-z-]+$/)
  }
  // A name has one meaning: the same flag with the same kind of value.
  const meaning = new Map<string, string>()
  for (const { variable, key, option } of settings)
    for (const name of [variable, key]) {
      assert.equal(meaning.get(name) ?? option.flags, option.flags, name)
      meaning.set(name, option.flags)
    }
})

test('a new option has both names without more code', async () => {
  const serve = new Command('serve').option('--new-thing <n>', 'new', (text) => Number(text))
  const commands: Commands = { serve: async () => serve, other: async () => new Command('other') }
  const given = { commands, env: { ELECTIONS_NEW_THING: '7' } }
  assert.deepEqual(await valuesOf(SERVE, given), { newThing: 7 })
})

test('a flag overrides the environment, the environment the file, and the file the default', async () => {
  const file = { data: 'file', port: 1, kafka: 'file:1', 'publish-every': 3, host: 'h', connections: 5 }
  const env = { ELECTIONS_PORT: '2', ELECTIONS_DATA: 'env', KAFKA_BROKERS: 'older:1', SPARK_REMOTE: 'sc://o' }
  const all = { ...env, ELECTIONS_SPARK_REMOTE: 'sc://ours' }
  const command = await settled(SERVE, { args: ['--data', 'flag'], env: all, file })
  const { data, port, kafka, spark, host, publishEvery, importSeconds } = command.opts()
  assert.deepEqual(
    { data, port, kafka, spark, host, publishEvery, importSeconds },
    {
      ...{ data: 'flag', port: 2, kafka: 'older:1', spark: 'sc://ours', host: 'h', publishEvery: 3 },
      importSeconds: 600,
    },
  )
  assert.equal(command.getOptionValueSource('port'), 'ELECTIONS_PORT')
  assert.match(command.getOptionValueSource('host')!, /\.json:1$/)
})

test('a repeatable flag replaces the values of other sources and does not add to them', async () => {
  const w = (name: string) => `https://${name}.example/=${name}+1a2b3c4d+AbCd`
  const env = { ...DATA, ELECTIONS_WITNESSES: `${w('a')} ${w('b')}` }
  assert.deepEqual((await valuesOf(SERVE, { env })).witness, [w('a'), w('b')])
  assert.deepEqual((await valuesOf(SERVE, { env, args: ['--witness', w('c')] })).witness, [w('c')])
  const file = { witness: [w('d'), w('e')] }
  assert.deepEqual((await valuesOf(SERVE, { env: DATA, file })).witness, [w('d'), w('e')])
  const { column } = await valuesOf('letters', {
    args: ['--keys', 'k', '--url', 'https://x.example/e/1', '--out', 'o'],
    env: { ELECTIONS_LETTERS_COLUMN: '["name=Nom","email=Mail"]' },
  })
  assert.deepEqual(column, { name: 'Nom', email: 'Mail' })
})

test('options without a value, with an optional value, and negated options are read', async () => {
  for (const [text, value] of [
    ['true', true],
    ['1', 1],
    ['3', 3],
    ['false', undefined],
  ] as const)
    assert.equal((await valuesOf(SERVE, { env: { ...DATA, ELECTIONS_TRUST_PROXY: text } })).trustProxy, value)
  const file = { cluster: true, 'trust-proxy': 2, demo: { simulator: false, port: 9 } }
  const { cluster, trustProxy } = await valuesOf(SERVE, { env: DATA, file })
  assert.deepEqual({ cluster, trustProxy }, { cluster: true, trustProxy: 2 })
  const { simulator, port } = await valuesOf('demo', { file })
  assert.deepEqual({ simulator, port }, { simulator: false, port: 9 })
  assert.equal((await valuesOf('demo', { env: { ELECTIONS_DEMO_SIMULATOR: 'true' } })).simulator, true)
  await refused(SERVE, { env: { ...DATA, ELECTIONS_CLUSTER: 'yes' } }, /^ELECTIONS_CLUSTER: .*true or false/)
  await refused(SERVE, { env: DATA, file: { cluster: 'yes' } }, /:1:12: cluster: .*true or false/)
  await refused(SERVE, { env: DATA, file: { port: true } }, /port: It must be a text or a number/)
})

test('a rehearsal uses no setting of a real election', async () => {
  const env = { ELECTIONS_DATA: '/var/lib/elections', ELECTIONS_CLUSTER: 'true', ELECTIONS_PORT: '80' }
  const { data, port } = await valuesOf('demo', { env })
  assert.deepEqual({ data, port }, { data: './data', port: 8501 })
  await refused('rehearse', { env }, /required option '--data/)
  assert.equal((await valuesOf('rehearse', { env, args: ['--data', 'r'] })).cluster, undefined)
})

test('an action can be ordered only on the command line', async () => {
  const { settings } = await allSettings(COMMANDS)
  for (const deed of ['destroy-secret', 'confirm', 'replace', 'already-over', 'dry-run'])
    assert.ok(!settings.some(({ flag }) => flag === `--${deed}`), deed)
  await refused('certify', { env: { ...DATA, ELECTIONS_CERTIFY_DESTROY_SECRET: 'true' } }, /is not a setting/)
})

test('invalid values are refused with their place', async () => {
  await refused(SERVE, { env: { ELECTIONS_PORT: '65536' } }, /^ELECTIONS_PORT: .*from 0 to 65535/)
  await refused(SERVE, { env: { ELECTIONS_ROLE: 'king' } }, /^ELECTIONS_ROLE: Allowed choices are/)
  const text = '{\n  // the port\n  "data": "d",\n  "port": "x",\n}'
  await refused(SERVE, { file: text }, /\.json:4:11: port: It must be a whole number/)
  await refused(SERVE, { file: { port: [1, 2] } }, /port: It must be one value/)
  await refused(SERVE, { file: { port: null } }, /port must be a string, a number/)
  await refused(SERVE, { file: { port: { a: 1 } } }, /port\.a is not a setting/)
  for (const [file, words] of [
    ['', /is empty/],
    ['[]', /:1:1: must be an object/],
    ['{"port": 1, "port": 2}', /port is here twice/],
    ['{port: 1}', /double quotation marks/],
  ] as const)
    await refused(SERVE, { file }, words)
  await refused(SERVE, { env: { ELECTIONS_CONFIG: join(dir, 'none') } }, /none: there is no such file/)
  await refused(SERVE, { args: ['--config', dir] }, /is not a plain file|is a folder/)
})

test('unknown names are refused, with a suggestion', async () => {
  await refused(SERVE, { env: { ELECTIONS_PROT: '1' } }, /^ELECTIONS_PROT: .*did you mean ELECTIONS_PORT\?/)
  await refused(SERVE, { env: { ELECTIONS_DATABASE: 'x' } }, /did you mean ELECTIONS_DATABASE_URL\?/)
  await refused(SERVE, { env: { ELECTIONS_XYLOPHONE: '1' } }, /"elections config" lists them/)
  await refused(
    SERVE,
    { file: { data: 'd', publishevery: 1 } },
    /:1:\d+: publishevery .*mean publish-every\?/,
  )
  await refused(SERVE, { file: { language: 'es' } }, /did you mean \w+\.language\?/)
  await refused(SERVE, { file: { serve: { port: 1 } } }, /serve\.port is not a setting; did you mean port\?/)
  await refused(SERVE, { file: { id: 'a', contests: [] } }, /is an election definition, rename it/)
  await refused('verify', { env: { ELECTIONS_PROT: '1' } }, /did you mean ELECTIONS_PORT/)
})

test('variables of a Kubernetes service named elections, and empty variables, are ignored', async () => {
  const env = {
    ...DATA,
    ...{ ELECTIONS_PORT: 'tcp://10.0.0.7:8501', ELECTIONS_SERVICE_HOST: '10.0.0.7' },
    ...{ ELECTIONS_SERVICE_PORT: '8501', ELECTIONS_SERVICE_PORT_HTTP: '8501' },
    ...{ ELECTIONS_PORT_8501_TCP: 'tcp://10.0.0.7:8501', ELECTIONS_PORT_8501_TCP_ADDR: '10.0.0.7' },
    ...{ ELECTIONS_REDIS_SERVICE_HOST: '10.0.0.8', ELECTIONS_REDIS_PORT: 'tcp://10.0.0.8:6379' },
    ...{ ELECTIONS_RESTARTED: '1', ELECTIONS_HOST: '' },
  }
  const { port, host } = await valuesOf(SERVE, { env })
  // Not set: their values then depend on --domain.
  assert.deepEqual({ port, host }, { port: undefined, host: undefined })
})

test('every option whose help says that it may be repeated accepts a list', async () => {
  const { settings } = await allSettings(COMMANDS)
  const said = settings.filter(({ option }) => /may be repeated|repeat it/.test(option.description))
  assert.ok(said.length > 5)
  const wrong = said.filter(({ option }) => !isRepeatable(option)).map(({ key }) => key)
  assert.deepEqual(wrong, [])
})

test('a secret comes from a file or the environment, never from the command line', async () => {
  const url = 'postgres://elections:hunter2@db/elections'
  const path = fileOf(`${url}\n`)
  const from = (env: Record<string, string>, file?: object) =>
    valuesOf(SERVE, { env: { ...DATA, ...env }, ...(file && { file }) })
  assert.equal((await from({ ELECTIONS_DATABASE_URL_FILE: path })).database, url)
  assert.equal((await from({ ELECTIONS_DATABASE_URL: url })).database, url)
  assert.equal((await from({}, { 'database-file': path })).database, url)
  assert.equal((await from({}, { database: url })).database, url)
  await refused(
    SERVE,
    { env: { ELECTIONS_DATABASE_URL: url, ELECTIONS_DATABASE_URL_FILE: path } },
    /^ELECTIONS_DATABASE_URL: and ELECTIONS_DATABASE_URL_FILE are both set/,
  )
  await refused(SERVE, { file: { database: url, 'database-file': path } }, /are both in the file/)
  for (const [text, words] of [
    ['', /is empty/],
    ['a\nb\n', /more than one line/],
  ] as const)
    await refused(SERVE, { env: { ELECTIONS_DATABASE_URL_FILE: fileOf(text) } }, words)
  await refused(SERVE, { env: { ELECTIONS_DATABASE_URL_FILE: dir } }, /^ELECTIONS_DATABASE_URL_FILE: .*plain/)
  for (const [flag, text] of [
    ['--database', url],
    ['--database', 'postgres://db/elections?user=a&password=hunter2'],
    ['--redis', 'redis://:hunter2@cache:6379'],
    ['--spark', 'sc://spark:15002/;token=hunter2'],
  ] as const)
    await assert.rejects(settled(SERVE, { args: [flag, text, '--data', 'd'] }), (error: Error) => {
      assert.match(error.message, new RegExp(`^${flag}: contains a password.*ELECTIONS_\\w+_FILE`))
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  const { database } = await valuesOf(SERVE, { args: ['--database', 'postgres://a@db/x', '--data', 'd'] })
  assert.equal(database, 'postgres://a@db/x')
})

test('a configuration file that others can change, or read if it has a password, is refused', async () => {
  await refused(SERVE, { file: { data: 'd' }, mode: 0o606 }, /every account of this machine can change it/)
  const database = 'postgres://a:hunter2@db/x'
  await assert.rejects(settled(SERVE, { file: { database }, mode: 0o644 }), (error: Error) => {
    assert.match(error.message, /:1:13: database contains a password.*chmod 600.*database-file/)
    assert.doesNotMatch(error.message, /hunter2/)
    return true
  })
  assert.equal((await valuesOf(SERVE, { file: { data: 'd' }, mode: 0o644 })).data, 'd')
})

test('the configuration file checked is the one read, even if another replaces it meanwhile', async (t) => {
  if (process.platform === 'win32') return
  const here = mkdtempSync(join(dir, 'swapped-'))
  const path = join(here, 'settings.json')
  const [theirs, ours] = [join(here, 'theirs'), join(here, 'ours')]
  writeFileSync(theirs, '{ "data": "theirs" }')
  chmodSync(theirs, 0o606)
  writeFileSync(ours, '{ "data": "ours" }')
  linkSync(ours, path)
  const swapping = new Worker(
    `const { linkSync, renameSync } = require('node:fs')
     const { workerData: [path, ...both], parentPort } = require('node:worker_threads')
     parentPort.postMessage('swapping')
     for (;;) for (const file of both) { linkSync(file, path + '.next'); renameSync(path + '.next', path) }`,
    { eval: true, workerData: [path, theirs, ours] },
  )
  t.after(() => swapping.terminate())
  await once(swapping, 'message')
  const { settings } = await allSettings(COMMANDS)
  const seen = new Set<string>()
  for (let i = 0; i < 1_500 || seen.size < 2; i++)
    try {
      seen.add(String(readConfigFile(path, true, settings).settings.get('data')!.written))
    } catch (error) {
      assert.match((error as Error).message, /every account of this machine can change it/)
      seen.add('refused')
    }
  assert.deepEqual([...seen].sort(), ['ours', 'refused'])
})

test('the file of the current folder is used, unless it belongs to another account', async (t) => {
  const here = mkdtempSync(join(dir, 'here-'))
  const before = process.cwd()
  process.chdir(here)
  t.after(() => process.chdir(before))
  writeFileSync('elections.json', '{ "data": "from-here" }')
  assert.equal((await valuesOf(SERVE, {})).data, 'from-here')
  const other = { env: { ELECTIONS_CONFIG: fileOf('{ "data": "named" }') } }
  assert.equal((await valuesOf(SERVE, other)).data, 'named')
  if (process.platform === 'win32') return
  if (process.getuid!() === 0) chownSync('elections.json', 12_345, 12_345)
  else t.mock.method(process as { getuid: () => number }, 'getuid', () => 12_345)
  await refused(SERVE, {}, /^elections\.json: belongs to another account/)
  const named = { env: { ELECTIONS_CONFIG: 'elections.json' } }
  assert.equal((await valuesOf(SERVE, named)).data, 'from-here')
})

test('secrets are hidden wherever they are in an address', () => {
  assert.equal(withoutSecret('postgres://a:b:c@h/n', 'address'), 'postgres://a:•••@h/n')
  assert.equal(
    withoutSecret('sc://h:1/;user_id=a;token=t;x=1', 'address'),
    'sc://h:1/;user_id=a;token=•••;x=1',
  )
  assert.equal(withoutSecret('postgres://h/n', 'address'), 'postgres://h/n')
  for (const password of ['p@ss', '@', 'p@s@s', 'p/ss', '12/34', 'p?a=b', 'p#1', 'a:b', 'a,b', '12'])
    for (const end of ['@h:1/n', '@h', '@h/n?application_name=x'])
      for (const user of ['a', ''])
        assert.equal(
          withoutSecret(`redis://${user}:${password}${end}`, 'address'),
          `redis://${user}:•••${end}`,
        )
  for (const plain of [
    'postgres://h:5432/n?application_name=a@b',
    'redis://h:1,h:2',
    'redis://h',
    'sc://h:1',
    'sc://h:1/;user_id=a@b',
  ])
    assert.equal(withoutSecret(plain, 'address'), plain)
  assert.equal(withoutSecret('redis://a:p@h,redis://b:q@i', 'address'), 'redis://a:•••@h,redis://b:•••@i')
  assert.equal(withoutSecret('anything', 'whole'), '•••')
})

test('a health check has only settings of serve, with the same names', async () => {
  const flagsOf = async (name: 'ready' | 'serve') =>
    (await COMMANDS[name]!()).options.map(({ flags }) => flags)
  const serve = new Set(await flagsOf('serve'))
  const ready = (await flagsOf('ready')).filter((flags) => !serve.has(flags))
  assert.deepEqual(ready, [])
})

test('options named token, password or secret are marked secret; their help names the variable', async () => {
  const { settings } = await allSettings(COMMANDS)
  for (const { option, flag, secret: kind } of settings) {
    // An option that requires tokens is not a token, and an output file is not a secret.
    if (/(?<!^--(?:require|emit)-)(token|password|secret)$/.test(flag))
      assert.ok(kind || !option.required, `${flag} is not marked`)
    // A rehearsal has other variables than a real election, so its help names them.
    const isNamed = option.envVar !== undefined || /in ELECTIONS_/.test(option.description)
    if (kind) assert.ok(isNamed, `${flag} names no variable`)
  }
  const marked = secret(new Option('--api-token <t>').env('ELECTIONS_API_TOKEN'), 'whole')
  const commands: Commands = { serve: async () => new Command('serve').addOption(marked) }
  await refused(SERVE, { commands, args: ['--api-token', 'hunter2'] }, /^--api-token: is a secret/)
})

test('the command shows every setting with its source, no secret, and whether they fit', async (t) => {
  const said: string[] = []
  t.mock.method(console, 'log', (text: string) => void said.push(text))
  t.mock.method(console, 'error', (text: string) => void said.push(text))
  const before = process.env
  t.after(() => {
    process.env = before
  })
  const config = async (env: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    process.env = env
    said.length = 0
    const code = await run(['config', ...args])
    return { code: code ?? 0, text: said.join('\n') }
  }
  const env = { ...DATA, DATABASE_URL: 'postgres://a:hunter2@db/x', ELECTIONS_PORT: '80' }
  const shown = await config(env, '--', '--host', '::1')
  assert.equal(shown.code, 0)
  assert.match(shown.text, /^--port +80 +ELECTIONS_PORT +ELECTIONS_PORT +port$/m)
  assert.match(shown.text, /^--host +::1 +--host +/m)
  assert.match(shown.text, /^--database +postgres:\/\/a:•••@db\/x +DATABASE_URL +/m)
  const json = JSON.parse((await config(env, '--json')).text) as {
    settings: { flag: string; value: unknown }[]
  }
  assert.equal(json.settings.find(({ flag }) => flag === '--port')?.value, 80)
  assert.doesNotMatch(JSON.stringify(json), /hunter2/)
  assert.equal((await config(env, '--check')).code, 0)
  for (const [wrong, words] of [
    [{}, /--data: is not set: give this flag, ELECTIONS_DATA, or "data" in the configuration file/],
    [{ ...DATA, ELECTIONS_PROMISE_WITHIN: '1' }, /--promise-within: must be at least 12/],
    [
      { ...DATA, ELECTIONS_DATABASE_URL: 'mysql://a:hunter2@db' },
      /--database: is not a valid address of this kind/,
    ],
    [{ ...DATA, ELECTIONS_TLS_CERT: 'x.pem' }, /--tls-/],
    [{ ...DATA, ELECTIONS_WITNESSES: 'x' }, /--witness: "x" is not URL=VKEY/],
    [{ ...DATA, ELECTIONS_SIMULATE_SEED: 'x' }, /ELECTIONS_SIMULATE_SEED: It must be a whole number/],
  ] as const) {
    const { code, text } = await config(wrong as Record<string, string>, '--check')
    assert.equal(code, 2, text)
    assert.match(text, words)
    assert.doesNotMatch(text, /hunter2/)
  }
  assert.match((await config(DATA, 'nonsense')).text, /is not a command with settings/)
})

test('a subcommand has the shared settings, and none that orders an action', async () => {
  // It runs, and does not find the data folder.
  await refused('token', { args: ['list'], env: { ELECTIONS_DATA: 'nowhere' } }, /^nowhere/)
  await refused(
    'token',
    { args: ['list', '--database', 'postgres://a:hunter2@db/x', '--data', 'd'] },
    /contains a password/,
  )
  await refused('token', { args: ['list'], env: { ELECTIONS_TOKEN_ADD_NAME: 'x' } }, /is not a setting/)
})
