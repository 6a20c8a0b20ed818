/** The options of `serve` that limit what a stranger may take of it. */
import { InvalidArgumentError, Option } from 'commander'
import { openFilesLimit } from '../adapters/node/open-files.ts'
import {
  IMPORT_MEGABYTES,
  IMPORT_SECONDS,
  MOST_CONNECTIONS,
  mostConnections,
  type WantedLimits,
  WRONG_KEYS,
  WRONG_KEYS_IN_ALL,
} from '../server/limits.ts'
import { countOption, wholeNumber } from './options.ts'

const MOST_PROXIES = 10

export interface LimitOptions {
  readonly wrongKeys: number
  readonly wrongKeysInAll: number
  readonly trustProxy?: number | true
  readonly connections?: number
  readonly connectionsPerAddress?: number
  readonly importMegabytes: number
  readonly importSeconds: number
  readonly challenge?: boolean
}

export function limitOptions(): readonly Option[] {
  return [
    countOption(
      '--wrong-keys <n>',
      'wrong keys a minute from one address before 429 for further wrong ones; 0 for no limit',
      WRONG_KEYS,
    ),
    countOption(
      '--wrong-keys-in-all <n>',
      'wrong keys a minute of all together, from which on each address has a tenth of --wrong-keys; 0 for no limit',
      WRONG_KEYS_IN_ALL,
    ),
    new Option(
      '--challenge',
      'where too many wrong keys come from, lets a voter go ahead whose browser has solved a challenge (a second or two)',
    ),
    new Option(
      '--trust-proxy [n]',
      'take client addresses from X-Forwarded-For, set by n proxies of your own; 1 if n is left out',
    ).argParser((text) => wholeNumber(text, 1, MOST_PROXIES)),
    new Option(
      '--connections <n>',
      `connections at once; by default as many as open files allow, at most ${MOST_CONNECTIONS}`,
    ).argParser((text) => placesFor(wholeNumber(text, 1, Number.MAX_SAFE_INTEGER))),
    countOption(
      '--connections-per-address <n>',
      'connections at once from one address, without a proxy; by default two thirds of all; 0 for no limit',
    ),
    new Option('--import-megabytes <n>', 'bytes of one NDJSON request; send several for more')
      .default(IMPORT_MEGABYTES)
      .argParser((text) => wholeNumber(text, 1, 1_000_000)),
    new Option('--import-seconds <n>', 'time of one NDJSON request; send several for more')
      .default(IMPORT_SECONDS)
      .argParser((text) => wholeNumber(text, 1, 86_400)),
  ]
}

export function wantedLimits(options: LimitOptions): WantedLimits {
  const { wrongKeys, wrongKeysInAll, trustProxy, ...others } = options
  const { connections, connectionsPerAddress, importMegabytes, importSeconds, challenge } = others
  return {
    wrongKeysPerMinute: wrongKeys,
    wrongKeysInAll,
    proxies: trustProxy === true ? 1 : trustProxy,
    ...{ connections, connectionsPerAddress, importMegabytes, importSeconds, challenge },
  }
}

function placesFor(asked: number): number {
  if (asked > mostConnections())
    throw new InvalidArgumentError(
      `This process may have ${openFilesLimit()} files open, enough for ${mostConnections()} connections: raise the limit (ulimit -n).`,
    )
  return asked
}
