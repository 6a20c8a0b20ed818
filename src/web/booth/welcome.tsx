/**
 * The first sight of one's own ballot: district, contests, and that nothing happens before Cast.
 */
import type { ShownBallot, ShownDefinition } from './booth-state.ts'
import { rich } from './rich-loading.ts'
import { Step } from './step.tsx'
import { f, t } from './words.ts'

interface WelcomeProps {
  readonly definition: ShownDefinition
  readonly ballot: ShownBallot
  readonly onStart: () => void
}

export function Welcome({
  definition,
  ballot: { district, contests, again, restored },
  onStart,
}: WelcomeProps) {
  return (
    <Step
      title={t.welcomeTitle}
      election={definition.title}
      before={rich && <rich.Letterhead definition={definition} />}
    >
      {again && <p class="note warn">{t.notCastBefore}</p>}
      {restored && <p class="note">{t.restored}</p>}
      <dl class="facts">
        {district && (
          <div>
            <dt>{t.district}</dt>
            <dd>
              <bdi>{district.name}</bdi>
            </dd>
          </div>
        )}
        <div>
          <dt>{t.contests}</dt>
          <dd>{t.contestCount(f.figure(contests.length))}</dd>
        </div>
        <div>
          <dt>{t.votingCloses}</dt>
          <dd>
            <time dateTime={definition.closes_at}>{f.dateTime(Date.parse(definition.closes_at))}</time>
          </dd>
        </div>
      </dl>
      <p>{t.welcomeHint}</p>
      <p class="hint">{t.noReload}</p>
      <p class="hint">{t.privateWindow}</p>
      <div class="actions">
        <button type="button" class="primary" onClick={onStart}>
          {t.start}
        </button>
      </div>
    </Step>
  )
}
