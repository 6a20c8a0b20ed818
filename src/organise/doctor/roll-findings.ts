/**
 * What `elections doctor` checks of a voter roll: that it is the one to which the public log
 * commits.
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

/** @param records the journal's entries that are not ballots */
export function rollFindings(dir: string, election: Election, records: readonly string[]): Finding[] {
  const addition = rollAddition(databaseFile(dir))
  if (addition === undefined) return [committedTo(dir, election, records)]
  const { added, keyFile, keyDraft, merged, entry } = addition
  const inLog = records.includes(entry)
  return [
    {
      check: 'no interrupted addition of voters',
      wrong: merged
        ? `the keys of ${added} added voters are in ${keyDraft}, not in ${keyFile}`
        : `${added} voters, ` +
          `${inLog ? 'in the public log but not on the voter roll' : 'not in the public log'}`,
      remedy: inLog
        ? 'start the server or run the same "elections add-voters" again: either finishes the addition'
        : 'run the same "elections add-voters" again: it first undoes this addition',
    },
  ]
}

function committedTo(dir: string, election: Election, records: readonly string[]): Finding {
  const check = 'the voter roll matches the public log'
  const parsed = records.map((text) => parseRecord(text))
  const { size, root } = rollInForce(parsed)
  const roll = rollCommitment(nodeTreeHasher(), election.districts.length)
  for (const { credentials, districts } of rollPages(databaseFile(dir), rollOrder(parsed[0]!.v)))
    for (const [i, district] of districts.entries()) roll.add(credentials, i * 32, district)
  if (roll.size() === size && equalHashes(roll.root(), root)) return { check }
  return {
    check,
    wrong: `it has ${roll.size()} keys, the public log commits to ${size}, and their hashes differ`,
    remedy: 'do not serve this folder: keep it as evidence, and restore the newest backup',
  }
}
