/** The addresses by which others reach this machine. */
import { networkInterfaces } from 'node:os'

const IPV4 = 'IPv4'

/** What stands for all of them: with IPv6 both kinds, where the system has it. */
export function everyAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.some(({ family }) => family !== IPV4) ? '::' : '0.0.0.0'
}

/**
 * As they stand in a URL, IPv4 first; those that lead nowhere but this machine or its cable are
 * left out.
 */
export function ownAddresses(host: '0.0.0.0' | '::'): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const others = all.filter(({ internal, address }) => !internal && !/^(169\.254\.|fe[89ab])/i.test(address))
  const v4 = others.filter(({ family }) => family === IPV4).map(({ address }) => address)
  const v6 = others.filter(({ family }) => family !== IPV4).map(({ address }) => `[${address}]`)
  return host === '::' ? [...v4, ...v6] : v4
}
