/**
 * The booth itself: from a key to a receipt, as states that the page shows. It draws nothing and knows no browser, so
 * that every way a cast can go wrong is tested without one.
 *
 * The rule it keeps: after Cast was pressed, the same request is asked with the same idempotency key until there is an
 * answer, across reloads; "recorded" and "not recorded" are said only when the server said so.
 */
import type { DefinitionFile, District } from '../../core/election/definition.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { phaseAt } from '../../core/election/phase.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import { rotated, rotationOf } from '../../core/election/rotation.ts'
import type { BallotStyle, Calls, Receipt } from './calls.ts'
import type { CastRecord, CastRecords } from './cast-record.ts'
import type { Marks } from './marks.ts'
import { type Patience, persist, type Wait } from './persist.ts'

export type ContestFile = DefinitionFile['contests'][number]

/** The voter's own ballot. */
export interface Ballot {
  readonly key: VoterKeyPair
  readonly district: District | undefined
  /** The contests of the voter's district, options in the order this voter sees. */
  readonly contests: readonly ContestFile[]
  readonly marks: Marks
}

/** Moving about the ballot: nothing is on its way, nothing is cast. */
export type OnBallot =
  | { readonly at: 'welcome' }
  | { readonly at: 'contest'; readonly index: number; readonly changing: boolean }
  | { readonly at: 'review' }

/** The server is being asked. `kept`: this browser will know of the cast when the page is opened again. */
export type Asking =
  | { readonly at: 'loading' }
  | { readonly at: 'checking' }
  | { readonly at: 'casting'; readonly resumed: boolean; readonly kept: boolean }

export type Stage =
  | OnBallot
  | Asking
  | { readonly at: 'key'; readonly damagedLink: boolean }
  | { readonly at: 'receipt'; readonly receipt: Receipt; readonly resumed: boolean; readonly kept: boolean }
  | { readonly at: 'finished' }
  /** `casting`: a ballot was on its way, and is surely not recorded. */
  | { readonly at: 'refused'; readonly code: RefusalCode; readonly casting: boolean }

export interface BoothState {
  readonly stage: Stage
  readonly wait: Wait | null
  readonly definition: DefinitionFile | null
  readonly ballot: Ballot | null
}

export interface BoothDeps extends Pick<Patience, 'pause' | 'random'> {
  readonly calls: Calls
  readonly recordsOf: (key: VoterKeyPair) => Promise<CastRecords | null>
  readonly newIdempotencyKey: () => string
  readonly show: (state: BoothState) => void
}

export interface Booth {
  readonly begin: (arrival: VoterKeyPair | 'damaged' | undefined) => Promise<void>
  readonly enter: (key: VoterKeyPair) => Promise<void>
  readonly askForKey: () => void
  readonly mark: (marks: Marks) => void
  readonly goTo: (place: OnBallot) => void
  readonly cast: () => Promise<void>
  /** Takes the receipt off this device. */
  readonly finish: () => void
}

export function createBooth(deps: BoothDeps): Booth {
  const { calls, pause, random } = deps
  let state: BoothState = { stage: { at: 'loading' }, wait: null, definition: null, ballot: null }
  let records: CastRecords | null = null
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

  const begin: Booth['begin'] = async (arrival) => {
    const { patience, isWanted } = asking()
    stand({ at: 'loading' }, { ballot: null })
    const answer = await persist(calls.definition, patience, isWanted)
    if (answer === null) return
    if (answer.kind === 'refused') return refuse(answer.code)
    const definition = answer.value
    show({ definition })
    // A key first: it may belong to a cast that was interrupted, whatever the time is now.
    if (typeof arrival === 'object') return enter(arrival)
    const phase = phaseAt(timesOf(definition), answer.serverMs)
    if (phase === 'not-open') return refuse('polls-not-open')
    if (phase === 'closed') return refuse('polls-closed')
    stand({ at: 'key', damagedLink: arrival === 'damaged' })
  }

  const enter: Booth['enter'] = async (key) => {
    const { patience, isWanted } = asking()
    stand({ at: 'checking' }, { ballot: null })
    const opened = await deps.recordsOf(key)
    const record = await opened?.read()
    if (!isWanted()) return
    records = opened
    if (record !== undefined) return resume(key, record)
    const answer = await persist(() => calls.ballotStyle(key), patience, isWanted)
    if (answer === null) return
    if (answer.kind === 'refused') return refuse(answer.code)
    stand({ at: 'welcome' }, { ballot: ballotOf(state.definition!, key, answer.value) })
  }

  const resume = async (key: VoterKeyPair, record: CastRecord): Promise<void> => {
    if (record.state === 'recorded')
      return stand({ at: 'receipt', receipt: record.receipt, resumed: true, kept: true })
    return send(key, record, { resumed: true, kept: true })
  }

  const cast: Booth['cast'] = async () => {
    if (state.stage.at !== 'review' || state.ballot === null) return
    const { key, marks } = state.ballot
    const attempt = { state: 'sending', idempotencyKey: deps.newIdempotencyKey(), marks } as const
    stand({ at: 'casting', resumed: false, kept: true })
    // Another tab with the same key may have cast meanwhile: its ballot is the one to ask about.
    const other = await records?.read()
    if (other !== undefined) return resume(key, other)
    const kept = (await records?.write(attempt)) ?? false
    return send(key, attempt, { resumed: false, kept })
  }

  const send = async (
    key: VoterKeyPair,
    { idempotencyKey, marks }: Extract<CastRecord, { state: 'sending' }>,
    how: { readonly resumed: boolean; readonly kept: boolean },
  ): Promise<void> => {
    const { patience, isWanted } = asking()
    stand({ at: 'casting', ...how })
    const answer = await persist(() => calls.cast(key, idempotencyKey, marks), patience, isWanted)
    if (answer === null) return
    if (answer.kind === 'refused') {
      const found = await records?.read()
      // Another tab with the same key was faster, and its receipt is not ours to remove.
      if (found?.state === 'recorded') return resume(key, found)
      records?.remove()
      return refuse(answer.code, true)
    }
    const receipt = answer.value
    const kept = (await records?.write({ state: 'recorded', receipt })) ?? false
    stand({ at: 'receipt', receipt, resumed: how.resumed, kept }, { ballot: null })
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
    finish: () => {
      records?.remove()
      records = null
      stand({ at: 'finished' }, { ballot: null })
    },
  }
}

export function isOnBallot(stage: Stage): stage is OnBallot {
  return stage.at === 'welcome' || stage.at === 'contest' || stage.at === 'review'
}

function timesOf(file: DefinitionFile) {
  return { opensAtMs: Date.parse(file.opens_at), closesAtMs: Date.parse(file.closes_at) }
}

function ballotOf(file: DefinitionFile, key: VoterKeyPair, style: BallotStyle): Ballot {
  const contests = file.contests
    .filter(({ id }) => style.contests.includes(id))
    .map((contest) => {
      const { id, options, rotation } = contest
      return rotation
        ? { ...contest, options: [...rotated(options, rotationOf(id, key.guid, options.length))] }
        : contest
    })
  const district = file.districts?.find(({ id }) => id === style.district)
  return { key, district, contests, marks: Object.fromEntries(contests.map(({ id }) => [id, []])) }
}
