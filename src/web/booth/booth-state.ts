/** What the booth's page can be at, and what it holds there. */
import type { ContestFile, DefinitionFile } from '../../core/election/definition.ts'
import type { InLanguage } from '../../core/election/in-language.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { Receipt } from './calls.ts'
import type { Marks } from './marks.ts'
import type { Wait } from './persist.ts'

/** The voter's own ballot. */
export interface Ballot {
  /** None on a sample, which cannot be cast. */
  readonly key: VoterKeyPair | null
  readonly district: NonNullable<DefinitionFile['districts']>[number] | undefined
  /** The contests of the voter's district, options in the order this voter sees. */
  readonly contests: readonly ContestFile[]
  readonly marks: Marks
  /** A ballot was sent with this key before, and is not recorded by now. */
  readonly again: boolean
  /** This browser can ask later about a ballot whose answer is missing. */
  readonly remembers: boolean
  /** The marks are those of before a reload. */
  readonly restored: boolean
}

/** Of a ballot that is surely not recorded: made on this page, or sent from this browser before. */
export type Unrecorded = 'none' | 'here' | 'before'

/** Moving about the ballot: nothing is on its way, nothing is cast. */
export type OnBallot =
  | { readonly at: 'welcome' }
  | { readonly at: 'contest'; readonly index: number; readonly changing: boolean }
  | { readonly at: 'review' }

/**
 * The server is being asked. `asking`: about a ballot sent earlier. `kept`: this browser can ask
 * about it later.
 */
export type Asking =
  | { readonly at: 'loading' }
  | { readonly at: 'checking' }
  | { readonly at: 'casting'; readonly asking: boolean; readonly kept: boolean }

export type Stage =
  | OnBallot
  | Asking
  | { readonly at: 'key'; readonly damagedLink: boolean }
  | { readonly at: 'receipt'; readonly receipt: Receipt }
  /**
   * `earlier`: a ballot sent from this browser before is recorded; `dropped`: and the one made on
   * this page is not.
   */
  | { readonly at: 'finished'; readonly earlier: boolean; readonly dropped: boolean }
  | { readonly at: 'refused'; readonly code: RefusalCode; readonly unrecorded: Unrecorded }
  /** The browser failed the page. `sent`: with a ballot on its way. */
  | { readonly at: 'broken'; readonly sent: boolean }

export interface BoothState {
  readonly stage: Stage
  readonly wait: Wait | null
  readonly definition: DefinitionFile | null
  readonly ballot: Ballot | null
}

/** What the page shows: the state with every text in the reader's language. */
export type ShownState = InLanguage<BoothState>
export type ShownDefinition = InLanguage<DefinitionFile>
export type ShownBallot = InLanguage<Ballot>
export type ShownContest = InLanguage<ContestFile>

export function isOnBallot(stage: Stage): stage is OnBallot {
  return stage.at === 'welcome' || stage.at === 'contest' || stage.at === 'review'
}
