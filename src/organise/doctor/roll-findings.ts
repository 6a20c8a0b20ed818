/**
 * What `elections doctor` finds of a voter roll beside its public log: whether it is the one that
 * the log commits to.
 */
import type { Finding } from '../../adapters/embedded/examine.ts'
import { databaseFile } from '../../adapters/embedded/layout.ts'
import { rollAddition } from '../../adapters/embedded/roll-addition.ts'
import { rollPages } from '../../adapters/embedded/roll-pages.ts'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import type { Election } from '../../core/election/definition.ts'
import { parseRecord } from '../../core/log/record.ts'
import { rollCommitment, rollInForce } from '../../core/log/roll-commitment.ts'
import { equalHashes } from '../../core/tlog/merkle.ts'
import { rollOrder } from '../public-log.ts'

/** @param records the journal's entries that are no ballots */
export function rollFindings(dir: string, election: Election, records: readonly string[]): Finding[] {
  const addition = rollAddition(databaseFile(dir))
  if (addition === undefined) return [committedTo(dir, election, records)]
  const { added, keyFile, keyDraft, merged, entry } = addition
  const told = records.includes(entry)
  return [
    {
      check: 'no interrupted addition of voters',
      wrong: merged
        ? `the keys of ${added} added voters are in ${keyDraft}, not in ${keyFile}`
        : `${added} voters, ${told ? 'in the public log and not on the roll' : 'of whom the public log has no word'}`,
      remedy: told
        ? 'start the server, or the same "elections add-voters" again: it is finished then'
        : 'start the same "elections add-voters" again: this one is taken back then',
    },
  ]
}

function committedTo(dir: string, election: Election, records: readonly string[]): Finding {
  const check = 'the roll is the one that the public log commits to'
  const parsed = records.map((text) => parseRecord(text))
  const { size, root } = rollInForce(parsed)
  const roll = rollCommitment(nodeTreeHasher(), election.districts.length)
  for (const { credentials, districts } of rollPages(databaseFile(dir), rollOrder(parsed[0]!.v)))
    for (const [i, district] of districts.entries()) roll.add(credentials, i * 32, district)
  if (roll.size() === size && equalHashes(roll.root(), root)) return { check }
  return {
    check,
    wrong: `it holds ${roll.size()} keys, the log says ${size}, and their hashes differ`,
    remedy: 'do not serve this folder: keep it as evidence, and restore the newest backup',
  }
}
