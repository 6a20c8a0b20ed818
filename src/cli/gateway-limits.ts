/** What a stranger may take of a server, by default and by options of `serve`. */
import { InvalidArgumentError, Option } from 'commander'
import { openFilesLimit } from '../adapters/node/open-files.ts'
import type { ServerOptions } from '../server/server.ts'
import { countOption, wholeNumber } from './options.ts'

const WRONG_KEYS = 60
const MOST_CONNECTIONS = 30_000
/** Two thirds: ten thousand viewers behind one address have a place, and others besides. */
const PART_OF_ONE_ADDRESS = 2 / 3
const IMPORT_MEGABYTES = 1_000
const IMPORT_SECONDS = 600
const MOST_PROXIES = 10
/** Open files kept for databases, the log and connections that are just being let go. */
const LEAST_RESERVE = 300
const MOST_RESERVE = 1_000

export interface LimitOptions {
  readonly wrongKeys: number
  readonly trustProxy?: number | true
  readonly connections?: number
  readonly connectionsPerAddress?: number
  readonly importMegabytes: number
  readonly importSeconds: number
}

export function limitOptions(): readonly Option[] {
  return [
    countOption(
      '--wrong-keys <n>',
      'wrong keys a minute from one address before 429 for further wrong ones; 0 for no limit',
      WRONG_KEYS,
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

export function limitsFrom(options: LimitOptions): ServerOptions['limits'] {
  const { trustProxy } = options
  const connections = options.connections ?? Math.min(MOST_CONNECTIONS, freeFiles())
  return {
    wrongKeysPerMinute: options.wrongKeys,
    proxies: trustProxy === true ? 1 : (trustProxy ?? 0),
    connections,
    connectionsPerAddress:
      options.connectionsPerAddress ?? Math.max(1, Math.floor(connections * PART_OF_ONE_ADDRESS)),
    importBytes: options.importMegabytes * 1_000_000,
    importSeconds: options.importSeconds,
  }
}

/** For servers that nobody set limits for. */
export function defaultLimits(): ServerOptions['limits'] {
  return limitsFrom({
    wrongKeys: WRONG_KEYS,
    importMegabytes: IMPORT_MEGABYTES,
    importSeconds: IMPORT_SECONDS,
  })
}

function freeFiles(): number {
  const files = openFilesLimit()
  const reserve = Math.min(MOST_RESERVE, Math.max(LEAST_RESERVE, files / 20))
  return Math.max(1, Math.floor(files - reserve))
}

/** More connections than files would end in what the limit is to keep away. */
function placesFor(asked: number): number {
  if (asked > freeFiles())
    throw new InvalidArgumentError(
      `This process may have ${openFilesLimit()} files open, enough for ${freeFiles()} connections: raise the limit (ulimit -n).`,
    )
  return asked
}
