/**
 * What `serve` tells a person once it serves: where, when voting opens and ends, and what is not
 * safe about it.
 */
import { systemClock } from '../adapters/node/clock.ts'
import { ownAddresses } from '../adapters/node/own-addresses.ts'
import { ownZone, timesInWords } from '../organise/times-in-words.ts'
import type { RunningServer } from '../server/server.ts'
import type { TlsSettings } from '../server/tls/settings.ts'

/** Elections whose times are told: more than these nobody reads. */
const MOST_TOLD = 20
const MOST_ADDRESSES = 8

export function readyWords(server: RunningServer, host: string, tls: TlsSettings | undefined): string[] {
  const { url, elections } = server
  return [
    `${elections.default.election.title} is served at ${url} (Ctrl-C stops it)`,
    ...addressesOf(server, host, tls),
    ...timesOf(elections),
    ...tlsNote(server, tls),
    ...plainHttpNote(host, tls),
  ]
}

/** Where others find it, and where they vote: "all addresses" is none that can be typed. */
function addressesOf(
  { url, elections }: RunningServer,
  host: string,
  tls: TlsSettings | undefined,
): string[] {
  const booth = `/e/${elections.default.election.id}`
  if (tls !== undefined && tls.domains.length > 0) return [`  People vote at ${url}${booth}`]
  if (host !== '0.0.0.0' && host !== '::') return []
  const { protocol, port } = new URL(url)
  const end = port === '' ? '' : `:${port}`
  return ownAddresses(host)
    .slice(0, MOST_ADDRESSES)
    .map(
      (address) =>
        `  On this network it is ${protocol}//${address}${end}, and people vote at ${protocol}//${address}${end}${booth}`,
    )
}

function tlsNote(
  { certificate, plainPort, clientPort }: RunningServer,
  tls: TlsSettings | undefined,
): string[] {
  if (tls === undefined) return []
  const { expires_at } = certificate()!
  return [
    expires_at === null
      ? `  There is no certificate yet: it is being asked for, and the authority must reach port ${plainPort} here as port 80 of ${tls.domains.join(', ')}`
      : `  Its certificate expires at ${expires_at}`,
    ...(clientPort === null
      ? []
      : [`  Machines with a client certificate have port ${clientPort}, and nobody else gets in there`]),
    ...(tls.clients?.where === 'needed' ? ['  Nobody connects without a client certificate'] : []),
  ]
}

/** What to know where others than this machine reach the server. */
function plainHttpNote(host: string, tls: TlsSettings | undefined): string[] {
  if (tls !== undefined || host === 'localhost' || host === '::1' || host.startsWith('127.')) return []
  return [
    '  This is plain HTTP: on the way others can read keys and choices, and change them. Give --domain, or put a web server',
    '  with TLS in front and let voters reach that one alone. The pages warn whoever opens them without TLS.',
  ]
}

/** When voting opens and ends in each election, in words. */
function timesOf({ byId }: RunningServer['elections']): string[] {
  return [...byId.values()].slice(0, MOST_TOLD).flatMap(({ file }) => {
    const whose = byId.size > 1 ? `${file.id}: ` : ''
    return timesInWords(file, systemClock.nowMs(), ownZone()).map((line) => `  ${whose}${line}`)
  })
}
