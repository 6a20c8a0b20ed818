/**
 * A wall: large type, no controls, one slide after the other. A presenter's remote or a keyboard
 * turns it, too.
 */
import { useEffect, useLayoutEffect, useReducer } from 'preact/hooks'
import type { ResultsSnapshot } from '../../../core/status/snapshot.ts'
import { BareHeader } from '../bare-header.tsx'
import { HiddenResults } from '../hidden-results.tsx'
import type { RecentChanges } from '../recent-changes.ts'
import { Freshness, timeOf } from '../status-bar.tsx'
import { TurnoutChart, turnoutPoints } from '../turnout.tsx'
import { useChanges } from '../use-changes.ts'
import { useSize } from '../use-size.ts'
import { f, t } from '../viewer.ts'
import { type Slide, slideAt, slideCount } from './slides.ts'
import { WallContest } from './wall-contest.tsx'
import { WallDistricts } from './wall-districts.tsx'
import { WallFigures } from './wall-figures.tsx'
import { WallMap } from './wall-map.tsx'

interface KioskProps {
  readonly snapshot: ResultsSnapshot
  readonly lost: boolean
  readonly rotateMs: number
}

export function Kiosk({ snapshot, lost, rotateMs }: KioskProps) {
  const { turn, page, setPages } = useTurns(rotateMs)
  const changes = useChanges(snapshot)
  const { contests, districts } = snapshot
  const ids = contests?.map(({ id }) => id) ?? null
  const hasMap = snapshot.election.map !== undefined
  const slides = slideCount(ids, districts.length, hasMap)
  return (
    <div class="kiosk" data-turn={turn} data-page={page}>
      <BareHeader snapshot={snapshot} />
      <main>
        <WallFigures snapshot={snapshot} />
        <SlideView
          key={turn}
          slide={slideAt(turn, ids, districts.length, hasMap)}
          snapshot={snapshot}
          changes={changes}
          page={page}
          onPages={setPages}
        />
      </main>
      <footer class={lost ? 'lost' : ''}>
        <p>
          {!lost && <Freshness snapshot={snapshot} />}
          <span role="status">{lost && t.connectionLost(timeOf(snapshot))}</span>
        </p>
        <p class="turn">{t.slideOf(f.count((turn % slides) + 1), f.count(slides))}</p>
      </footer>
    </div>
  )
}

const FORWARD = new Set(['PageDown', 'ArrowRight', 'ArrowDown', ' ', 'Enter'])
const BACK = new Set(['PageUp', 'ArrowLeft', 'ArrowUp', 'Backspace'])

/**
 * The position of the wall: how often it has turned, and the page of its present slide. Each page
 * stays for `rotateMs`.
 */
function useTurns(rotateMs: number) {
  const [at, move] = useReducer(moved, { turn: 0, page: 0, pages: 1 })
  useLayoutEffect(() => {
    document.documentElement.classList.add('wall')
    const onKey = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
      if (ctrlKey || altKey || metaKey) return
      if (FORWARD.has(key)) move('forward')
      else if (BACK.has(key)) move('back')
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  useEffect(() => {
    const timer = setTimeout(() => move('forward'), rotateMs)
    return () => clearTimeout(timer)
  }, [at.turn, at.page, rotateMs])
  return { ...at, setPages: move }
}

/** Where the wall is, and the number of pages of its present slide, which the slide measures. */
interface Position {
  readonly turn: number
  readonly page: number
  readonly pages: number
}

/** The position after a step, or with the number of pages just measured. */
function moved(at: Position, move: 'forward' | 'back' | number): Position {
  if (typeof move === 'number') return move === at.pages ? at : { ...at, pages: move }
  if (move === 'forward')
    return at.page + 1 < at.pages ? { ...at, page: at.page + 1 } : { turn: at.turn + 1, page: 0, pages: 1 }
  if (at.page > 0) return { ...at, page: at.page - 1 }
  return at.turn > 0 ? { turn: at.turn - 1, page: 0, pages: 1 } : at
}

interface SlideProps {
  readonly slide: Slide
  readonly snapshot: ResultsSnapshot
  readonly changes: RecentChanges
  readonly page: number
  readonly onPages: (pages: number) => void
}

function SlideView({ slide, snapshot, changes, page, onPages }: SlideProps) {
  const contestOf = (id: string | null) => snapshot.contests?.find((contest) => contest.id === id) ?? null
  switch (slide.kind) {
    case 'contest':
      return <WallContest contest={contestOf(slide.id)!} of={snapshot} page={page} onPages={onPages} />
    case 'hidden':
      return <HiddenResults closesAt={snapshot.election.closes_at} />
    case 'turnout':
      return <WallTurnout snapshot={snapshot} />
    case 'map':
      return <WallMap snapshot={snapshot} contest={contestOf(slide.contest)} page={page} onPages={onPages} />
    case 'districts':
      return <WallDistricts snapshot={snapshot} contest={contestOf(slide.contest)} changes={changes} />
  }
}

function WallTurnout({ snapshot }: { snapshot: ResultsSnapshot }) {
  const { ref, height, rem } = useSize<HTMLDivElement>()
  return (
    <section class="panel" aria-labelledby="turnout">
      <h2 id="turnout">{t.turnoutOverTime}</h2>
      <div class="room" ref={ref}>
        {height > 0 && (
          <TurnoutChart
            points={turnoutPoints(snapshot)}
            eligible={snapshot.eligible}
            rems={Math.floor(height / rem)}
          />
        )}
      </div>
    </section>
  )
}
