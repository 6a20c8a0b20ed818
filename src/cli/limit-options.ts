/** The options of `serve` that limit the resources that strangers can use. */
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
      'wrong keys per minute from one address; further ones get 429; 0 for no limit',
      WRONG_KEYS,
    ),
    countOption(
      '--wrong-keys-in-all <n>',
      'wrong keys per minute from all addresses together; above this, each address may send a tenth ' +
        'of --wrong-keys; 0 for no limit',
      WRONG_KEYS_IN_ALL,
    ),
    new Option(
      '--challenge',
      'lets a voter vote from an address with too many wrong keys, once their browser has solved a ' +
        'challenge (1 to 2 s of computing)',
    ),
    new Option(
      '--trust-proxy [n]',
      'read client addresses from X-Forwarded-For, which n proxies of your own set; 1 if n is left out',
    ).argParser((text) => wholeNumber(text, 1, MOST_PROXIES)),
    new Option(
      '--connections <n>',
      'connections at a time; by default as many as the limit of open files allows, at most ' +
        `${MOST_CONNECTIONS}`,
    ).argParser((text) => placesFor(wholeNumber(text, 1, Number.MAX_SAFE_INTEGER))),
    countOption(
      '--connections-per-address <n>',
      'connections at a time from one address, if there is no proxy; by default two thirds of all; ' +
        '0 for no limit',
    ),
    new Option('--import-megabytes <n>', 'the largest NDJSON request, in MB; split larger imports')
      .default(IMPORT_MEGABYTES)
      .argParser((text) => wholeNumber(text, 1, 1_000_000)),
    new Option(
      '--import-seconds <n>',
      'the longest time for one NDJSON request, in seconds; split longer imports',
    )
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
      `This process may have ${openFilesLimit()} files open, enough for ${mostConnections()} connections: ` +
        'raise the limit (ulimit -n).',
    )
  return asked
}
