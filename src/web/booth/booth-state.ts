/** The states of the booth's page, with the data of each. */
import type { ContestFile, DefinitionFile } from '../../core/election/definition.ts'
import type { InLanguage } from '../../core/election/in-language.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { Receipt } from './calls.ts'
import type { Marks } from './marks.ts'
import type { Wait } from './persist.ts'

/** The voter's own ballot. */
export interface Ballot {
  /** A sample has no key and cannot be cast. */
  readonly key: VoterKeyPair | null
  readonly district: NonNullable<DefinitionFile['districts']>[number] | undefined
  /** The contests of the voter's district, options in the order this voter sees. */
  readonly contests: readonly ContestFile[]
  readonly marks: Marks
  /** A ballot was sent with this key earlier, and is not recorded. */
  readonly again: boolean
  /** This browser can ask later about a ballot whose answer is missing. */
  readonly remembers: boolean
  /** The choices are from before a reload. */
  readonly restored: boolean
}

/**
 * A ballot that is certainly not recorded: made on this page, or sent earlier from this browser.
 */
export type Unrecorded = 'none' | 'here' | 'before'

/** The voter moves through the ballot; nothing has been sent. */
export type OnBallot =
  | { readonly at: 'welcome' }
  | { readonly at: 'contest'; readonly index: number; readonly changing: boolean }
  | { readonly at: 'review' }

/**
 * A request to the server is under way. `asking`: about a ballot sent earlier. `kept`: this browser
 * can ask about the ballot later.
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
   * `earlier`: a ballot sent earlier from this browser is recorded; `dropped`: and the one made on
   * this page is not.
   */
  | { readonly at: 'finished'; readonly earlier: boolean; readonly dropped: boolean }
  | { readonly at: 'refused'; readonly code: RefusalCode; readonly unrecorded: Unrecorded }
  /** The browser lacks a function. `sent`: a ballot was already sent. */
  | { readonly at: 'broken'; readonly sent: boolean }

export interface BoothState {
  readonly stage: Stage
  readonly wait: Wait | null
  readonly definition: DefinitionFile | null
  readonly ballot: Ballot | null
}

/** The state that the page shows, with every text in the reader's language. */
export type ShownState = InLanguage<BoothState>
export type ShownDefinition = InLanguage<DefinitionFile>
export type ShownBallot = InLanguage<Ballot>
export type ShownContest = InLanguage<ContestFile>

export function isOnBallot(stage: Stage): stage is OnBallot {
  return stage.at === 'welcome' || stage.at === 'contest' || stage.at === 'review'
}
