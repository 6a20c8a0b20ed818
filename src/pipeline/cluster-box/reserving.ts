/**
 * A ballot's key, asked for: reserved and on its way into the log, refused, or asked for again
 * later. What a voter hears where nothing is certain in time is decided here.
 */
import { doublingMs } from '../../core/doubling.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { Reservation, ReserveAnswer, UsedKey } from '../../ports/key-status.ts'
import type { ClusterBoxDeps } from './box-contract.ts'
import { askedAgain, type Casting, reservedBallot, spentKey, spentOn } from './casting.ts'
import type { Landing } from './landing.ts'
import { type Stage, stage } from './stage.ts'
import type { Turnstile } from './turnstile.ts'

const RESERVE_BATCH = 2_048
/** Between two looks at a key whose status is not certain. */
const LOOK_AGAIN = { firstMs: 20, mostMs: 320 } as const

export interface ReservingDeps extends Pick<ClusterBoxDeps, 'keys' | 'timer' | 'faultPoint'> {
  readonly settle: Turnstile['settle']
  readonly landing: () => Landing
  readonly isClosing: () => boolean
}

export interface Reserving extends Stage<Casting> {
  /** Looks at the key again in a while, or answers without certainty where time is up. */
  readonly later: (casting: Casting) => void
}

export function reserving(deps: ReservingDeps): Reserving {
  const { keys, timer, settle, landing } = deps

  const giveUp = (casting: Casting): void =>
    settle(casting, casting.inDoubt ? 'outcome-unknown' : 'storage-unavailable')

  const later = (casting: Casting): void => {
    const leftMs = casting.turn.deadlineMs - timer.elapsedMs()
    if (leftMs <= 0) return giveUp(casting)
    timer.after(Math.min(doublingMs(casting.waits++, LOOK_AGAIN), leftMs), () => {
      asking.push(casting)
      asking.go()
    })
  }

  const onAnswer = (casting: Casting, told: ReserveAnswer): void => {
    if (typeof told === 'object') {
      if (told.is === 'used') return onUsed(casting, told, settle)
      casting.district = told.district
      casting.inDoubt = true
      return landing().add({ ballot: reservedBallot(casting), casting, sinceMs: casting.askedMs })
    }
    if (told === 'unknown-key' || told === 'unknown-contest') return settle(casting, told)
    if (told === 'polls-closed') return settle(casting, told)
    if (told === 'refused') return settle(casting, casting.refusal!)
    if (told === 'unavailable' && !casting.inDoubt) return giveUp(casting)
    if (told === 'writing' || casting.refusal === null) casting.inDoubt = true
    later(casting)
  }

  const toReservation = (casting: Casting): Reservation =>
    reservation(casting, timer.elapsedMs(), refusalNow(casting, deps.isClosing(), landing().isUp()))

  const asking = stage<Casting>(
    async (batch) => {
      const answers = await keys.reserve(batch.map(toReservation))
      deps.faultPoint?.('after-reserve')
      for (let i = 0; i < batch.length; i++) onAnswer(batch[i]!, answers[i]!)
      landing().go()
    },
    () => RESERVE_BATCH,
  )
  return { ...asking, later }
}

function onUsed(casting: Casting, used: UsedKey, settle: Turnstile['settle']): void {
  // Reserved by us before, and brought into the log by somebody's sweeper.
  if (used.nonceHex === casting.nonceHex) {
    casting.district = used.district
    const spent = spentOn(reservedBallot(casting))
    return settle(casting, spent.recorded!, spent)
  }
  const spent = spentKey(used)
  settle(casting, askedAgain(spent, casting.ballot.retryMark), spent)
}

/**
 * A ballot that may be reserved already is not refused for want of room: it is there or it is not.
 */
function refusalNow({ turn, inDoubt }: Casting, isClosing: boolean, isLogUp: boolean): RefusalCode | null {
  if (turn.refusal !== null) return turn.refusal
  if (inDoubt) return null
  if (isClosing) return 'stopping'
  return isLogUp ? null : 'storage-unavailable'
}

function reservation(casting: Casting, nowMs: number, refusal: RefusalCode | null): Reservation {
  const { ballot, tag, nonceHex, turn } = casting
  casting.refusal = refusal
  casting.askedMs = nowMs
  return {
    tag,
    nonceHex,
    choices: ballot.marked.choices,
    retryMark: ballot.retryMark,
    districts: ballot.marked.districts,
    refuse: refusal === null ? 'no' : turn.refusal !== null ? 'before-style' : 'after-style',
  }
}
