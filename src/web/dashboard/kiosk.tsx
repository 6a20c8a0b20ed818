/** A wall nobody touches: big type, no controls, and one thing after the other. */
import { useEffect, useState } from 'preact/hooks'
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { BareHeader } from './bare-header.tsx'
import { Contest } from './contest.tsx'
import { districtRows } from './district-rows.ts'
import { DistrictTable } from './district-table.tsx'
import { HeldBack } from './held-back.tsx'
import { HiddenResults } from './hidden-results.tsx'
import { KeyFigures } from './key-figures.tsx'
import { DISTRICTS_SHOWN, type Slide, slideAt, slideCount } from './slides.ts'
import { Freshness, timeOf } from './status-bar.tsx'
import { TurnoutChart, turnoutPoints } from './turnout.tsx'
import { useFitting } from './use-fitting.ts'
import { f, t } from './viewer.ts'

/** Options shown, where so many fit. */
const OPTIONS = 8
const LEAST_OPTIONS = 2

interface KioskProps {
  readonly snapshot: ResultsSnapshot
  readonly lost: boolean
  readonly rotateMs: number
}

export function Kiosk({ snapshot, lost, rotateMs }: KioskProps) {
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    document.documentElement.classList.add('wall')
    const timer = setInterval(() => setTurn((old) => old + 1), rotateMs)
    return () => clearInterval(timer)
  }, [rotateMs])
  const { contests, districts } = snapshot
  const ids = contests?.map(({ id }) => id) ?? null
  const slides = slideCount(ids, districts.length)
  return (
    <div class="kiosk">
      <BareHeader snapshot={snapshot} />
      <main>
        <div>
          <KeyFigures snapshot={snapshot} />
          <HeldBack snapshot={snapshot} />
        </div>
        <SlideView key={turn} slide={slideAt(turn, ids, districts.length)} snapshot={snapshot} />
      </main>
      <footer class={lost ? 'lost' : ''}>
        <p>
          {!lost && <Freshness snapshot={snapshot} />}
          <span role="status">{lost && t.connectionLost(timeOf(snapshot))}</span>
        </p>
        <p>{t.slideOf(f.count((turn % slides) + 1), f.count(slides))}</p>
      </footer>
    </div>
  )
}

function SlideView({ slide, snapshot }: { slide: Slide; snapshot: ResultsSnapshot }) {
  const { contests, districts, election } = snapshot
  switch (slide.kind) {
    case 'contest':
      return <FittingContest contest={contests!.find(({ id }) => id === slide.id)!} of={snapshot} />
    case 'hidden':
      return <HiddenResults closesAt={election.closes_at} />
    case 'turnout':
      return (
        <section class="panel" aria-labelledby="turnout">
          <h2 id="turnout">{t.turnoutOverTime}</h2>
          <TurnoutChart points={turnoutPoints(snapshot)} eligible={snapshot.eligible} rems={20} />
        </section>
      )
    case 'districts': {
      const contest = contests?.find(({ id }) => id === slide.contest) ?? null
      const rows = districtRows(districts, contest).slice(slide.from, slide.from + DISTRICTS_SHOWN)
      const until = Math.min(slide.from + DISTRICTS_SHOWN, districts.length)
      return (
        <section class="panel districts" aria-labelledby="districts">
          <h2 id="districts">
            {t.byDistrict}
            {contest !== null && contests!.length > 1 && (
              <>
                : <bdi>{contest.title}</bdi>
              </>
            )}
          </h2>
          <DistrictTable
            rows={rows}
            options={contest?.options ?? null}
            suppressBelow={election.suppress_below}
          />
          <p class="shown">
            {t.districtsFrom(f.count(slide.from + 1), f.count(until), f.figure(districts.length))}
          </p>
        </section>
      )
    }
  }
}

function FittingContest({ contest, of }: { contest: ContestSnapshot; of: ResultsSnapshot }) {
  const { ref, count } = useFitting<HTMLDivElement>(OPTIONS, LEAST_OPTIONS)
  return (
    <div class="fitting" ref={ref}>
      <Contest contest={contest} of={of} atMost={count} />
    </div>
  )
}
