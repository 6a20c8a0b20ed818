/**
 * The balance for everybody (docs/invariants.md, "The balance"): four counters that must be one number, and a loud
 * alarm when they are not.
 */
import type { InvariantSnapshot } from '../../core/status/snapshot.ts'
import { f, t } from './viewer.ts'

interface BalanceProps {
  readonly invariant: InvariantSnapshot
  /** Address of the page that checks the log itself. */
  readonly verifier: string
}

export function Balance({ invariant, verifier }: BalanceProps) {
  const numbers = [
    [t.keysUsed, invariant.keys_used],
    [t.ballotsStored, invariant.ballots_stored],
    [t.ballotsTallied, invariant.ballots_tallied],
    [t.ballotsSummed, invariant.ballots_summed],
  ] as const
  // Looked at here too: a page for people who trust nobody does not take the server's word for it.
  const equal = numbers.every(([, n]) => n === invariant.keys_used)
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
      <dl class="counters">
        {numbers.map(([label, n]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="number">{f.count(n)}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{settling ? t.settlingMeaning : holds ? t.balanceMeaning : t.imbalanceMeaning}</p>
      <p class="check-yourself">
        <a href={verifier}>{t.checkYourself}</a>
      </p>
    </section>
  )
}
