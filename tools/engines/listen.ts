/**
 * The address beside loopback at which other machines, or a cluster's pods, reach the engines.
 * Redis and PostgreSQL ask for their passwords there. Kafka asks for none, so it is opened by a
 * word of its own and on private networks alone. Spark Connect stays on loopback: its token would
 * cross the network in clear.
 */
import { isIPv4 } from 'node:net'
import { listenFile, readJson, writeJson } from './folder.ts'
import { ClusterRefusal } from './refusal.ts'

export const LOOPBACK = '127.0.0.1'

/** RFC 1918 and RFC 6598: addresses that no router of the Internet passes on. */
const PRIVATE = [
  /^10\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
]

export interface ListenChoice {
  readonly address: string
  /** Said by the operator: who reaches the address may read and write Kafka's topics. */
  readonly isKafkaOpen: boolean
}

/** @throws {ClusterRefusal} where an engine would be open to strangers without a password */
export function refuseOpenEngines({ address, isKafkaOpen }: ListenChoice): void {
  if (address === LOOPBACK) return
  if (!isIPv4(address)) throw new ClusterRefusal('--listen takes one IPv4 address of this machine')
  if (!PRIVATE.some((range) => range.test(address)))
    throw new ClusterRefusal(
      `--listen ${address}: Kafka asks for no password; it listens on private networks alone (RFC 1918)`,
    )
  if (!isKafkaOpen)
    throw new ClusterRefusal(
      `--listen ${address}: Kafka asks for no password, so everybody who reaches that address could read and write ` +
        'its topics; where nobody but your own machines does, say --open-kafka',
    )
}

/** That of the last start; loopback alone where none was given. */
export function rememberedListen(dir: string): string {
  return readJson<{ readonly address: string }>(listenFile(dir))?.address ?? LOOPBACK
}

export function rememberListen(dir: string, address: string): void {
  writeJson(listenFile(dir), { address })
}

/** Loopback, and the other address where there is one. */
export function listenedAt(address: string): readonly string[] {
  return [...new Set([LOOPBACK, address])]
}
