/**
 * The booth itself: from a key to a receipt, as states that the page shows. It draws nothing and knows no browser, so
 * that every way a cast can go wrong is tested without one.
 *
 * The rule it keeps: after Cast was pressed, the same request is sent with the same idempotency key until there is an
 * answer. Where the page goes before there is one, the voter key brings the answer later: "recorded" and "not recorded"
 * are said only when the server said so. A receipt is on the page that cast the ballot, and on no other.
 */
import type { ContestFile, DefinitionFile } from '../../core/election/definition.ts'
import type { InLanguage } from '../../core/election/in-language.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { phaseAt } from '../../core/election/phase.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import { rotated, rotationOf } from '../../core/election/rotation.ts'
import type { BallotStyle, Calls, Receipt } from './calls.ts'
import type { Attempt, CastMarks } from './cast-mark.ts'
import type { Marks } from './marks.ts'
import { type Patience, persist, type Wait } from './persist.ts'

/** The voter's own ballot. */
export interface Ballot {
  readonly key: VoterKeyPair
  readonly district: NonNullable<DefinitionFile['districts']>[number] | undefined
  /** The contests of the voter's district, options in the order this voter sees. */
  readonly contests: readonly ContestFile[]
  readonly marks: Marks
  /** A ballot was sent with this key before, and is not recorded by now. */
  readonly again: boolean
}

/** Moving about the ballot: nothing is on its way, nothing is cast. */
export type OnBallot =
  | { readonly at: 'welcome' }
  | { readonly at: 'contest'; readonly index: number; readonly changing: boolean }
  | { readonly at: 'review' }

/** The server is being asked. `asking`: about a ballot sent earlier. `kept`: this browser can ask about it later. */
export type Asking =
  | { readonly at: 'loading' }
  | { readonly at: 'checking' }
  | { readonly at: 'casting'; readonly asking: boolean; readonly kept: boolean }

export type Stage =
  | OnBallot
  | Asking
  | { readonly at: 'key'; readonly damagedLink: boolean }
  | { readonly at: 'receipt'; readonly receipt: Receipt }
  /** `earlier`: a ballot that was sent from this browser before is recorded. */
  | { readonly at: 'finished'; readonly earlier: boolean }
  /** `casting`: a ballot was on its way, and is surely not recorded. */
  | { readonly at: 'refused'; readonly code: RefusalCode; readonly casting: boolean }

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

export interface BoothDeps extends Pick<Patience, 'pause' | 'random'> {
  readonly calls: Calls
  readonly marksOf: (key: VoterKeyPair) => Promise<CastMarks | null>
  /** Where no mark can be kept. */
  readonly newIdempotencyKey: () => string
  readonly show: (state: BoothState) => void
}

export interface Booth {
  /** @param receipt the one that this tab showed before it was loaded again */
  readonly begin: (arrival: VoterKeyPair | 'damaged' | undefined, receipt?: Receipt) => Promise<void>
  readonly enter: (key: VoterKeyPair) => Promise<void>
  readonly askForKey: () => void
  readonly mark: (marks: Marks) => void
  readonly goTo: (place: OnBallot) => void
  readonly cast: () => Promise<void>
  /** Takes the receipt off the page. */
  readonly finish: () => void
  /** The page may be gone for good: keeps what it takes to ask about a ballot on its way. */
  readonly leave: () => void
}

export function createBooth(deps: BoothDeps): Booth {
  const { calls, pause, random } = deps
  let state: BoothState = { stage: { at: 'loading' }, wait: null, definition: null, ballot: null }
  let marks: CastMarks | null = null
  /** The ballot on its way. */
  let sending: Attempt | null = null
  /** Which errand is the present one: answers to an earlier one are nobody's. */
  let errand = 0

  const show = (changes: Partial<BoothState>) => {
    state = { ...state, ...changes }
    deps.show(state)
  }
  const stand = (stage: Stage, changes: Partial<BoothState> = {}) => show({ stage, wait: null, ...changes })
  const refuse = (code: RefusalCode, casting = false) => stand({ at: 'refused', code, casting })
  const asking = () => {
    const mine = ++errand
    const isWanted = () => mine === errand
    const patience: Patience = { pause, random, waiting: (wait) => isWanted() && show({ wait }) }
    return { patience, isWanted }
  }

  const begin: Booth['begin'] = async (arrival, receipt) => {
    const { patience, isWanted } = asking()
    stand({ at: 'loading' }, { ballot: null })
    const answer = await persist(calls.definition, patience, isWanted)
    if (answer === null) return
    if (answer.kind === 'refused') return refuse(answer.code)
    const definition = answer.value
    show({ definition })
    // A key first: it may belong to a cast that was interrupted, whatever the time is now.
    if (typeof arrival === 'object') return enter(arrival)
    if (receipt !== undefined) return stand({ at: 'receipt', receipt })
    const phase = phaseAt(timesOf(definition), answer.serverMs)
    if (phase === 'not-open') return refuse('polls-not-open')
    if (phase === 'closed') return refuse('polls-closed')
    stand({ at: 'key', damagedLink: arrival === 'damaged' })
  }

  const enter: Booth['enter'] = async (key) => {
    const { patience, isWanted } = asking()
    stand({ at: 'checking' }, { ballot: null })
    const found = await deps.marksOf(key)
    const unanswered = (await found?.unanswered()) ?? []
    if (!isWanted()) return
    marks = found
    const answer = await persist(() => calls.ballotStyle(key), patience, isWanted)
    if (answer === null) return
    if (answer.kind === 'refused') return settle(key, answer.code)
    stand(
      { at: 'welcome' },
      { ballot: ballotOf(state.definition!, key, answer.value, unanswered.length > 0) },
    )
  }

  /**
   * The end of a key that was refused. Ballots that were sent from this browser and never answered are asked about first:
   * the key is used or voting is over, so that what is asked can be answered, and records nothing.
   * @param casting whether it was refused with a ballot, which is surely not recorded
   */
  const settle = async (key: VoterKeyPair, code: RefusalCode, casting = false): Promise<void> => {
    const { patience, isWanted } = asking()
    const isFinal = code === 'key-already-used' || code === 'polls-closed'
    const earlier = (isFinal && (await marks?.unanswered())) || []
    for (const idempotencyKey of earlier) {
      stand({ at: 'casting', asking: true, kept: true }, { ballot: null })
      const answer = await persist(() => calls.cast(key, idempotencyKey, {}), patience, isWanted)
      if (answer === null) return
      if (answer.kind !== 'ok') continue
      marks?.forget()
      return stand({ at: 'finished', earlier: true })
    }
    if (isFinal || casting) marks?.forget()
    refuse(code, casting || earlier.length > 0)
  }

  const cast: Booth['cast'] = async () => {
    if (state.stage.at !== 'review' || state.ballot === null) return
    const { key, marks: chosen } = state.ballot
    stand({ at: 'casting', asking: false, kept: marks !== null })
    const attempt = (await marks?.next()) ?? {
      idempotencyKey: deps.newIdempotencyKey(),
      keep: () => false,
    }
    sending = attempt
    const { patience, isWanted } = asking()
    // Nothing is kept of a ballot that is answered at once.
    const waiting = (wait: Wait | null) => {
      if (!isWanted()) return
      show({ wait, stage: { at: 'casting', asking: false, kept: attempt.keep() } })
    }
    const send = () => calls.cast(key, attempt.idempotencyKey, chosen)
    const answer = await persist(send, { ...patience, waiting }, isWanted)
    if (answer === null) return
    sending = null
    if (answer.kind === 'refused') return settle(key, answer.code, true)
    marks?.forget()
    stand({ at: 'receipt', receipt: answer.value }, { ballot: null })
  }

  return {
    begin,
    enter,
    askForKey: () => {
      errand++
      stand({ at: 'key', damagedLink: false }, { ballot: null })
    },
    mark: (marks) => state.ballot && show({ ballot: { ...state.ballot, marks } }),
    goTo: (place) => {
      if (state.ballot !== null && isOnBallot(state.stage)) stand(place)
    },
    cast,
    finish: () => stand({ at: 'finished', earlier: false }),
    leave: () => void sending?.keep(),
  }
}

export function isOnBallot(stage: Stage): stage is OnBallot {
  return stage.at === 'welcome' || stage.at === 'contest' || stage.at === 'review'
}

function timesOf(file: DefinitionFile) {
  return { opensAtMs: Date.parse(file.opens_at), closesAtMs: Date.parse(file.closes_at) }
}

function ballotOf(file: DefinitionFile, key: VoterKeyPair, style: BallotStyle, again: boolean): Ballot {
  const contests = file.contests
    .filter(({ id }) => style.contests.includes(id))
    .map((contest) => {
      const { id, options, rotation } = contest
      return rotation
        ? { ...contest, options: [...rotated(options, rotationOf(id, key.guid, options.length))] }
        : contest
    })
  const district = file.districts?.find(({ id }) => id === style.district)
  const marks = Object.fromEntries(contests.map(({ id }) => [id, []]))
  return { key, district, contests, marks, again }
}
