/**
 * The ballot box of a cluster (contract: ports/ballot-box.ts): reserve the key, append the ballot, mark the key used.
 *
 * A reservation is never released: from then on the ballot lies in the outbox, and this gateway, or the sweeper of any
 * other, brings it into the log. So a voter hears "recorded" once it is there, a refusal where the key was never
 * reserved, and `outcome-unknown` where neither is certain in time.
 */
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { BallotAppend } from '../../ports/ballot-append.ts'
import type { CastBallot, CastOutcome } from '../../ports/ballot-box.ts'
import type { Tag } from '../../ports/digest.ts'
import type { Reservation, ReserveAnswer } from '../../ports/key-status.ts'
import type { ClusterBox, ClusterBoxDeps } from './box-contract.ts'
import {
  type Casting,
  reservedBallot,
  type Spent,
  spentKey,
  spentOn,
  type Turn,
  toldAgain,
} from './casting.ts'
import { landing } from './landing.ts'
import { stage } from './stage.ts'
import { sweeping } from './sweeping.ts'

const RESERVE_BATCH = 2_048
/** Ballots under way at most; past it ballots are refused as `too-busy`. */
const UNDER_WAY_LIMIT = 65_536
const WAIT_MS = { first: 20, most: 320 } as const
const QUIET_POLL_MS = 50
const DEFAULT_ANSWER_WITHIN_MS = 6_000
const DEFAULT_SWEEP_EVERY_MS = 1_000

/**
 * The longest a ballot reserved by a gateway can still be on its way into the log: it is sent within one delivery
 * time-out of its reservation, or reserved anew.
 */
export function longestOnTheWayMs(append: Pick<BallotAppend, 'deliveryTimeoutMs'>): number {
  return 2 * append.deliveryTimeoutMs
}

export function clusterBox(deps: ClusterBoxDeps): ClusterBox {
  const { keys, append, tagOf, digest, timer } = deps
  const { answerWithinMs = DEFAULT_ANSWER_WITHIN_MS, sweepEveryMs = DEFAULT_SWEEP_EVERY_MS } = deps
  const underWay = new Map<Tag, Casting>()
  const blocked = new Map<Tag, Casting[]>()
  let closing = false
  let closed: Promise<void> | undefined
  let whenIdle: (() => void) | undefined

  const answer = (turn: Turn, place: number, outcome: CastOutcome): void => {
    turn.outcomes[place] = outcome
    if (--turn.missing === 0) turn.resolve(turn.outcomes)
  }

  /** @param spent what its key is known to be spent on, which answers those that wait behind it too */
  const settle = (casting: Casting, outcome: CastOutcome, spent?: Spent): void => {
    underWay.delete(casting.tag)
    answer(casting.turn, casting.place, outcome)
    const behind = blocked.get(casting.tag)
    if (behind) {
      blocked.delete(casting.tag)
      for (const next of behind)
        if (spent) answer(next.turn, next.place, toldAgain(spent, next.ballot.retryMark))
        else enter(next)
      reserving.go()
    }
    if (underWay.size === 0) whenIdle?.()
  }

  const enter = (casting: Casting): void => {
    if (underWay.has(casting.tag)) {
      const behind = blocked.get(casting.tag)
      if (behind) behind.push(casting)
      else blocked.set(casting.tag, [casting])
      return
    }
    underWay.set(casting.tag, casting)
    reserving.push(casting)
  }

  const giveUp = (casting: Casting): void =>
    settle(casting, casting.inDoubt ? 'outcome-unknown' : 'storage-unavailable')

  const later = (casting: Casting): void => {
    const leftMs = casting.turn.deadlineMs - timer.elapsedMs()
    if (leftMs <= 0) return giveUp(casting)
    const delayMs = Math.min(WAIT_MS.first * 2 ** Math.min(casting.waits++, 8), WAIT_MS.most, leftMs)
    timer.after(delayMs, () => {
      reserving.push(casting)
      reserving.go()
    })
  }

  const log = landing(deps, { settle, later, spentOn })
  const sweeper = sweeping({
    keys,
    timer,
    digest,
    everyMs: sweepEveryMs,
    log,
    sweepAfterMs: deps.sweepAfterMs,
  })

  /** A ballot that may be reserved already is not refused for want of room: it is there or it is not. */
  const refusalNow = ({ turn, inDoubt }: Casting): RefusalCode | null => {
    if (turn.refusal !== null) return turn.refusal
    if (inDoubt) return null
    if (closing) return 'stopping'
    return log.isUp() ? null : 'storage-unavailable'
  }

  const toReservation = (casting: Casting): Reservation => {
    const { ballot, tag, nonceHex, turn } = casting
    casting.refusal = refusalNow(casting)
    casting.askedMs = timer.elapsedMs()
    return {
      tag,
      nonceHex,
      choices: ballot.marked.choices,
      retryMark: ballot.retryMark,
      districts: ballot.marked.districts,
      refuse: casting.refusal === null ? 'no' : turn.refusal !== null ? 'before-style' : 'after-style',
    }
  }

  const onReserved = (casting: Casting, told: ReserveAnswer): void => {
    if (typeof told === 'object') {
      if (told.is === 'used') return onUsed(casting, told)
      casting.district = told.district
      casting.inDoubt = true
      return log.add({ ballot: reservedBallot(casting), casting, sinceMs: casting.askedMs })
    }
    if (told === 'unknown-key' || told === 'unknown-contest') return settle(casting, told)
    if (told === 'polls-closed') return settle(casting, told)
    if (told === 'refused') return settle(casting, casting.refusal!)
    if (told === 'unavailable' && !casting.inDoubt) return giveUp(casting)
    if (told === 'writing' || casting.refusal === null) casting.inDoubt = true
    later(casting)
  }

  const onUsed = (casting: Casting, used: Extract<ReserveAnswer, { is: 'used' }>): void => {
    // Reserved by us before, and brought into the log by somebody's sweeper.
    if (used.nonceHex === casting.nonceHex) {
      casting.district = used.district
      const spent = spentOn(reservedBallot(casting))
      return settle(casting, spent.recorded!, spent)
    }
    const spent = spentKey(used)
    settle(casting, toldAgain(spent, casting.ballot.retryMark), spent)
  }

  const reserving = stage<Casting>(
    async (batch) => {
      const answers = await keys.reserve(batch.map(toReservation))
      deps.faultPoint?.('after-reserve')
      for (let i = 0; i < batch.length; i++) onReserved(batch[i]!, answers[i]!)
      log.go()
    },
    () => RESERVE_BATCH,
  )

  const isIdle = () => underWay.size === 0 && log.isIdle()

  const cast = (
    ballots: readonly CastBallot[],
    refusal: RefusalCode | null,
  ): Promise<readonly CastOutcome[]> => {
    const { promise, resolve } = Promise.withResolvers<readonly CastOutcome[]>()
    const outcomes = new Array<CastOutcome>(ballots.length)
    const deadlineMs = timer.elapsedMs() + answerWithinMs
    const turn: Turn = { outcomes, refusal, deadlineMs, missing: ballots.length, resolve }
    if (ballots.length === 0) resolve(outcomes)
    for (let place = 0; place < ballots.length; place++) {
      if (closed && !whenIdle) answer(turn, place, 'stopping')
      else if (underWay.size >= UNDER_WAY_LIMIT) answer(turn, place, 'too-busy')
      else enter(newCasting(ballots[place]!, turn, place))
    }
    reserving.go()
    return promise
  }

  const newCasting = (ballot: CastBallot, turn: Turn, place: number): Casting => ({
    ballot,
    tag: tagOf(ballot.credential),
    nonceHex: digest.nonceHex(),
    turn,
    place,
    refusal: null,
    inDoubt: false,
    askedMs: 0,
    district: -1,
    waits: 0,
  })

  const quiet = (): Promise<void> =>
    new Promise((resolve) => {
      const look = async () => {
        const reserved = isIdle()
          ? await keys.count().then(
              (count) => count.reserved,
              () => 1,
            )
          : 1
        if (reserved === 0 && isIdle()) resolve()
        else timer.after(QUIET_POLL_MS, look)
      }
      look()
    })

  const close = (): Promise<void> => {
    closed ??= (async () => {
      closing = true
      await new Promise<void>((resolve) => {
        whenIdle = resolve
        if (underWay.size === 0) resolve()
      })
      whenIdle = undefined
      await sweeper.stop()
      await Promise.all([keys.close(), append.close()])
    })()
    return closed
  }

  return {
    cast,
    keysUsed: () => keys.lastUsed(),
    quiet,
    close,
    closeVoting: () => keys.closeVoting(),
    state: () => ({ logUp: log.isUp(), ...sweeper.lastCount() }),
  }
}
