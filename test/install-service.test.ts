/**
 * The systemd unit: its restrictions, its lines, and that it is written only if systemd runs.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { run } from '../src/cli/run.ts'
import { installService, type Machine } from '../src/cli/service/install.ts'
import { quoted, type ServiceAsked, unitText } from '../src/cli/service/unit.ts'
import { MAIN, runCli } from './server.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-service-'))
after(() => rmSync(dir, { recursive: true, force: true }))
const ASKED: ServiceAsked = {
  ...{
    name: 'elections',
    command: ['/opt/e/node', '/opt/e/main.js', 'serve'],
    dataDir: '/var/lib/elections',
  },
  ...{ hasLowPort: false, hasTls: false, secrets: [] },
}
/** Runs the command in this process, which loads the commands only once. */
async function dryRun(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let stdout = ''
  let stderr = ''
  const before = process.env
  process.env = { ...before, ...env }
  const mocks = [
    t.mock.method(console, 'log', (text: string) => {
      stdout += `${text}\n`
    }),
    t.mock.method(process.stderr, 'write', (text: string) => {
      stderr += text
      return true
    }),
    t.mock.method(console, 'error', (text: string) => {
      stderr += text
    }),
  ]
  try {
    const code = (await run(['install-service', '--dry-run', ...args])) ?? 0
    return { code, stdout, stderr }
  } finally {
    for (const { mock } of mocks) mock.restore()
    process.env = before
  }
}

/** Largest allowed exposure of 10. systemd calls a value below 2 "OK". */
const MOST_EXPOSED = 1.9

const valuesOf = (unit: string, key: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map((match) => match[1]!)

test('the unit allows the server its folder and its port, and nothing else', async () => {
  const { code, stdout, stderr } = await runCli(['install-service', '--dry-run'])
  assert.equal(code, 0, stderr)
  for (const [key, value] of Object.entries({
    ...{ Type: 'exec', Restart: 'on-failure', KillMode: 'mixed', RestartPreventExitStatus: '2 3' },
    ...{ User: 'elections', StateDirectory: 'elections', StateDirectoryMode: '0700', UMask: '0077' },
    ...{ NoNewPrivileges: 'yes', ProtectSystem: 'strict', PrivateTmp: 'yes', CapabilityBoundingSet: '' },
    ...{ RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX AF_NETLINK', AmbientCapabilities: '' },
  }))
    assert.deepEqual(valuesOf(stdout, key), [value], key)
  assert.deepEqual(valuesOf(stdout, 'SystemCallFilter'), ['@system-service', '~@privileged'])
  // V8 generates machine code: with this restriction the server would not start.
  assert.deepEqual(valuesOf(stdout, 'MemoryDenyWriteExecute'), [])
  assert.ok(Number(valuesOf(stdout, 'TimeoutStopSec')[0]) > 10, 'longer than the drain')
  const [started = ''] = valuesOf(stdout, 'ExecStart')
  assert.equal(started, `${process.execPath} ${MAIN} serve --data /var/lib/elections`)
})

test('a port below 1024, from a flag or from the file, adds the one capability that it needs', async (t) => {
  const file = join(dir, 'elections.json')
  writeFileSync(file, '{ "port": 80 }')
  for (const args of [
    ['--', '--port', '443'],
    ['--config', file],
  ]) {
    const { stdout, stderr } = await dryRun(t, args)
    assert.deepEqual(valuesOf(stdout, 'CapabilityBoundingSet'), ['CAP_NET_BIND_SERVICE'], stderr)
    assert.deepEqual(valuesOf(stdout, 'AmbientCapabilities'), ['CAP_NET_BIND_SERVICE'])
  }
})

test('secrets are passed as credentials, and no line of the unit contains one', async (t) => {
  const args = ['--secret', 'database=/etc/elections/database-url']
  // The service does not inherit this shell's environment.
  const { stdout } = await dryRun(t, args, { ELECTIONS_DATABASE_URL: 'postgres://a:hunter2@db/x' })
  assert.deepEqual(valuesOf(stdout, 'LoadCredential'), ['database:/etc/elections/database-url'])
  assert.deepEqual(valuesOf(stdout, 'Environment'), ['ELECTIONS_DATABASE_URL_FILE=%d/database'])
  assert.doesNotMatch(stdout, /hunter2/)
  for (const [wrong, words] of [
    [['--secret', 'port=/etc/x'], /port is not a secret of "serve"; there are .*database/],
    [['--secret', 'database=x'], /absolute path/],
    [['--name', '../x'], /lower-case letters/],
    [['--', '--database', 'postgres://a:hunter2@db/x'], /has a password in it/],
    [['--', '--data', './data'], /must be an absolute path/],
    [['--', '--port', '99999'], /whole number/],
    [['--', '--nonsense'], /unknown option/],
  ] as const) {
    const { code, stderr, stdout } = await dryRun(t, wrong)
    assert.deepEqual([code, stdout], [2, ''], wrong.join(' '))
    assert.match(stderr, words)
    assert.doesNotMatch(stderr, /hunter2/)
  }
})

test('TLS: a reload takes over a new certificate, and its key is passed as a credential', async (t) => {
  const args = ['--secret', 'tls-key=/etc/elections/key.pem', '--', '--tls-cert', '/etc/elections/chain.pem']
  const { stdout, stderr } = await dryRun(t, args)
  assert.deepEqual(valuesOf(stdout, 'ExecReload'), ['/bin/kill -HUP $MAINPID'], stderr)
  assert.deepEqual(valuesOf(stdout, 'LoadCredential'), ['tls-key:/etc/elections/key.pem'])
  assert.deepEqual(valuesOf(stdout, 'Environment'), ['ELECTIONS_TLS_KEY=%d/tls-key'])
  const domain = await dryRun(t, ['--', '--domain', 'vote.example.org'])
  assert.equal(valuesOf(domain.stdout, 'ExecReload').length, 1)
  // Without TLS the server does not handle SIGHUP, which would then end it.
  const plain = await dryRun(t, [])
  assert.deepEqual(valuesOf(plain.stdout, 'ExecReload'), [])
})

test('the unit passes arguments unchanged', () => {
  for (const [argument, wanted] of [
    ['/opt/node', '/opt/node'],
    ['100%', '100%%'],
    ['a b', '"a b"'],
    ['$HOME', '$$HOME'],
    ['say "x\\"', '"say \\"x\\\\\\""'],
    ['a\nExecStartPre=/bin/evil', '"a\\nExecStartPre=/bin/evil"'],
    ['', '""'],
  ] as const)
    assert.equal(quoted(argument), wanted)
})

/** A folder that stands in for a machine. */
function machine(changes: Partial<Machine> = {}): Machine & { readonly ran: string[] } {
  const root = mkdtempSync(join(dir, 'root-'))
  mkdirSync(join(root, 'run/systemd/system'), { recursive: true })
  const ran: string[] = []
  const run = (program: string, args: readonly string[]) => void ran.push([program, ...args].join(' '))
  return { root, isRoot: true, run, ran, ...changes }
}

test('it can be installed twice with the same content, and never overwrites another unit', () => {
  const here = machine()
  const written = installService(ASKED, here)
  assert.deepEqual(written, ['/etc/sysusers.d/elections.conf', '/etc/systemd/system/elections.service'])
  const unit = join(here.root, written[1]!)
  assert.equal(readFileSync(unit, 'utf8'), unitText(ASKED))
  assert.match(readFileSync(join(here.root, written[0]!), 'utf8'), /^u elections - /)
  assert.deepEqual(here.ran, ['systemd-sysusers /etc/sysusers.d/elections.conf', 'systemctl daemon-reload'])
  installService(ASKED, here)
  assert.throws(
    () => installService({ ...ASKED, hasLowPort: true }, here),
    /is there, and says something else/,
  )
  assert.equal(readFileSync(unit, 'utf8'), unitText(ASKED))
})

test('it is refused without systemd, without root, or if the account cannot read the program', () => {
  assert.throws(() => installService(ASKED, machine({ root: join(dir, 'none') })), /systemd does not run/)
  assert.throws(() => installService(ASKED, machine({ isRoot: false })), /needs root/)
  const here = machine()
  const closed = join(here.root, 'opt/e')
  mkdirSync(closed, { recursive: true })
  chmodSync(closed, 0o700)
  assert.throws(() => installService(ASKED, here), /"elections" cannot enter \/opt\/e/)
  assert.deepEqual(here.ran, [])
})

test('systemd accepts the unit and rates its exposure below the limit', (t) => {
  const file = join(dir, 'elections.service')
  const program = { ...ASKED, command: [process.execPath, MAIN, 'serve', '--port', '443'], hasLowPort: true }
  const secrets = [{ name: 'database', variable: 'ELECTIONS_DATABASE_URL_FILE', path: '/etc/x' }]
  for (const asked of [ASKED, { ...program, secrets }]) {
    writeFileSync(file, unitText({ ...asked, command: program.command }))
    const verify = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
    if ((verify.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return t.diagnostic('NOT CHECKED BY SYSTEMD: systemd-analyze is not installed')
    assert.deepEqual([verify.status, verify.stderr], [0, ''])
    const security = spawnSync('systemd-analyze', ['security', '--offline=true', file], { encoding: 'utf8' })
    const exposed = Number(/Overall exposure level for [^:]+: ([\d.]+)/.exec(security.stdout)?.[1])
    assert.ok(exposed <= MOST_EXPOSED, `${exposed} of 10 exposed\n${security.stdout}`)
    t.diagnostic(`${exposed} of 10 exposed`)
  }
})
