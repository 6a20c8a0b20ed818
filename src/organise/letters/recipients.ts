/**
 * Keys with the names and addresses of their voters. Keys were issued in the order of the roll, so
 * both files are read side by side and neither is held. Where a file is in another order, the roll
 * is held, within bounds.
 */
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readKeyFile, type VoterKey } from '../../adapters/files/key-file.ts'
import { type CheckedRoll, readPersons } from '../../adapters/files/roll-file.ts'
import type { RollPerson } from '../../adapters/files/roll-rules.ts'
import type { Election } from '../../core/election/definition.ts'

export interface KeyHolder {
  readonly key: VoterKey
  /** Index into the election's districts. */
  readonly district: number
  /** undefined without a roll */
  readonly person: RollPerson | undefined
}

/** Voters that are held where the files are in different orders. */
const MOST_HELD = 250_000

export interface Recipients {
  readonly keys: string
  readonly election: Election
  readonly roll: CheckedRoll | undefined
  readonly onProgress: (done: number, total: number) => void
}

/** @throws {BadInput} where a key is of no district of the election, or of nobody on the roll */
export async function* keyHolders({
  keys,
  election,
  roll,
  onProgress,
}: Recipients): AsyncGenerator<readonly KeyHolder[]> {
  const districts = new Map(election.districts.map(({ id }, index) => [id, index]))
  const persons = roll === undefined ? undefined : personFinder(roll, election, keys)
  try {
    let line = 1
    for await (const batch of readKeyFile(keys, onProgress)) {
      const holders: KeyHolder[] = []
      for (const key of batch) {
        line++
        const district = districts.get(key.district)
        if (district === undefined)
          throw new BadInput(keys, [
            {
              line,
              message: `its district is not one of “${election.id}”: the keys were made for another election`,
            },
          ])
        const person = await persons?.find(key.personal_id.normalize('NFC'), line)
        holders.push({ key, district, person })
      }
      yield holders
    }
  } finally {
    await persons?.close()
  }
}

interface PersonFinder {
  readonly find: (personalId: string, line: number) => Promise<RollPerson>
  readonly close: () => Promise<void>
}

function personFinder(roll: CheckedRoll, election: Election, keys: string): PersonFinder {
  const reader = readPersons(roll, election)
  let batch: readonly RollPerson[] = []
  let at = 0
  let isAtEnd = false
  /** Those that were passed by; they may be asked for later. */
  const passed = new Map<string, RollPerson>()

  const next = async (): Promise<RollPerson | undefined> => {
    while (at === batch.length && !isAtEnd) {
      const more = await reader.next()
      if (more.done) isAtEnd = true
      else [batch, at] = [more.value, 0]
    }
    return batch[at++]
  }
  const refuse = (line: number, message: string): never => {
    throw new BadInput(keys, [{ line, message }])
  }
  return {
    find: async (personalId, line) => {
      const before = passed.get(personalId)
      if (before !== undefined) {
        passed.delete(personalId)
        return before
      }
      for (let person = await next(); person !== undefined; person = await next()) {
        if (person.personalId === personalId) return person
        if (passed.size === MOST_HELD)
          refuse(line, `is in another order than ${roll.path}, which is too large for that: sort both alike`)
        passed.set(person.personalId, person)
      }
      return refuse(
        line,
        `its personal_id is not in ${roll.path}: name the roll that the keys were made from`,
      )
    },
    close: async () => {
      await reader.return(undefined)
    },
  }
}
