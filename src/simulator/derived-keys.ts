/**
 * Voter keys derived from a secret and a number: a rehearsal needs no key file, for any number of
 * voters. The secret is only in memory, so no one else can vote in a rehearsal.
 */
import { hash, randomBytes } from 'node:crypto'

export interface DerivedKeys {
  readonly personalId: (voter: number) => string
  readonly guid: (voter: number) => string
}

export function derivedKeys(secret: string = randomBytes(32).toString('hex')): DerivedKeys {
  return {
    personalId: (voter) => `R${voter}`,
    guid: (voter) => guidOf(hash('sha256', `${secret}\n${voter}`, 'hex')),
  }
}

/** A version 4 UUID of 122 of the bits. */
function guidOf(hex: string): string {
  return (
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}` +
    `-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}` +
    `-${hex.slice(20, 32)}`
  )
}
