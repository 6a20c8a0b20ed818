/**
 * What an option is called beside its flag: in the environment and in the configuration file. Both
 * names follow from the option as it is declared, so that a new option has them without more code.
 */
import type { Command, Option } from 'commander'
import { type SecretKind, secretKind } from './secrets.ts'

export type Commands = Readonly<Record<string, () => Promise<Command>>>

export interface Setting {
  readonly option: Option
  /** `--publish-every` */
  readonly flag: string
  /** `ELECTIONS_PUBLISH_EVERY` */
  readonly variable: string
  /** `publish-every`; `tally.election` where it is of one command alone. */
  readonly key: string
  /** A name in the environment that others use, too, such as `DATABASE_URL`. */
  readonly older: string | undefined
  readonly secret: SecretKind | undefined
}

export const PREFIX = 'ELECTIONS_'
/** Names the configuration file. */
export const CONFIG_VARIABLE = 'ELECTIONS_CONFIG'
/** Looked for in the current folder where no other is named. */
export const DEFAULT_FILE = 'elections.json'
/** Variables that the launcher, a server with several workers and tests set. */
const INTERNAL = /^ELECTIONS_(RESTARTED|WORKER|FAULT|TEST_\w+)$/

export const isSetting = (variable: string): boolean =>
  variable.startsWith(PREFIX) && !INTERNAL.test(variable)

/** The name of the whole program. */
export const PROGRAM = 'elections'
/**
 * The command whose options are settings of the house: others that have the same ones share them.
 */
export const SERVE = 'serve'
/** They say how settings are used, and have none. */
export const WITHOUT_SETTINGS: ReadonlySet<string> = new Set(['config', 'completion', 'install-service'])
/** A rehearsal takes no data folder, port or cluster from the settings of the real thing. */
const PLAYS: ReadonlySet<string> = new Set(['demo', 'rehearse', 'simulate'])
/** What orders a deed is said each time: a setting would do it again, unasked. */
const DEEDS: ReadonlySet<string> = new Set([
  ...['--replace', '--already-over', '--dry-run', '--destroy-secret', '--confirm', '--allow-look-alikes'],
])
const NOT_SETTINGS: ReadonlySet<string> = new Set(['--help', '--version', '--config'])

const SHARED_BY_ALL = new WeakSet<Option>()

/**
 * Marks an option that every command shares that has it, those that play among them: how engines
 * are spoken to.
 */
export function sharedByAll(option: Option): Option {
  SHARED_BY_ALL.add(option)
  return option
}

/** Whether it is one of the commands that another has, such as `token add`. */
const isInside = ({ parent }: Command): boolean => parent !== null && parent.name() !== PROGRAM

/**
 * Every setting of a command. One inside another has those alone that it shares: what else it is
 * told orders a deed.
 * @param serve the command of that name
 */
export function settingsOf(command: Command, serve: Command): readonly Setting[] {
  if (WITHOUT_SETTINGS.has(command.name()) && !isInside(command)) return []
  const shared = PLAYS.has(command.name()) ? [] : serve.options.map(({ flags }) => flags)
  const isShared = (option: Option): boolean =>
    SHARED_BY_ALL.has(option) || option.envVar !== undefined || shared.includes(option.flags)
  const positive = new Set(command.options.filter(({ negate }) => !negate).map((o) => o.attributeName()))
  return command.options
    .filter(({ long }) => long && !NOT_SETTINGS.has(long) && !DEEDS.has(long))
    .filter((option) => !option.negate || !positive.has(option.attributeName()))
    .filter((option) => !isInside(command) || isShared(option))
    .map((option) => {
      const name = option.long!.replace(option.negate ? /^--no-/ : /^--/, '')
      const own = isShared(option) ? [] : [command.name()]
      return {
        option,
        flag: option.long!,
        variable: variableOf(option.envVar ?? [...own, name].join('-')),
        key: [...own, name].join('.'),
        older: option.envVar?.startsWith(PREFIX) ? undefined : option.envVar,
        secret: secretKind(option),
      }
    })
}

function variableOf(name: string): string {
  const upper = name.toUpperCase().replaceAll('-', '_')
  return upper.startsWith(PREFIX) ? upper : PREFIX + upper
}

/** Every setting of every command, each loaded. */
export async function allSettings(
  commands: Commands,
): Promise<{ readonly serve: Command; readonly settings: readonly Setting[] }> {
  const serve = await commands[SERVE]!()
  const names = Object.keys(commands).filter((name) => name !== SERVE && !WITHOUT_SETTINGS.has(name))
  const others = await Promise.all(names.map((name) => commands[name]!()))
  return { serve, settings: [serve, ...others].flatMap((command) => settingsOf(command, serve)) }
}
