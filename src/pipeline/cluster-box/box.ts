/**
 * The ballot box of a cluster (contract: ports/ballot-box.ts): reserve the key, append the ballot,
 * mark the key used.
 *
 * A reservation is never released: from then on the ballot lies in the outbox, and this gateway, or
 * the sweeper of any other, brings it into the log. So a voter hears "recorded" once it is there, a
 * refusal where the key was never reserved, and `outcome-unknown` where neither is certain in time.
 */
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { BallotAppend } from '../../ports/ballot-append.ts'
import type { CastBallot, CastOutcome } from '../../ports/ballot-box.ts'
import type { KeyStatus } from '../../ports/key-status.ts'
import type { Timer } from '../../ports/timer.ts'
import type { ClusterBox, ClusterBoxDeps } from './box-contract.ts'
import { answer, newCasting, spentOn, type Turn } from './casting.ts'
import { type Landing, landing } from './landing.ts'
import { reserving } from './reserving.ts'
import { sweeping } from './sweeping.ts'
import { turnstile } from './turnstile.ts'

/** Ballots under way at most; past it ballots are refused as `too-busy`. */
const UNDER_WAY_LIMIT = 65_536
const QUIET_POLL_MS = 50
const DEFAULT_ANSWER_WITHIN_MS = 6_000
const DEFAULT_SWEEP_EVERY_MS = 1_000

/**
 * The longest a ballot reserved by a gateway can still be on its way into the log: it is sent
 * within one delivery time-out of its reservation, or reserved anew.
 */
export function longestOnTheWayMs(append: Pick<BallotAppend, 'deliveryTimeoutMs'>): number {
  return 2 * append.deliveryTimeoutMs
}

export function clusterBox(deps: ClusterBoxDeps): ClusterBox {
  const { keys, append, tagOf, digest, timer } = deps
  const { answerWithinMs = DEFAULT_ANSWER_WITHIN_MS, sweepEveryMs: everyMs = DEFAULT_SWEEP_EVERY_MS } = deps
  let closing = false
  let drained = false
  let closed: Promise<void> | undefined

  const doors = turnstile(
    (casting) => reserve.push(casting),
    () => reserve.go(),
  )
  const { settle } = doors
  const reserve = reserving({ ...deps, settle, landing: () => log, isClosing: () => closing })
  const log: Landing = landing(deps, { settle, later: reserve.later, spentOn })
  const sweeper = sweeping({ keys, timer, digest, everyMs, log, sweepAfterMs: deps.sweepAfterMs })

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
      if (drained) answer({ turn, place }, 'stopping')
      else if (doors.size() >= UNDER_WAY_LIMIT) answer({ turn, place }, 'too-busy')
      else {
        const ballot = ballots[place]!
        doors.enter(newCasting(ballot, tagOf(ballot.credential), digest.nonceHex(), turn, place))
      }
    }
    reserve.go()
    return promise
  }

  const close = (): Promise<void> => {
    closed ??= (async () => {
      closing = true
      await doors.empty()
      drained = true
      await sweeper.stop()
      await Promise.all([keys.close(), append.close()])
    })()
    return closed
  }

  return {
    cast,
    keysUsed: () => keys.lastUsed(),
    quiet: () => quietly(() => doors.size() === 0 && log.isIdle(), keys, timer),
    close,
    closeVoting: () => keys.closeVoting(),
    state: () => ({ logUp: log.isUp(), ...sweeper.lastCount() }),
  }
}

/**
 * Resolves at a moment when this gateway has no ballot under way and the outbox, as far as it can
 * be asked, none.
 */
function quietly(isIdle: () => boolean, keys: Pick<KeyStatus, 'count'>, timer: Timer): Promise<void> {
  const isEmpty = () =>
    keys.count().then(
      ({ reserved }) => reserved === 0,
      () => false,
    )
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      if (isIdle() && (await isEmpty()) && isIdle()) resolve()
      else timer.after(QUIET_POLL_MS, look)
    }
    look()
  })
}
