/** Shell completion with the scripts that `elections completion` prints. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { COMMANDS } from '../src/cli/commands.ts'
import { SCRIPTS, SHELLS, type Shell } from '../src/cli/completion/scripts.ts'
import { type CompletedCommand, completedCommands } from '../src/cli/completion/tree.ts'
import { runCli } from './server.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-completion-'))
let commands: readonly CompletedCommand[]
before(async () => {
  commands = await completedCommands(COMMANDS)
  for (const shell of SHELLS) writeFileSync(join(dir, shell), SCRIPTS[shell](commands))
  writeFileSync(join(dir, 'a roll.csv'), '')
})
after(() => rmSync(dir, { recursive: true, force: true }))

/** Returns bash's suggestions for these words, of which the last one is incomplete. */
function offered(...words: readonly string[]): readonly string[] {
  const all = ['elections', ...words].map((word) => `'${word}'`).join(' ')
  const script =
    `source ./bash; COMP_WORDS=(${all}); COMP_CWORD=${words.length}; ` +
    `_elections; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    cwd: dir,
    encoding: 'utf8',
  })
  assert.deepEqual([status, stderr], [0, ''])
  return stdout.split('\n').filter(Boolean)
}

test('bash completes commands, flags, their values and files', { skip: process.platform === 'win32' }, () => {
  assert.deepEqual(offered('ser'), ['serve'])
  assert.ok(offered('').includes('install-service'))
  assert.deepEqual(offered('serve', '--publ'), ['--publish-every'])
  assert.ok(offered('serve', '').includes('--trust-proxy'))
  assert.ok(!offered('tally', '--').includes('--trust-proxy'))
  assert.deepEqual(offered('serve', '--role', 'ga'), ['gateway'])
  assert.deepEqual(offered('certify', '--paper', ''), ['a4', 'letter'])
  assert.deepEqual(offered('init', '--roll', 'a'), ['a roll.csv'])
  assert.deepEqual(offered('rehearse', 'a'), ['a roll.csv'])
  assert.deepEqual(offered('completion', 'z'), ['zsh'])
  assert.deepEqual(offered('nonsense', '--x'), [])
})

test('every shell’s script has every flag of every command', async () => {
  for (const name of Object.keys(COMMANDS)) {
    const command = commands.find((each) => each.name === name)!
    const declared = (await COMMANDS[name]!()).options.map(({ long }) => long!)
    const completed = command.flags.map(({ flag }) => flag)
    for (const flag of declared) assert.ok(completed.includes(flag), `${name} ${flag}`)
  }
  const flags = commands.flatMap((command) => command.flags)
  for (const shell of SHELLS) {
    const script = SCRIPTS[shell](commands)
    for (const { name } of commands) assert.ok(script.includes(name), `${shell}: ${name}`)
    for (const { flag } of flags)
      assert.ok(script.includes(shell === 'fish' ? ` -l ${flag.slice(2)}` : flag), flag)
  }
})

test('each shell can read its script', (t) => {
  for (const shell of SHELLS) {
    const { error, status, stderr } = spawnSync(shell, ['-n', join(dir, shell)], { encoding: 'utf8' })
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      t.diagnostic(`NOT READ BY ${shell}: it is not installed`)
    else assert.deepEqual([status, stderr], [0, ''], shell)
  }
  const asked = 'source ./fish; complete -C "elections serve --role ga"; complete -C "elections ser"'
  const fish = spawnSync('fish', ['-c', asked], { cwd: dir, encoding: 'utf8' })
  if (fish.error === undefined) assert.match(fish.stdout, /^gateway\t.*\nserve\t/)
})

test('a declared text cannot end a quoted word of the script', () => {
  const hostile: CompletedCommand = {
    ...{ name: 'x', words: 'it’s', choices: [] },
    flags: [{ flag: '--y', words: 'a’b', takes: ['one', 'two'] }],
  }
  for (const shell of SHELLS) {
    const quotes = SCRIPTS[shell]([hostile]).match(/'/g) ?? []
    assert.equal(quotes.length % 2, 0, shell)
  }
  for (const { words, flags } of commands)
    for (const text of [words, ...flags.map((flag) => flag.words)]) assert.doesNotMatch(text, /["'`\\$[\]:]/)
})

test('the command prints the script and refuses an unknown shell', async () => {
  const shell: Shell = 'bash'
  const { code, stdout } = await runCli(['completion', shell])
  assert.deepEqual([code, stdout], [0, SCRIPTS[shell](commands)])
  const other = await runCli(['completion', 'cmd'])
  assert.equal(other.code, 2)
  assert.match(other.stderr, /bash, zsh, fish/)
})
