/**
 * Which node of a Redis that fails over a connection goes to. A name may stand for several nodes,
 * of which one writes: so it is with MemoryDB and with any cluster of one shard. A node that does
 * not write says who does (`MOVED`), or that it does not any more (`READONLY`). All nodes listen at
 * the port of the configured address, and show a certificate of the configured name, which is what
 * is checked whatever a node says.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'

const MOVED = /^MOVED \d{1,5} (\[[0-9a-f:]+\]|[^\s:]*|[0-9a-f:]+):\d{1,5}$/i
const DEMOTED = /^READONLY\b/

export interface Primary {
  /**
   * In the place of `dns.lookup`: the node that was named, once; else all that the name stands for,
   * another first each time.
   */
  readonly lookup: LookupFunction
  /**
   * What an error says of the node that it came from.
   * @returns whether the connection has to go elsewhere
   */
  readonly isElsewhere: (message: string) => boolean
}

/** @param resolved by `dns.lookup`, but for tests */
export function followedPrimary(resolved: typeof resolve = resolve): Primary {
  let named: string | undefined
  let tries = 0
  const lookup: LookupFunction = (hostname, options, callback) => {
    const host = named ?? hostname
    // A node that was named and is dead must not be asked for ever.
    named = undefined
    const turn = tries++
    resolved(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const turned = rotated(addresses, turn)
      if (options.all) return callback(null, turned)
      callback(null, turned[0]!.address, turned[0]!.family)
    })
  }
  return {
    lookup,
    isElsewhere: (message) => {
      const moved = MOVED.exec(message)
      if (!moved) return DEMOTED.test(message)
      // A node that does not know its own name says none: the name that is configured stands for
      // it.
      const host = moved[1]!.replace(/^\[(.*)\]$/, '$1')
      named = host === '' || host === '?' ? undefined : host
      return true
    },
  }
}

function rotated(addresses: readonly LookupAddress[], by: number): LookupAddress[] {
  const from = addresses.length === 0 ? 0 : by % addresses.length
  return [...addresses.slice(from), ...addresses.slice(0, from)]
}
