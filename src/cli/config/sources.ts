/**
 * What environment and file say, put into a command whose flags are already parsed: flags come
 * first.
 */
import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { BadInput, type InputProblem } from '../../adapters/files/bad-input.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { type Environment, refuseUnknown, variablesSet } from './environment.ts'
import { FILE_KEY_SUFFIX, FILE_SUFFIX, secretIn } from './secrets.ts'
import { settingValue, type Written, writtenIn } from './setting-value.ts'
import {
  allSettings,
  CONFIG_VARIABLE,
  type Commands,
  DEFAULT_FILE,
  type Setting,
  settingsOf,
} from './settings.ts'

/** Puts into a command what its flags leave open. @throws {BadInput} */
export type Settle = (command: Command) => void

/**
 * For a command all of whose settings are those of `serve`, by the same names: it alone is loaded,
 * for it may be a health check that runs every few seconds. What is no setting at all, `serve`
 * refuses. There is no configuration file.
 */
export function sourcesOfServe(environment: Environment): Settle {
  const set = variablesSet(environment)
  return (command) =>
    putAll(command, settingsOf(command, command), (setting) => fromEnvironment(setting, set))
}

/** Loads every command: which variables and keys there are depends on all of them. */
export async function openSources(commands: Commands, environment: Environment): Promise<Settle> {
  const { serve, settings } = await allSettings(commands)
  const set = variablesSet(environment)
  return (command) => {
    refuseUnknown(set, settings)
    const named = (command.getOptionValue('config') as string | undefined) ?? set.get(CONFIG_VARIABLE)
    const file = existsSync(named ?? DEFAULT_FILE)
      ? readConfigFile(named ?? DEFAULT_FILE, named !== undefined, settings)
      : null
    if (named !== undefined && file === null)
      throw new BadInput(named, [{ message: 'there is no such file' }])
    putAll(
      command,
      settingsOf(command, serve),
      (setting) => fromEnvironment(setting, set) ?? fromFile(setting, file, environment),
    )
  }
}

/** @param saidOf what environment or file say of a setting: flags come before them */
function putAll(
  command: Command,
  settings: readonly Setting[],
  saidOf: (setting: Setting) => Said | undefined,
): void {
  for (const setting of settings) {
    if (command.getOptionValueSource(setting.option.attributeName()) === 'cli') continue
    const said = saidOf(setting)
    if (said !== undefined) put(command, setting, said)
  }
}

interface Said {
  readonly written: Written
  /** As "elections config" tells it. */
  readonly from: string
  readonly wrong: (message: string) => BadInput
}

function fromEnvironment(setting: Setting, set: ReadonlyMap<string, string>): Said | undefined {
  const { variable, option, secret } = setting
  const text = set.get(variable)
  const inFile = secret && set.get(variable + FILE_SUFFIX)
  const wrong = (message: string) => new BadInput(variable, [{ message }])
  if (text !== undefined && inFile !== undefined)
    throw wrong(`and ${variable}${FILE_SUFFIX} are both set: leave one out`)
  if (inFile !== undefined) {
    const from = variable + FILE_SUFFIX
    return { written: [secretIn(inFile, from)], from: `${from} (${inFile})`, wrong }
  }
  if (text === undefined) return undefined
  try {
    return { written: writtenIn(option, text), from: variable, wrong }
  } catch (cause) {
    throw inWords(cause, wrong)
  }
}

function fromFile(
  { key, secret, older }: Setting,
  file: ConfigFile | null,
  environment: Environment,
): Said | undefined {
  // Commander takes those that others use, too.
  if (file === null || (older !== undefined && older in environment)) return undefined
  const here = file.settings.get(key)
  const named = secret && file.settings.get(key + FILE_KEY_SUFFIX)
  const said = here ?? named
  if (said === undefined) return undefined
  const place: Omit<InputProblem, 'message'> = { line: said.line, column: said.column }
  const wrong = (message: string) => new BadInput(file.path, [{ ...place, message: `${key}: ${message}` }])
  if (here !== undefined && named !== undefined)
    throw wrong(`and ${key}${FILE_KEY_SUFFIX} are both there: leave one out`)
  const from = `${file.path}:${said.line}`
  if (named === undefined) return { written: said.written, from, wrong }
  const [path] = Array.isArray(named.written) ? named.written : []
  if (path === undefined) throw wrong('must be the name of a file')
  return { written: [secretIn(path, from)], from: `${from} (${path})`, wrong }
}

/** The source is the place: Commander asks only whether it is one of its own. */
function put(command: Command, { option }: Setting, { written, from, wrong }: Said): void {
  let value: unknown
  try {
    value = settingValue(option, written)
  } catch (cause) {
    throw inWords(cause, wrong)
  }
  // "false" leaves an option that may have a value as if it were not there.
  const isAbsent = value === false && option.optional
  command.setOptionValueWithSource(option.attributeName(), isAbsent ? undefined : value, from)
}

function inWords(cause: unknown, wrong: Said['wrong']): unknown {
  return cause instanceof InvalidArgumentError ? wrong(cause.message) : cause
}
