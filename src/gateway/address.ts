/**
 * Client addresses as numbers. Their text is never compared: one address is spelt in many ways
 * (upper case, zeros left out, a port, brackets, an IPv4 address inside an IPv6 one), and different
 * spellings must not count as different people.
 */
import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'

/** Whom an address stands for. */
export interface Network {
  /** One customer: an IPv4 address, or an IPv6 /64. Equal networks have equal text. */
  readonly own: string
  /** The machine itself. */
  readonly loopback: boolean
}

/** No spelling of an address with its zone, brackets and port is longer. */
const LONGEST_TEXT = 80
/**
 * IPv4 inside IPv6: mapped (RFC 4291) and translated (RFC 6052), the first 96 bits as hexadecimal.
 */
const HOLDS_IPV4 = ['00000000000000000000ffff', '0064ff9b0000000000000000']
const LOOPBACK_IPV6 = `${'0'.repeat(31)}1`
const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/
const WITH_PORT = /^(.*):\d{1,5}$/
const ZONE = /%.*$/

/**
 * An address as a socket or a proxy writes it, with or without port, brackets, quotes and zone;
 * `undefined` for other text.
 */
export function parseNetwork(text: string): Network | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const bare = text.trim().replace(/^"(.*)"$/, '$1')
  const address = BRACKETED.exec(bare)?.[1] ?? bare
  return networkOf(address) ?? networkOf(WITH_PORT.exec(address)?.[1] ?? '')
}

/**
 * Whom a request comes from.
 * @param proxies how many proxies of one's own stand in front: each appends the address it was
 *   called from to `X-Forwarded-For`, so the entry that many places from the right is the last one
 *   that a stranger cannot write. Where there is no such entry, or it is no address, the socket's
 *   address stands.
 */
export function clientNetwork(request: IncomingMessage, proxies: number): Network {
  const forwarded = proxies === 0 ? undefined : request.headers['x-forwarded-for']
  const entry =
    forwarded === undefined
      ? undefined
      : entryFromRight(Array.isArray(forwarded) ? forwarded.join() : forwarded, proxies)
  return (
    (entry === undefined ? undefined : parseNetwork(entry)) ?? socketNetwork(request.socket.remoteAddress)
  )
}

export function socketNetwork(remoteAddress: string | undefined): Network {
  return parseNetwork(remoteAddress ?? '') ?? { own: '', loopback: false }
}

/** What one site or provider easily holds around a network: an IPv4 /24, or an IPv6 /48. */
export function widerNetwork(own: string): string {
  return own.startsWith('4:') ? own.slice(0, 8) : own.slice(0, 14)
}

/** The entry that stands `place` from the right in a list with commas; the last is 1. */
export function entryFromRight(list: string, place: number): string | undefined {
  let end = list.length
  for (let i = 1; ; i++) {
    const comma = end === 0 ? -1 : list.lastIndexOf(',', end - 1)
    if (i === place) return list.slice(comma + 1, end)
    if (comma === -1) return undefined
    end = comma
  }
}

function networkOf(address: string): Network | undefined {
  if (isIPv4(address)) return ipv4Network(ipv4Hex(address))
  const unzoned = address.replace(ZONE, '')
  if (!isIPv6(unzoned)) return undefined
  const hex = ipv6Hex(unzoned)
  if (HOLDS_IPV4.includes(hex.slice(0, 24))) return ipv4Network(hex.slice(24))
  return { own: `6:${hex.slice(0, 16)}`, loopback: hex === LOOPBACK_IPV6 }
}

function ipv4Network(hex: string): Network {
  return { own: `4:${hex}`, loopback: hex.startsWith('7f') }
}

function ipv4Hex(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')
}

/** 32 digits of an address that is known to be one. */
function ipv6Hex(address: string): string {
  const [head, tail] = address.split('::') as [string, string?]
  const digits = (groups: string) =>
    groups === ''
      ? ''
      : groups
          .split(':')
          .map((group) => (group.includes('.') ? ipv4Hex(group) : group.toLowerCase().padStart(4, '0')))
          .join('')
  const [first, last] = [digits(head), digits(tail ?? '')]
  return first + '0'.repeat(32 - first.length - last.length) + last
}
