/** The addresses at which other machines reach this one. */
import { networkInterfaces } from 'node:os'

const IPV4 = 'IPv4'

/** The wildcard address: `::` if the system has IPv6, which covers both versions. */
export function everyAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.some(({ family }) => family !== IPV4) ? '::' : '0.0.0.0'
}

/** Addresses as written in a URL, IPv4 first, without loopback and link-local ones. */
export function ownAddresses(host: '0.0.0.0' | '::'): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const others = all.filter(({ internal, address }) => !internal && !/^(169\.254\.|fe[89ab])/i.test(address))
  const v4 = others.filter(({ family }) => family === IPV4).map(({ address }) => address)
  const v6 = others.filter(({ family }) => family !== IPV4).map(({ address }) => `[${address}]`)
  return host === '::' ? [...v4, ...v6] : v4
}
