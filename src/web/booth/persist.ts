/**
 * Asks until there is an answer: a wait that grows, told to the voter, cut short when they say so.
 * No clock of its own.
 */
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { Answer } from './calls.ts'

/** Seconds before the second, third … try; the last for all that follow. */
const WAITS_S = [2, 4, 8, 15, 30]

/** Why there is a wait: the server said so, or nothing was heard. */
export interface Wait {
  readonly why: RefusalCode | 'lost'
  readonly seconds: number
}

export interface Patience {
  /** Told of each wait, and of its end. */
  readonly waiting: (wait: Wait | null) => void
  /** Resolves after the time, or earlier where the voter will not wait. */
  readonly pause: (ms: number) => Promise<void>
  /** 0 up to 1, so that a crowd that was refused together does not come back together. */
  readonly random: () => number
}

/**
 * The first answer that settles it, or null where `isWanted` says that nobody waits for it any
 * more.
 */
export async function persist<T>(
  call: () => Promise<Answer<T>>,
  { waiting, pause, random }: Patience,
  isWanted: () => boolean = () => true,
): Promise<Extract<Answer<T>, { kind: 'ok' | 'refused' }> | null> {
  for (let tries = 0; ; tries++) {
    const answer = await call()
    if (!isWanted()) return null
    if (answer.kind === 'ok' || answer.kind === 'refused') return answer
    const growing = WAITS_S[Math.min(tries, WAITS_S.length - 1)]! * (1 + random() / 4)
    const seconds = Math.ceil(Math.max(growing, answer.kind === 'later' ? answer.seconds : 0))
    waiting({ why: answer.kind === 'later' ? answer.code : 'lost', seconds })
    await pause(seconds * 1000)
    if (!isWanted()) return null
    waiting(null)
  }
}
