/**
 * The page. It shows one feed in one of three views: the whole page, a wall, or one contest
 * embedded in another site.
 */
import { useEffect, useState } from 'preact/hooks'
import type { Pulse } from '../../core/status/pulse.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import type { Addresses } from './addresses.ts'
import { asItIs, ballotTexts, type InReadersLanguage } from './ballot-texts.ts'
import type { Connection } from './connection.ts'
import { Embed } from './embed.tsx'
import { openFeed } from './feed.ts'
import { useLater } from './later.ts'
import { Page } from './page.tsx'
import type { ViewOptions } from './view-options.ts'
import { t } from './viewer.ts'

interface AppProps {
  readonly addresses: Addresses
  readonly options: ViewOptions
}

export function App({ addresses, options, needsToken }: AppProps & { readonly needsToken: boolean }) {
  /**
   * `shut`: no token yet. `open`: the server accepts the token, or needs none. `refused`: the
   * server has refused the token.
   */
  const [door, setDoor] = useState<'shut' | 'open' | 'refused'>(needsToken ? 'shut' : 'open')
  const Gate = useLater(needsToken, async () => (await import('./token-gate.tsx')).TokenGate)
  if (door === 'open') return <Count {...{ addresses, options }} />
  if (Gate === null) return <Waiting />
  return (
    <Gate
      addresses={addresses}
      refused={door === 'refused'}
      framed={options.embed !== null}
      onOpen={() => setDoor('open')}
      onRefused={() => setDoor('refused')}
    />
  )
}

function Count({ addresses, options }: AppProps) {
  const [received, setSnapshot] = useState<ResultsSnapshot | null>(null)
  const [inReadersLanguage, setTexts] = useState<InReadersLanguage>(() => asItIs)
  const [state, setState] = useState<Connection['state']>('waiting')
  const [pulse, setPulse] = useState<Pulse | null>(null)
  useEffect(
    () => openFeed(addresses.results, { snapshot: setSnapshot, state: setState, pulse: setPulse }),
    [],
  )
  const election = received?.election
  useEffect(() => {
    // If the definition cannot be read, the names stay in the election's first language.
    if (election)
      void ballotTexts(election, options.language ?? t.lang).then(
        (texts) => setTexts(() => texts),
        () => {},
      )
  }, [election?.id])
  const title = received && inReadersLanguage(received).election.title
  useEffect(() => {
    if (title !== null) document.title = t.pageTitle(title)
  }, [title])

  const Kiosk = useLater(options.kiosk, async () => (await import('./wall/kiosk.tsx')).Kiosk)

  if (received === null || (options.kiosk && Kiosk === null)) return <Waiting />
  const snapshot = inReadersLanguage(received)
  const lost = state === 'lost'
  if (options.embed !== null) return <Embed snapshot={snapshot} lost={lost} contestId={options.embed} />
  if (Kiosk !== null) return <Kiosk snapshot={snapshot} lost={lost} rotateMs={options.rotateMs} />
  return (
    <Page addresses={addresses} snapshot={snapshot} lost={lost} polled={state === 'polled'} pulse={pulse} />
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
