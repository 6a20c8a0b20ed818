/**
 * The booth itself: from a key to a receipt, as states that the page shows. It draws nothing and
 * knows no browser, so that every way a cast can go wrong is tested without one.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { type Ballot, isOnBallot, type OnBallot } from './booth-state.ts'
import type { Receipt } from './calls.ts'
import { type BoothDeps, begin, type Course, cast, enter, show, stand } from './errands.ts'
import type { Marks } from './marks.ts'

export interface Booth {
  /** @param receipt the one that this tab showed before it was loaded again */
  readonly begin: (arrival: VoterKeyPair | 'damaged' | undefined, receipt?: Receipt) => Promise<void>
  readonly enter: (key: VoterKeyPair) => Promise<void>
  readonly askForKey: () => void
  readonly mark: (marks: Marks) => void
  readonly goTo: (place: OnBallot) => void
  readonly cast: () => Promise<void>
  /** Takes the receipt off the page. */
  readonly finish: () => void
  /** Shows a ballot that cannot be cast. */
  readonly trySample: (ballot: Ballot) => void
  /** The page may be gone for good: keeps what it takes to ask about a ballot on its way. */
  readonly leave: () => void
}

export function createBooth(deps: BoothDeps): Booth {
  const course: Course = {
    deps,
    state: { stage: { at: 'loading' }, wait: null, definition: null, ballot: null },
    marks: null,
    sending: null,
    errand: 0,
  }
  // What the browser cannot do is no lost answer: the page says so, and does not ask again.
  const failing = async (errand: Promise<void>) => {
    try {
      await errand
    } catch {
      stand(course, { at: 'broken', sent: course.sending !== null }, { ballot: null })
    }
  }
  return {
    begin: (arrival, receipt) => failing(begin(course, arrival, receipt)),
    enter: (key) => failing(enter(course, key)),
    askForKey: () => {
      course.errand++
      stand(course, { at: 'key', damagedLink: false }, { ballot: null })
    },
    mark: (marks) => {
      const { ballot } = course.state
      if (ballot !== null) show(course, { ballot: { ...ballot, marks } })
    },
    goTo: (place) => {
      const { ballot, stage } = course.state
      if (ballot !== null && isOnBallot(stage)) stand(course, place)
    },
    cast: () => failing(cast(course)),
    finish: () => stand(course, { at: 'finished', earlier: false, dropped: false }),
    trySample: (ballot) => {
      const at =
        ballot.contests.length > 0
          ? ({ at: 'contest', index: 0, changing: false } as const)
          : ({ at: 'review' } as const)
      stand(course, at, { ballot })
    },
    leave: () => void course.sending?.keep(),
  }
}
