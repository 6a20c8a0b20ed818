/**
 * What a stranger may take of a server: the limits it keeps where nobody set others, and what this
 * process can hold.
 */
import { openFilesLimit } from '../adapters/node/open-files.ts'
import type { GatewayLimits } from '../gateway/server.ts'

/** Wrong keys a minute from one address. */
export const WRONG_KEYS = 60
/** Wrong keys a minute of all together. */
export const WRONG_KEYS_IN_ALL = 20_000
export const MOST_CONNECTIONS = 30_000
export const IMPORT_MEGABYTES = 1_000
export const IMPORT_SECONDS = 600
/** Two thirds: ten thousand viewers behind one address have a place, and others besides. */
const PART_OF_ONE_ADDRESS = 2 / 3
/** Open files kept for databases, the log and connections that are just being let go. */
const LEAST_RESERVE = 300
const MOST_RESERVE = 1_000

export interface WantedLimits {
  readonly wrongKeysPerMinute?: number | undefined
  readonly wrongKeysInAll?: number | undefined
  /** Proxies of one's own before the server. */
  readonly proxies?: number | undefined
  readonly connections?: number | undefined
  readonly connectionsPerAddress?: number | undefined
  /** Of one NDJSON request. */
  readonly importMegabytes?: number | undefined
  readonly importSeconds?: number | undefined
  readonly challenge?: boolean | undefined
}

export function limitsFrom(wanted: WantedLimits): GatewayLimits {
  const connections = wanted.connections ?? Math.min(MOST_CONNECTIONS, mostConnections())
  return {
    wrongKeysPerMinute: wanted.wrongKeysPerMinute ?? WRONG_KEYS,
    wrongKeysInAll: wanted.wrongKeysInAll ?? WRONG_KEYS_IN_ALL,
    proxies: wanted.proxies ?? 0,
    connections,
    connectionsPerAddress:
      wanted.connectionsPerAddress ?? Math.max(1, Math.floor(connections * PART_OF_ONE_ADDRESS)),
    importBytes: (wanted.importMegabytes ?? IMPORT_MEGABYTES) * 1_000_000,
    importSeconds: wanted.importSeconds ?? IMPORT_SECONDS,
    challenge: wanted.challenge ?? false,
  }
}

/** The part of one of several processes at one port, to which connections come in turn. */
export function limitsOfOne(limits: GatewayLimits, workers: number): GatewayLimits {
  return {
    ...limits,
    connections: Math.ceil(limits.connections / workers),
    connectionsPerAddress: Math.ceil(limits.connectionsPerAddress / workers),
  }
}

/** For servers that nobody set limits for. */
export const defaultLimits = (): GatewayLimits => limitsFrom({})

/**
 * Connections that this process has files for: more would end in what the limit is to keep away.
 */
export function mostConnections(): number {
  const files = openFilesLimit()
  const reserve = Math.min(MOST_RESERVE, Math.max(LEAST_RESERVE, files / 20))
  return Math.max(1, Math.floor(files - reserve))
}
