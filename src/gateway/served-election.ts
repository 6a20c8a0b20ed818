/** What the gateway needs of an election it serves; the composition root puts it together. */
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
  /** Milliseconds until a batch of ballots is durable, a median; null before the first. */
  readonly commitMs: () => number | null
  /** Of all batches. */
  readonly commits: Durations
  readonly roll: VoterRoll
  readonly publicLog: PublicLog
  /** The definition's pictures, by SHA-256 in hexadecimal. */
  readonly pictures: ReadonlyMap<string, ServedPicture>
  /** How the engines of a cluster are doing; null on one machine. */
  readonly pipeline: (() => PipelineSnapshot) | null
}

/** The elections of one server, by id, and the one the short API speaks of. */
export interface ServedElections {
  readonly byId: ReadonlyMap<string, ServedElection>
  readonly default: ServedElection
  /** Calls back whenever an election has come or gone, or another is the default one. */
  readonly onChange: (listener: () => void) => void
}
