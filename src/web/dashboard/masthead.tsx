/** The election's title, its opening and closing times, and whether its votes are simulated. */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { LanguageSwitch } from './language-switch.tsx'
import { f, t } from './viewer.ts'

export function Masthead({ snapshot: { election, phase, log } }: { snapshot: ResultsSnapshot }) {
  return (
    <div class="masthead">
      {election.simulated && (
        <p class="simulated">
          <strong>{t.simulated}</strong> <span>{t.simulatedHint}</span>
        </p>
      )}
      <h1>
        <bdi>{election.title}</bdi>
      </h1>
      <div class="below-title">
        <dl class="times">
          <Time label={phase === 'not-open' ? t.opensAt : t.openedAt} iso={election.opens_at} />
          <Time label={phase === 'closed' ? t.closedAt : t.closesAt} iso={election.closes_at} />
          {phase === 'closed' && log?.certified_at && <Time label={t.certified} iso={log.certified_at} />}
        </dl>
        <LanguageSwitch />
      </div>
    </div>
  )
}

function Time({ label, iso }: { label: string; iso: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <time dateTime={iso}>{f.dateTime(Date.parse(iso))}</time>
      </dd>
    </div>
  )
}
