/**
 * The booth's errands: from a key to a ballot, from a ballot to what became of it. Each ends in a
 * state to be shown.
 *
 * The rule they keep: after Cast was pressed, the same request is sent with the same idempotency
 * key until there is an answer. Where the page goes before there is one, the voter key brings the
 * answer later: "recorded" and "not recorded" are said only when the server said so. A receipt is
 * on the page that cast the ballot, and on no other.
 */
import type { ContestFile, DefinitionFile } from '../../core/election/definition.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { phaseAt } from '../../core/election/phase.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import { rotated, rotationOf } from '../../core/election/rotation.ts'
import type { Ballot, BoothState, Stage, Unrecorded } from './booth-state.ts'
import type { BallotStyle, Calls, Receipt } from './calls.ts'
import type { Attempt, CastMarks } from './cast-mark.ts'
import { type Marks, stillOn } from './marks.ts'
import { type Patience, persist, type Wait } from './persist.ts'

export interface BoothDeps extends Pick<Patience, 'pause' | 'random'> {
  readonly calls: Calls
  readonly marksOf: (key: VoterKeyPair) => Promise<CastMarks | null>
  /** What was marked in this tab before it was loaded again, with this very key. */
  readonly before: (key: VoterKeyPair) => Promise<Marks | null>
  /** Whether this page shows the ballot and casts nothing. */
  readonly isSample: boolean
  /** Where no mark can be kept. */
  readonly newIdempotencyKey: () => string
  readonly show: (state: BoothState) => void
}

/** What the errands share, and where the page stands. */
export interface Course {
  readonly deps: BoothDeps
  state: BoothState
  marks: CastMarks | null
  /** The ballot on its way. */
  sending: Attempt | null
  /** Which errand is the present one: answers to an earlier one are nobody's. */
  errand: number
}

export function show(course: Course, changes: Partial<BoothState>): void {
  course.state = { ...course.state, ...changes }
  course.deps.show(course.state)
}

export function stand(course: Course, stage: Stage, changes: Partial<BoothState> = {}): void {
  show(course, { stage, wait: null, ...changes })
}

function refuse(course: Course, code: RefusalCode, unrecorded: Unrecorded = 'none'): void {
  stand(course, { at: 'refused', code, unrecorded })
}

function setOut(course: Course) {
  const mine = ++course.errand
  const isWanted = () => mine === course.errand
  const { pause, random } = course.deps
  const patience: Patience = { pause, random, waiting: (wait) => isWanted() && show(course, { wait }) }
  return { patience, isWanted }
}

/** @param receipt the one that this tab showed before it was loaded again */
export async function begin(
  course: Course,
  arrival: VoterKeyPair | 'damaged' | undefined,
  receipt?: Receipt,
): Promise<void> {
  const { patience, isWanted } = setOut(course)
  stand(course, { at: 'loading' }, { ballot: null })
  const answer = await persist(course.deps.calls.definition, patience, isWanted)
  if (answer === null) return
  if (answer.kind === 'refused') return refuse(course, answer.code)
  const definition = answer.value
  show(course, { definition })
  if (course.deps.isSample) return stand(course, { at: 'key', damagedLink: false })
  // A key first: it may belong to a cast that was interrupted, whatever the time is now.
  if (typeof arrival === 'object') return enter(course, arrival)
  if (receipt !== undefined) return stand(course, { at: 'receipt', receipt })
  const phase = phaseAt(timesOf(definition), answer.serverMs)
  if (phase === 'not-open') return refuse(course, 'polls-not-open')
  if (phase === 'closed') return refuse(course, 'polls-closed')
  stand(course, { at: 'key', damagedLink: arrival === 'damaged' })
}

export async function enter(course: Course, key: VoterKeyPair): Promise<void> {
  const { patience, isWanted } = setOut(course)
  const { calls, marksOf, before } = course.deps
  stand(course, { at: 'checking' }, { ballot: null })
  const found = await marksOf(key)
  const unanswered = (await found?.unanswered()) ?? []
  if (!isWanted()) return
  course.marks = found
  const answer = await persist(() => calls.ballotStyle(key), patience, isWanted)
  if (answer === null) return
  if (answer.kind === 'refused') return settle(course, key, answer.code)
  const contests = contestsOf(course.state.definition!, key, answer.value)
  const marks = stillOn(contests, await before(key))
  if (!isWanted()) return
  const ballot: Ballot = {
    ...{ key, contests, marks: marks ?? {}, restored: marks !== null },
    district: course.state.definition!.districts?.find(({ id }) => id === answer.value.district),
    again: unanswered.length > 0,
    remembers: found !== null,
  }
  stand(course, { at: 'welcome' }, { ballot })
}

/**
 * The end of a key that was refused. Ballots that were sent from this browser and never answered
 * are asked about first: the key is used or voting is over, so that what is asked can be answered,
 * and records nothing.
 * @param casting whether it was refused with a ballot, which is surely not recorded
 */
async function settle(course: Course, key: VoterKeyPair, code: RefusalCode, casting = false): Promise<void> {
  const { patience, isWanted } = setOut(course)
  const { marks } = course
  const isFinal = code === 'key-already-used' || code === 'polls-closed'
  const earlier = (isFinal && (await marks?.unanswered())) || []
  for (const idempotencyKey of earlier) {
    stand(course, { at: 'casting', asking: true, kept: true }, { ballot: null })
    const ask = () => course.deps.calls.cast(key, idempotencyKey, {})
    const answer = await persist(ask, patience, isWanted)
    if (answer === null) return
    if (answer.kind !== 'ok') continue
    marks?.forget()
    return stand(course, { at: 'finished', earlier: true, dropped: casting })
  }
  if (isFinal || casting) marks?.forget()
  refuse(course, code, casting ? 'here' : earlier.length > 0 ? 'before' : 'none')
}

export async function cast(course: Course): Promise<void> {
  const { stage, ballot } = course.state
  if (stage.at !== 'review' || ballot === null || ballot.key === null) return
  const { key, marks: chosen } = ballot
  const { marks, deps } = course
  stand(course, { at: 'casting', asking: false, kept: marks !== null })
  const attempt = (await marks?.next()) ?? {
    idempotencyKey: deps.newIdempotencyKey(),
    keep: () => false,
  }
  course.sending = attempt
  const { patience, isWanted } = setOut(course)
  // Nothing is kept of a ballot that is answered at once.
  const waiting = (wait: Wait | null) => {
    if (!isWanted()) return
    show(course, { wait, stage: { at: 'casting', asking: false, kept: attempt.keep() } })
  }
  const send = () => deps.calls.cast(key, attempt.idempotencyKey, chosen)
  const answer = await persist(send, { ...patience, waiting }, isWanted)
  if (answer === null) return
  course.sending = null
  if (answer.kind === 'refused') return settle(course, key, answer.code, true)
  marks?.forget()
  stand(course, { at: 'receipt', receipt: answer.value }, { ballot: null })
}

function timesOf(file: DefinitionFile) {
  return { opensAtMs: Date.parse(file.opens_at), closesAtMs: Date.parse(file.closes_at) }
}

function contestsOf(file: DefinitionFile, key: VoterKeyPair, style: BallotStyle): ContestFile[] {
  return file.contests
    .filter(({ id }) => style.contests.includes(id))
    .map((contest) => {
      const { id, options, rotation } = contest
      return rotation
        ? { ...contest, options: [...rotated(options, rotationOf(id, key.guid, options.length))] }
        : contest
    })
}
