/**
 * Repeats a request until there is an answer, with growing waits that the voter sees and can skip.
 */
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { Answer } from './calls.ts'

/** Seconds before the second, third … try; the last for all that follow. */
const WAITS_S = [2, 4, 8, 15, 30]

/** Why there is a wait: the server asked for it, or it did not answer. */
export interface Wait {
  readonly why: RefusalCode | 'lost'
  readonly seconds: number
}

export interface Patience {
  /** Receives each wait, and its end. */
  readonly waiting: (wait: Wait | null) => void
  /** Resolves after the time, or earlier if the voter skips the wait. */
  readonly pause: (ms: number) => Promise<void>
  /**
   * A random number from 0 to 1, so that a crowd that was refused together does not return
   * together.
   */
  readonly random: () => number
}

/** Returns the first final answer, or null if `isWanted` returns false. */
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
