/**
 * The priority of a thread that works beside the votes: if processors are scarce, votes go first.
 * On Linux it is the thread's own priority; elsewhere it would be the whole server's, so it stays
 * unchanged.
 */
import { getPriority, setPriority } from 'node:os'

/**
 * The votes get nine times as much if both compete for a processor. With an even lower priority, a
 * thread beside ten busy ones would stand still for minutes, and a publisher that is silent for 30
 * s loses its lead.
 */
const BEHIND_VOTES = 10

export interface Priorities {
  readonly get: () => number
  /** @throws if the system does not permit it */
  readonly set: (priority: number) => void
}

/** Sets whether the thread has fallen behind. */
export type SetLate = (isLate: boolean) => void

/** Lowers the thread's priority below the votes' at once, if threads have priorities here. */
export function stepBackBehindVotes(): SetLate {
  if (process.platform !== 'linux') return () => {}
  return stepBack({ get: () => getPriority(), set: (priority) => setPriority(priority) })
}

/**
 * A thread that has fallen behind gets the votes' priority until it has caught up. Raising it again
 * needs a permission that an ordinary user lacks; without it, the thread keeps the low priority.
 */
export function stepBack({ get, set }: Priorities): SetLate {
  const urgent = get()
  const back = Math.max(urgent, BEHIND_VOTES)
  let current = urgent
  const become = (priority: number): void => {
    if (priority === current) return
    try {
      set(priority)
      current = priority
    } catch {
      // Not permitted: the priority stays as it is.
    }
  }
  become(back)
  return (isLate) => become(isLate ? urgent : back)
}
