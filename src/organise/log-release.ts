/**
 * How the log of an election tells its ballots, by the version and the policy that its genesis
 * names.
 */
import { ballotDraws } from '../adapters/node/ballot-draw.ts'
import type { Election } from '../core/election/definition.ts'
import { entryStarts } from '../core/log/entry.ts'
import { groupRelease } from '../core/log/group-release.ts'
import type { LogVersion } from '../core/log/record.ts'
import { publishAtOnce, publishThroughGate } from '../core/log/release-rule.ts'
import { releaseGate, releaseUnits } from '../core/tally/release.ts'
import type { TreeHasher } from '../core/tlog/merkle.ts'
import type { LogRelease } from '../pipeline/publish/deps.ts'

export interface LogReleaseFacts {
  readonly election: Election
  /** Keys issued per district when the election was made. */
  readonly issued: ArrayLike<number>
  readonly v: LogVersion
  readonly hasher: TreeHasher
  /** The election secret; null once it was destroyed. */
  readonly secret: Uint8Array | null
}

export function logRelease({ election, issued, v, hasher, secret }: LogReleaseFacts): LogRelease {
  const release = { version: v, newRule: publishAtOnce, entriesAfterClose: false }
  if (election.results === 'after-close')
    return v === 1
      ? { ...release, publishes: 'at-once', entriesAfterClose: true }
      : { ...release, publishes: 'sorted' }
  if (election.suppressBelow <= 1) return { ...release, publishes: 'at-once' }
  const { ofDistrict: unitOf, count: units } = releaseUnits(election, issued)
  if (v === 1) {
    const newRule = () => publishThroughGate({ ...releaseGate(election, issued), unitOf, units })
    return { ...release, publishes: 'held', newRule }
  }
  if (secret === null) return { ...release, publishes: 'held', newRule: null }
  const drawOf = ballotDraws(secret)
  const groupOf = election.suppressBelow
  const rule = { hasher, entryStarts: entryStarts(election, issued), unitOf, units, groupOf, drawOf }
  return { ...release, publishes: 'held', newRule: () => groupRelease(rule) }
}
