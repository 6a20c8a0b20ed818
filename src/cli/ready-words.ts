/**
 * The lines that `serve` prints once it is ready: its addresses, the times of voting, and warnings
 * about its security.
 */
import { systemClock } from '../adapters/node/clock.ts'
import { ownAddresses } from '../adapters/node/own-addresses.ts'
import { ownZone, timesInWords } from '../organise/times-in-words.ts'
import type { RunningServer } from '../server/server.ts'
import type { TlsSettings } from '../server/tls/settings.ts'

/** Times are printed for at most this many elections. */
const MOST_TIMES = 20
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

/**
 * The addresses that other people can open. A server on all addresses lists those of this machine,
 * because 0.0.0.0 cannot be opened.
 */
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
        `  On this network: ${protocol}//${address}${end}; people vote at ` +
        `${protocol}//${address}${end}${booth}`,
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
      ? '  There is no certificate yet: the server has requested one, and the authority must reach port ' +
        `${plainPort} of this machine as port 80 of ${tls.domains.join(', ')}`
      : `  Its certificate expires at ${expires_at}`,
    ...(clientPort === null ? [] : [`  Port ${clientPort} is only for machines with a client certificate`]),
    ...(tls.clients?.where === 'needed' ? ['  Every connection needs a client certificate'] : []),
  ]
}

/** The warning if other machines reach the server without TLS. */
function plainHttpNote(host: string, tls: TlsSettings | undefined): string[] {
  if (tls !== undefined || host === 'localhost' || host === '::1' || host.startsWith('127.')) return []
  return [
    '  This is plain HTTP: others on the network can read and change voter keys and choices. ' +
      'Give --domain, or put a web',
    '  server with TLS in front of this one and let voters reach only that. Pages that are ' +
      'opened without TLS show a warning.',
  ]
}

/** The opening and the end of voting of each election, in words. */
function timesOf({ byId }: RunningServer['elections']): string[] {
  return [...byId.values()].slice(0, MOST_TIMES).flatMap(({ file }) => {
    const whose = byId.size > 1 ? `${file.id}: ` : ''
    return timesInWords(file, systemClock.nowMs(), ownZone()).map((line) => `  ${whose}${line}`)
  })
}
