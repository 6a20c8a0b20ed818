/** The whole page of a snapshot: live, paused, or at an earlier moment of the count. */
import { useState } from 'preact/hooks'
import type { Pulse } from '../../core/status/pulse.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import type { Addresses } from './addresses.ts'
import { Announcer } from './announcer.tsx'
import { Balance } from './balance.tsx'
import { Contest } from './contest.tsx'
import { Downloads } from './downloads.tsx'
import { HeldBack } from './held-back.tsx'
import { NoContests } from './hidden-results.tsx'
import { KeyFigures } from './key-figures.tsx'
import { useLater } from './later.ts'
import { Masthead } from './masthead.tsx'
import { snapshotAt } from './past.ts'
import { Shares } from './shares.tsx'
import { StatusBar } from './status-bar.tsx'
import { TakeAway } from './take-away.tsx'
import { Turnout, turnoutPoints } from './turnout.tsx'
import { useHistory } from './use-history.ts'
import { t } from './viewer.ts'

interface PageProps {
  readonly addresses: Addresses
  /** The newest snapshot. */
  readonly snapshot: ResultsSnapshot
  readonly lost: boolean
  /** The page requests single snapshots, because the network lets no stream through. */
  readonly polled: boolean
  readonly pulse: Pulse | null
}

export function Page({ addresses, snapshot: newest, lost, polled, pulse }: PageProps) {
  const [paused, setPaused] = useState<ResultsSnapshot | null>(null)
  const [momentS, setMomentS] = useState<number | null>(null)
  const { history, lack, load } = useHistory(addresses.history)
  const many = newest.districts.length > 1
  const Districts = useLater(many, async () => (await import('./districts.tsx')).Districts)
  const now = paused ?? newest
  const points = turnoutPoints(now)
  const shown = momentS === null ? now : snapshotAt(now, points, history, momentS)
  const { contests } = shown
  // At an earlier moment the election had no winner yet.
  const counted = momentS === null ? shown : ({ ...shown, phase: 'open' } as const)

  return (
    <>
      <a class="skip" href="#results">
        {t.skipToResults}
      </a>
      <StatusBar
        snapshot={shown}
        lost={lost}
        polled={polled}
        paused={paused !== null}
        setPaused={(pause) => setPaused(pause ? newest : null)}
        past={momentS !== null}
        backToNow={() => setMomentS(null)}
      />
      <main id="results" tabIndex={-1}>
        <Masthead snapshot={shown} />
        <KeyFigures snapshot={shown} />
        <HeldBack snapshot={shown} />
        <div class="columns">
          <div class="contests">
            {contests?.map((contest) => (
              <Contest key={contest.id} contest={contest} of={counted}>
                <Shares snapshot={now} contest={contest} history={history} load={load} />
                <TakeAway snapshot={shown} contest={contest} />
              </Contest>
            ))}
            {contests === null && (
              <NoContests hidden={now.contests === null} closesAt={now.election.closes_at} lack={lack} />
            )}
          </div>
          <div class="beside">
            <Turnout
              snapshot={now}
              points={points}
              askedS={momentS}
              moment={momentS === null ? null : { timeS: Date.parse(shown.as_of) / 1000, cast: shown.cast }}
              setMoment={setMomentS}
              onTouch={load}
            />
            <Balance snapshot={now} pulse={pulse} verifier={addresses.verifier} />
            <Downloads
              addresses={addresses}
              available={now.contests !== null}
              certified={now.log?.certified_at !== undefined}
            />
          </div>
          {Districts !== null && <Districts snapshot={now} past={momentS !== null} />}
        </div>
      </main>
      <footer>
        <p>{now.log?.certified_at === undefined ? t.footer : t.footerCertified}</p>
      </footer>
      {paused === null && momentS === null && <Announcer snapshot={newest} />}
    </>
  )
}
