/** `elections config`: every setting of a command, its value, and the source of the value. */
import { Command, type Option } from 'commander'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { printable } from '../../core/printable.ts'
import { runChecks } from './checks.ts'
import { configured, settlerFor } from './configured.ts'
import { withoutSecret } from './secrets.ts'
import { type Commands, SERVE, type Setting, settingsOf, WITHOUT_SETTINGS } from './settings.ts'

interface ConfigOptions {
  readonly check?: boolean
  readonly json?: boolean
  readonly config?: string
}

export function configCommand(commands: Commands): Command {
  return new Command('config')
    .summary('show every setting and the source of its value')
    .description(
      'Shows every setting of a command: its value, the source of the value, its flag, its ' +
        'variable and its key in the\n' +
        'configuration file. A flag overrides the environment, and the environment overrides the ' +
        'file. Secrets are hidden.',
    )
    .argument('[command]', 'the command whose settings are shown', SERVE)
    .argument('[flags...]', 'after “--”: the flags of that command')
    .option('--check', 'only check the settings, and report the first wrong one')
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 every setting is valid, 2 one is not.

Examples:
  $ elections config
  $ elections config tally
  $ elections config --check --config /etc/elections/elections.json
  $ elections config serve -- --port 80`,
    )
    .action((name: string, flags: readonly string[], options: ConfigOptions) =>
      name.startsWith('-')
        ? show(commands, SERVE, [name, ...flags], options)
        : show(commands, name, flags, options),
    )
}

async function show(
  commands: Commands,
  name: string,
  flags: readonly string[],
  options: ConfigOptions,
): Promise<void> {
  if (!Object.hasOwn(commands, name) || WITHOUT_SETTINGS.has(name))
    throw new BadInput(name, [{ message: 'is not a command with settings' }])
  const serve = await commands[SERVE]!()
  const command = name === SERVE ? serve : await commands[name]!()
  const isNeeded = new Set(command.options.filter(({ mandatory }) => mandatory))
  await settled(
    command,
    commands,
    options.config === undefined ? flags : ['--config', options.config, ...flags],
  )
  const settings = settingsOf(command, serve)
  if (settings.length === 0) throw new BadInput(name, [{ message: 'is a command without settings' }])
  const rows = settings.map((setting) => rowOf(command, setting, isNeeded))
  if (options.check) {
    refuseMissing(rows)
    runChecks(command)
    await checkOthers(commands, options.config)
  }
  if (options.check && options.json) console.log(JSON.stringify({ command: name, well: true }))
  else if (options.check) console.log(`The settings of "elections ${name}" are valid.`)
  else if (options.json) console.log(JSON.stringify({ command: name, settings: rows.map(inJson) }))
  else console.log(inWords(name, rows))
}

/** Checks the environment and the file for all other commands too. @throws {BadInput} */
async function checkOthers(commands: Commands, config: string | undefined): Promise<void> {
  for (const [name, load] of Object.entries(commands)) {
    if (WITHOUT_SETTINGS.has(name)) continue
    const command = await load()
    await settled(command, commands, config === undefined ? [] : ['--config', config])
    runChecks(command)
  }
}

/** Parses the flags and settings of the command without running it. @throws {BadInput} */
async function settled(command: Command, commands: Commands, flags: readonly string[]): Promise<void> {
  // Missing settings are shown, not refused.
  for (const option of command.options) option.mandatory = false
  for (const argument of command.registeredArguments) argument.required = false
  command.exitOverride().action(() => {})
  const settle = await settlerFor(flags, commands)
  await configured(command, settle).parseAsync([...flags], { from: 'user' })
}

interface Row {
  readonly setting: Setting
  /** Secrets in it are hidden. Null if the setting has no value. */
  readonly value: string | number | boolean | readonly string[] | null
  readonly from: string
  readonly isMissing: boolean
}

function rowOf(command: Command, setting: Setting, isNeeded: ReadonlySet<Option>): Row {
  const { option, flag, older, secret } = setting
  const attribute = option.attributeName()
  const value: unknown = command.getOptionValue(attribute)
  const source = command.getOptionValueSource(attribute)
  const words: Readonly<Record<string, string>> = { cli: flag, env: older ?? '', default: 'default' }
  return {
    setting,
    value: value === undefined ? null : secret ? withoutSecret(String(value), secret) : shown(value),
    from: source === undefined ? 'not set' : (words[source] ?? source),
    isMissing: value === undefined && isNeeded.has(option),
  }
}

function shown(value: unknown): Exclude<Row['value'], null> {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (value instanceof Map) return [...value].map(([name, of]) => `${name}=${of}`)
  if (Array.isArray(value)) return value.map(String)
  return Object.entries(value as object).map(([name, of]) => `${name}=${of}`)
}

function refuseMissing(rows: readonly Row[]): void {
  for (const { isMissing, setting } of rows) {
    const { flag, variable, key } = setting
    if (isMissing)
      throw new BadInput(flag, [
        { message: `is not set: give this flag, ${variable}, or "${key}" in the configuration file` },
      ])
  }
}

function inJson({ setting, value, from, isMissing }: Row): object {
  const { flag, variable, key, secret } = setting
  return { flag, variable, key, value, from, secret: secret !== undefined, missing: isMissing }
}

function inWords(name: string, rows: readonly Row[]): string {
  const heads = ['setting', 'value', 'from', 'variable', 'key']
  const cells = rows.map(({ setting: { flag, variable, key }, value, from, isMissing }) => [
    flag,
    value === null ? '–' : printable([value].flat().join(' ') || 'none'),
    isMissing ? 'not set, but required' : from,
    variable,
    key,
  ])
  const widths = heads.map((_, i) => Math.min(40, Math.max(...[heads, ...cells].map((c) => c[i]!.length))))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd()
  return [`Settings of "elections ${name}"`, '', line(heads), ...cells.map(line)].join('\n')
}
