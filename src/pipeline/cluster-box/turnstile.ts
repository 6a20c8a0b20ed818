/**
 * One ballot per key at a time: a ballot waits behind an earlier one with its key that is still on
 * its way, and is answered with it where that tells what the key is spent on. No I/O.
 */
import type { CastOutcome } from '../../ports/ballot-box.ts'
import type { Tag } from '../../ports/digest.ts'
import { answer, askedAgain, type Casting, type Spent } from './casting.ts'

export interface Turnstile {
  /** Lets a ballot through, or has it wait. */
  readonly enter: (casting: Casting) => void
  /**
   * @param spent what its key is known to be spent on, which answers those that wait behind it too
   */
  readonly settle: (casting: Casting, outcome: CastOutcome, spent?: Spent) => void
  /** Ballots that were let through and are not settled. */
  readonly size: () => number
  /** Resolves as soon as there are none. */
  readonly empty: () => Promise<void>
}

/**
 * @param through takes a ballot that is let through
 * @param go called after some were let through in place of one that was settled
 */
export function turnstile(through: (casting: Casting) => void, go: () => void): Turnstile {
  const underWay = new Set<Tag>()
  const blocked = new Map<Tag, Casting[]>()
  let whenEmpty: (() => void) | undefined

  const enter = (casting: Casting): void => {
    if (underWay.has(casting.tag)) {
      const behind = blocked.get(casting.tag)
      if (behind) behind.push(casting)
      else blocked.set(casting.tag, [casting])
      return
    }
    underWay.add(casting.tag)
    through(casting)
  }

  const settle = (casting: Casting, outcome: CastOutcome, spent?: Spent): void => {
    underWay.delete(casting.tag)
    answer(casting, outcome)
    const behind = blocked.get(casting.tag)
    if (behind) {
      blocked.delete(casting.tag)
      for (const next of behind)
        if (spent) answer(next, askedAgain(spent, next.ballot.retryMark))
        else enter(next)
      go()
    }
    if (underWay.size === 0) whenEmpty?.()
  }

  const empty = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      whenEmpty = resolve
      if (underWay.size === 0) resolve()
    })
    whenEmpty = undefined
  }

  return { enter, settle, size: () => underWay.size, empty }
}
