/**
 * Issues keys: for every voter a new guid, the key to the printer, the credential to the roll.
 *
 * A person with the voter roll and a stolen data folder must not be able to match voters with
 * credentials by their order. So credentials leave in chunks of at least 65,536 (or all, if there
 * are fewer voters), each sorted by the credential, which is as good as shuffled: within a chunk
 * the roll's order is lost. Sorting all of them would need memory for all; a chunk is the size of a
 * town.
 */
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import type { District } from '../core/election/definition.ts'
import type { Digest } from '../ports/digest.ts'
import type { IssuedCredential } from '../ports/voter-roll.ts'

export const STRETCH = 65_536

export interface EnrolledVoter {
  readonly personalId: string
  /** Index into the election's districts. */
  readonly district: number
}

/** A printed key, with the district's id. */
export interface IssuedKey {
  readonly personal_id: string
  readonly guid: string
  readonly district: string
}

export interface EnrolDeps {
  readonly digest: Pick<Digest, 'credential'>
  /** A random UUID, version 4, in lower case. */
  readonly newGuid: () => string
  readonly credentials: { readonly add: (batch: readonly IssuedCredential[]) => void | Promise<void> }
  readonly keys: { readonly add: (batch: readonly IssuedKey[]) => void | Promise<void> }
  /** Stops between two batches, with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Issues one key per voter; keys leave in the order of the voters.
 * @returns how many
 * @throws what `voters`, `credentials`, `keys` and `signal` throw; the caller discards what was
 *   written
 */
export async function enrol(
  election: { readonly id: string; readonly districts: readonly Pick<District, 'id'>[] },
  voters: AsyncIterable<readonly EnrolledVoter[]>,
  { digest, newGuid, credentials, keys, signal }: EnrolDeps,
): Promise<number> {
  const prefix = credentialPrefix(election.id)
  let held: IssuedCredential[] = []
  let issued = 0

  const release = async (stretch: IssuedCredential[]): Promise<void> => {
    signal?.throwIfAborted()
    stretch.sort((a, b) => (a.credential < b.credential ? -1 : 1))
    await credentials.add(stretch)
  }

  for await (const batch of voters) {
    signal?.throwIfAborted()
    const printed: IssuedKey[] = []
    for (const { personalId, district } of batch) {
      const guid = newGuid()
      printed.push({ personal_id: personalId, guid, district: election.districts[district]!.id })
      held.push({ credential: digest.credential(credentialText(prefix, personalId, guid)), district })
    }
    await keys.add(printed)
    issued += batch.length
    // A second chunk is kept back, so that the last one is never too short to hide a voter.
    while (held.length >= 2 * STRETCH) {
      await release(held.slice(0, STRETCH))
      held = held.slice(STRETCH)
    }
  }
  if (held.length > 0) await release(held)
  return issued
}
