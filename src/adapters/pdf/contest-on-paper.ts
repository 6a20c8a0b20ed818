/** The data of one contest on the certificate. */
import type { Contest, Election } from '../../core/election/definition.ts'
import type { CertifiedContest } from '../../core/log/certification-form.ts'
import type { Outcome } from '../../core/tally/outcome.ts'
import type { ShownContest } from '../../core/tally/shown.ts'

export interface ContestOnPaper {
  readonly election: Election
  readonly contest: Contest
  readonly certified: CertifiedContest
  readonly shown: ShownContest
  readonly outcome: Outcome
  /** The options' names in the reader's language, in characters that can be set. */
  readonly optionNames: readonly string[]
  /** Whether there is room for a row per district. */
  readonly withDistricts: boolean
}
