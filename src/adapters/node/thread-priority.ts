/**
 * The priority of a thread that works beside the votes: where processors are short, they go first.
 * On Linux it is the thread's own; elsewhere it would be the whole server's, and is left alone.
 */
import { getPriority, setPriority } from 'node:os'

/**
 * The votes get nine times as much where both want the same processor. Further back, a thread
 * beside ten busy ones stands still for minutes, and a publisher that is silent for 30 s loses its
 * lead.
 */
const BEHIND_VOTES = 10

export interface Priorities {
  readonly get: () => number
  /** @throws where the system does not allow it */
  readonly set: (priority: number) => void
}

/** Told whether the thread has fallen behind. */
export type SetLate = (isLate: boolean) => void

/** Steps back behind the votes at once, where a thread has a priority. */
export function stepBackBehindVotes(): SetLate {
  if (process.platform !== 'linux') return () => {}
  return stepBack({ get: () => getPriority(), set: (priority) => setPriority(priority) })
}

/**
 * A thread that has fallen behind is as urgent as the votes until it has caught up. To become more
 * urgent again takes a right that a plain user of the system lacks; without it the thread stays
 * back.
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
      // Not allowed: it stays as it is.
    }
  }
  become(back)
  return (isLate) => become(isLate ? urgent : back)
}
