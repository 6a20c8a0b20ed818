/** The variables of this program, and those that only look like it. */
import { BadInput } from '../../adapters/files/bad-input.ts'
import { nearestName } from '../../core/nearest-name.ts'
import { FILE_SUFFIX } from './secrets.ts'
import { CONFIG_VARIABLE, isSetting, PREFIX, type Setting } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * What Kubernetes and Docker links set for a service that is called "elections" or "elections-…".
 */
const OF_A_SERVICE =
  /^ELECTIONS_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/
const SERVICE_PORT = /^ELECTIONS_(\w+_)?PORT$/
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//

const isOfAService = (name: string, text: string): boolean =>
  OF_A_SERVICE.test(name) || (SERVICE_PORT.test(name) && SERVICE_ADDRESS.test(text))

/** What is set of the settings, by variable: empty ones are not. */
export function variablesSet(environment: Environment): ReadonlyMap<string, string> {
  const set = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      isSetting(entry[0]) && entry[1] !== undefined && entry[1] !== '' && !isOfAService(entry[0], entry[1]),
  )
  return new Map(set)
}

/** @throws {BadInput} where a variable is no command's */
export function refuseUnknown(set: ReadonlyMap<string, string>, settings: readonly Setting[]): void {
  const known = new Set([
    CONFIG_VARIABLE,
    ...settings.flatMap(({ variable, secret }) => (secret ? [variable, variable + FILE_SUFFIX] : [variable])),
  ])
  for (const name of set.keys()) {
    if (known.has(name)) continue
    const near = withTail(name, known) ?? nearestVariable(name, known)
    throw new BadInput(name, [
      {
        message:
          near === undefined
            ? 'is not a setting of this program: "elections config" lists them'
            : `is not a setting of this program; did you mean ${near}?`,
      },
    ])
  }
}

function nearestVariable(name: string, known: ReadonlySet<string>): string | undefined {
  const without = (variable: string): string => variable.slice(PREFIX.length)
  const near = nearestName(without(name), [...known].map(without))
  return near === undefined ? undefined : PREFIX + near
}

/** `ELECTIONS_DATABASE` is meant as `ELECTIONS_DATABASE_URL`. */
function withTail(name: string, known: ReadonlySet<string>): string | undefined {
  return [...known].find((other) => other.startsWith(`${name}_`))
}
