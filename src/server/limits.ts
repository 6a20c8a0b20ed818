/** The default limits for strangers, and what this process can carry. */
import { openFilesLimit } from '../adapters/node/open-files.ts'
import type { GatewayLimits } from '../gateway/server.ts'

/** Wrong keys per minute from one address. */
export const WRONG_KEYS = 60
/** Wrong keys per minute from all addresses together. */
export const WRONG_KEYS_IN_ALL = 20_000
export const MOST_CONNECTIONS = 30_000
export const IMPORT_MEGABYTES = 1_000
export const IMPORT_SECONDS = 600
/** Two thirds: ten thousand viewers behind one address have a place, and others do, too. */
const PART_OF_ONE_ADDRESS = 2 / 3
/** Open files reserved for databases, the log and connections that are closing. */
const LEAST_RESERVE = 300
const MOST_RESERVE = 1_000

export interface WantedLimits {
  readonly wrongKeysPerMinute?: number | undefined
  readonly wrongKeysInAll?: number | undefined
  /** The number of the operator's proxies in front of the server. */
  readonly proxies?: number | undefined
  readonly connections?: number | undefined
  readonly connectionsPerAddress?: number | undefined
  /** The limit of one NDJSON request. */
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

/** The limits of one of several processes at one port, over which connections are spread. */
export function limitsOfOne(limits: GatewayLimits, workers: number): GatewayLimits {
  return {
    ...limits,
    connections: Math.ceil(limits.connections / workers),
    connectionsPerAddress: Math.ceil(limits.connectionsPerAddress / workers),
  }
}

/** The limits of a server without limit options. */
export const defaultLimits = (): GatewayLimits => limitsFrom({})

/**
 * The connections for which this process has file descriptors: more would fail in the way that the
 * limit is to prevent.
 */
export function mostConnections(): number {
  const files = openFilesLimit()
  const reserve = Math.min(MOST_RESERVE, Math.max(LEAST_RESERVE, files / 20))
  return Math.max(1, Math.floor(files - reserve))
}
