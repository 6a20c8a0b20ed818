/**
 * The balance (docs/invariants.md, "The balance"): four counters that must be equal, and a visible
 * alarm if they are not. "About this count" shows the counters and how the count flows.
 */
import { useState } from 'preact/hooks'
import type { Pulse } from '../../core/status/pulse.ts'
import type { InvariantSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { useLater } from './later.ts'
import { f, t } from './viewer.ts'

interface BalanceProps {
  readonly snapshot: ResultsSnapshot
  readonly pulse: Pulse | null
  /** Address of the page that checks the public log. */
  readonly verifier: string
}

export function Balance({ snapshot, pulse, verifier }: BalanceProps) {
  const { invariant } = snapshot
  // The page compares the counters too. Its readers need not trust the server's verdict.
  const equal = countersOf(invariant).every(([, n]) => n === invariant.keys_used)
  const settling = !equal && invariant.holds && invariant.settling === true
  const holds = (invariant.holds && equal) || settling
  return (
    <section class={holds ? 'panel balance' : 'panel balance alarm'} aria-labelledby="balance">
      <h2 id="balance">{t.balance}</h2>
      {holds ? (
        <p class="verdict">
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="12" />
            <path d="M6.5 12.5l3.7 3.7 7.3-8" />
          </svg>
          {settling ? t.settling : t.balances}
        </p>
      ) : (
        <p class="verdict" role="alert">
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 1l11.5 21H.5z" />
            <path class="mark" d="M12 8v7m0 2.5v2" />
          </svg>
          {t.doesNotBalance}
        </p>
      )}
      {!holds && <Counters invariant={invariant} />}
      <p class="hint">{settling ? t.settlingMeaning : holds ? t.balanceMeaning : t.imbalanceMeaning}</p>
      <p class="check-yourself">
        <a href={verifier}>{t.checkYourself}</a>
      </p>
      <About snapshot={snapshot} pulse={pulse} counters={holds} />
    </section>
  )
}

interface AboutProps {
  readonly snapshot: ResultsSnapshot
  readonly pulse: Pulse | null
  readonly counters: boolean
}

/** Loads and computes its figures only when the reader opens it. */
function About({ snapshot, pulse, counters }: AboutProps) {
  const [open, setOpen] = useState(false)
  const Pipeline = useLater(open, async () => (await import('./pipeline.tsx')).Pipeline)
  return (
    <details class="about" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.aboutCount}</summary>
      {open && counters && <Counters invariant={snapshot.invariant} />}
      {open && Pipeline !== null && <Pipeline snapshot={snapshot} pulse={pulse} />}
    </details>
  )
}

function Counters({ invariant }: { invariant: InvariantSnapshot }) {
  return (
    <dl class="counters">
      {countersOf(invariant).map(([label, n]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class="number">{f.count(n)}</dd>
        </div>
      ))}
    </dl>
  )
}

function countersOf(invariant: InvariantSnapshot) {
  return [
    [t.keysUsed, invariant.keys_used],
    [t.ballotsStored, invariant.ballots_stored],
    [t.ballotsTallied, invariant.ballots_tallied],
    [t.ballotsSummed, invariant.ballots_summed],
  ] as const
}
