/** What the gateway needs of an election; the composition root assembles it. */
import type { BallotRules } from '../core/election/choices.ts'
import type { DefinitionFile, Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import type { PipelineSnapshot } from '../core/status/pipeline-snapshot.ts'
import type { BallotStyleStep } from '../pipeline/ballot-style.ts'
import type { CastStep } from '../pipeline/cast.ts'
import type { Durations } from '../pipeline/timing.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import type { PublicLog } from '../ports/public-log.ts'
import type { VoterRoll } from '../ports/voter-roll.ts'
import type { ServedPicture } from './served-picture.ts'

export interface ServedElection {
  readonly election: Election
  readonly file: DefinitionFile
  readonly rules: BallotRules
  readonly cast: CastStep
  readonly ballotStyle: BallotStyleStep
  readonly tally: LiveTally
  readonly phase: () => Phase
  /** Median time until a batch of ballots is durable, in milliseconds; null before the first. */
  readonly commitMs: () => number | null
  /** The same times of all batches. */
  readonly commits: Durations
  readonly roll: VoterRoll
  readonly publicLog: PublicLog
  /** The definition's pictures, by SHA-256 in hexadecimal. */
  readonly pictures: ReadonlyMap<string, ServedPicture>
  /** The state of a cluster's engines; null on one machine. */
  readonly pipeline: (() => PipelineSnapshot) | null
}

/** The elections of one server, by id, and the default one of the short API. */
export interface ServedElections {
  readonly byId: ReadonlyMap<string, ServedElection>
  readonly default: ServedElection
  /** Calls back after an election was added or removed, or another became the default one. */
  readonly onChange: (listener: () => void) => void
}
