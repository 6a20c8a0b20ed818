/**
 * Chooses the node for a connection to a Redis with failover. A name may resolve to several nodes,
 * of which one accepts writes: so with MemoryDB and any cluster of one shard. Another node answers
 * who accepts writes (`MOVED`), or that it no longer does (`READONLY`). All nodes listen at the
 * port of the configured address, and have a certificate for the configured name; that name is
 * checked, whatever a node answers.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'

const MOVED = /^MOVED \d{1,5} (\[[0-9a-f:]+\]|[^\s:]*|[0-9a-f:]+):\d{1,5}$/i
const DEMOTED = /^READONLY\b/

export interface Primary {
  /**
   * Replaces `dns.lookup`: returns a named node once; otherwise all addresses of the name, starting
   * with a different one each time.
   */
  readonly lookup: LookupFunction
  /**
   * Reads what an error says about its node.
   * @returns whether the connection must go elsewhere
   */
  readonly isElsewhere: (message: string) => boolean
}

/** @param resolved `dns.lookup`, except in tests */
export function followedPrimary(resolved: typeof resolve = resolve): Primary {
  let named: string | undefined
  let tries = 0
  const lookup: LookupFunction = (hostname, options, callback) => {
    const host = named ?? hostname
    // A named node that is dead must not be tried for ever.
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
      // A node that does not know its own name sends none: then use the configured name.
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
