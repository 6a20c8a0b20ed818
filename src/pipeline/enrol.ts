/**
 * Issuing keys: for every voter a fresh guid, the key to the printer, the credential to the roll.
 *
 * Whoever holds the voter roll and a stolen data folder must not be able to lay the two side by
 * side and read off whose credential is whose. So credentials leave here in stretches of at least
 * 65,536 (or all, if there are fewer voters), each sorted by the credential, which is as good as
 * shuffled: within a stretch the roll's order is gone. Sorting all of them would hold all of them;
 * a stretch is a town.
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

/** A key as it is printed; the district is named by its id. */
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
  /** Stops between two batches, with its reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Issues one key per voter; keys leave in the order of the voters.
 * @returns how many
 * @throws what `voters`, `credentials`, `keys` and `signal` throw; the caller throws away what was
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
    // A second stretch is held back, so that the last one is never too short to hide anybody.
    while (held.length >= 2 * STRETCH) {
      await release(held.slice(0, STRETCH))
      held = held.slice(STRETCH)
    }
  }
  if (held.length > 0) await release(held)
  return issued
}
