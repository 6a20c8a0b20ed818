/** The page: what it shows while waiting, and the sections of a snapshot. */
import { useEffect, useState } from 'preact/hooks'
import type { ResultsSnapshot } from '../../core/tally/snapshot.ts'
import { t } from '../shared/viewer.ts'
import type { Addresses } from './addresses.ts'
import { Announcer } from './announcer.tsx'
import { Balance } from './balance.tsx'
import type { Connection } from './connection.ts'
import { Contest } from './contest.tsx'
import { Districts } from './districts.tsx'
import { Downloads } from './downloads.tsx'
import { openFeed } from './feed.ts'
import { HiddenResults } from './hidden-results.tsx'
import { KeyFigures } from './key-figures.tsx'
import { Masthead } from './masthead.tsx'
import { StatusBar } from './status-bar.tsx'
import { Turnout } from './turnout.tsx'

export function App({ addresses }: { addresses: Addresses }) {
  const [snapshot, setSnapshot] = useState<ResultsSnapshot | null>(null)
  const [state, setState] = useState<Connection['state']>('waiting')
  useEffect(() => openFeed(addresses.stream, { snapshot: setSnapshot, state: setState }), [])
  const title = snapshot?.election.title
  useEffect(() => {
    if (title !== undefined) document.title = t.pageTitle(title)
  }, [title])

  if (snapshot === null) return <Waiting />
  const { contests, districts } = snapshot
  return (
    <>
      <a class="skip" href="#results">
        {t.skipToResults}
      </a>
      <StatusBar snapshot={snapshot} lost={state === 'lost'} />
      <main id="results" tabIndex={-1}>
        <Masthead snapshot={snapshot} />
        <KeyFigures snapshot={snapshot} />
        <div class="columns">
          <div class="contests">
            {contests === null ? (
              <HiddenResults closesAt={snapshot.election.closes_at} />
            ) : (
              contests.map((contest) => (
                <Contest key={contest.id} contest={contest} districts={districts} phase={snapshot.phase} />
              ))
            )}
          </div>
          <div class="beside">
            <Turnout snapshot={snapshot} />
            <Balance invariant={snapshot.invariant} />
            <Downloads addresses={addresses} available={contests !== null} />
          </div>
          {districts.length > 1 && <Districts snapshot={snapshot} />}
        </div>
      </main>
      <footer>
        <p>{t.footer}</p>
      </footer>
      <Announcer snapshot={snapshot} />
    </>
  )
}

function Waiting() {
  return (
    <main class="waiting">
      <h1>{t.waiting}</h1>
      <p>{t.waitingHint}</p>
    </main>
  )
}
