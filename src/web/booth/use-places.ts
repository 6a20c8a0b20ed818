/**
 * The browser's own Back and Forward, among the pages of the ballot. An entry of the tab's history
 * holds a page's number and nothing else: no key, no choice.
 */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Booth } from './booth.ts'
import { type BoothState, isOnBallot, type Stage } from './booth-state.ts'

/** 0 the welcome, 1 … n the contests, n + 1 the review; -1 elsewhere. */
function placeOf(stage: Stage, contests: number): number {
  if (!isOnBallot(stage)) return -1
  return stage.at === 'welcome' ? 0 : stage.at === 'contest' ? stage.index + 1 : contests + 1
}

/** @param kept whether the history may hold the ballot's pages */
export function usePlaces(booth: Booth, { stage, ballot }: BoothState, kept: boolean): void {
  const contests = ballot?.contests.length ?? 0
  const place = kept ? placeOf(stage, contests) : -1
  const count = useRef(contests)
  count.current = contests
  // With the page itself, not after it is painted: a Back pressed at once must find the entry
  // there.
  useLayoutEffect(() => {
    if (place < 0 || history.state?.place === place) return
    // The first page takes the place of the one the voter arrived at.
    history[place === 0 ? 'replaceState' : 'pushState']({ place }, '')
  }, [place])
  useEffect(() => {
    const onPop = ({ state }: PopStateEvent) => {
      const to = state?.place
      if (typeof to !== 'number' || to < 0 || to > count.current + 1) return
      if (to === 0) booth.goTo({ at: 'welcome' })
      else if (to > count.current) booth.goTo({ at: 'review' })
      else booth.goTo({ at: 'contest', index: to - 1, changing: false })
    }
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [booth])
}
