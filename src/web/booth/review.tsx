/**
 * The whole ballot before it is cast: what was chosen, what was left open, and a Cast that stands
 * apart.
 */
import { useRef, useState } from 'preact/hooks'
import type { ShownBallot, ShownContest } from './booth-state.ts'
import { isBlank, type Marks, marksIn, votesIn } from './marks.ts'
import { Step } from './step.tsx'
import { f, t } from './words.ts'

interface ReviewProps {
  readonly ballot: ShownBallot
  readonly election: string
  readonly onChange: (index: number) => void
  readonly onCast: () => void
  /** From the start again, of a sample. */
  readonly onAgain: () => void
}

export function Review({ ballot, election, onChange, onCast, onAgain }: ReviewProps) {
  const { contests, marks, key, remembers } = ballot
  return (
    <Step title={t.reviewTitle} election={election}>
      <p>{t.reviewHint}</p>
      <ul class="review">
        {contests.map((contest, i) => (
          <Reviewed key={contest.id} contest={contest} marks={marks} onChange={() => onChange(i)} />
        ))}
      </ul>
      {key === null ? (
        <SampleEnd onAgain={onAgain} />
      ) : (
        <Cast blank={isBlank(marks)} remembers={remembers} onCast={onCast} />
      )}
    </Step>
  )
}

interface CastProps {
  readonly blank: boolean
  readonly remembers: boolean
  readonly onCast: () => void
}

function Cast({ blank, remembers, onCast }: CastProps) {
  const confirmed = useRef<HTMLInputElement>(null)
  const [missing, setMissing] = useState(false)
  const cast = () => {
    if (!blank || confirmed.current?.checked) return onCast()
    setMissing(true)
    confirmed.current?.focus()
  }
  return (
    <section class="cast" aria-labelledby="cast-title">
      <h2 id="cast-title">{t.castTitle}</h2>
      {blank && (
        <div class="note warn">
          <p>
            <strong>{t.blankTitle}</strong>
          </p>
          <p>{t.blankHint}</p>
          {missing && (
            <p id="blank-missing" class="fault">
              {t.blankMissing}
            </p>
          )}
          <label class="confirm">
            <input
              ref={confirmed}
              type="checkbox"
              aria-invalid={missing}
              aria-describedby={missing ? 'blank-missing' : undefined}
            />
            {t.blankConfirm}
          </label>
        </div>
      )}
      <p>{t.castHint}</p>
      {!remembers && <p class="note warn">{t.notRemembered}</p>}
      <button type="button" class="primary big" onClick={cast}>
        {t.cast}
      </button>
    </section>
  )
}

function SampleEnd({ onAgain }: { readonly onAgain: () => void }) {
  return (
    <section class="cast">
      <p>{t.sampleEnd}</p>
      <button type="button" class="primary" onClick={onAgain}>
        {t.sampleAgain}
      </button>
    </section>
  )
}

interface ReviewedProps {
  readonly contest: ShownContest
  readonly marks: Marks
  readonly onChange: () => void
}

function Reviewed({ contest, marks, onChange }: ReviewedProps) {
  const chosen = marksIn(marks, contest)
  const left = votesIn(contest) - chosen.length
  return (
    <li data-contest={contest.id}>
      <h2>
        <bdi>{contest.title}</bdi>
      </h2>
      {chosen.length === 0 ? (
        <p class="open">{t.noChoice}</p>
      ) : (
        <ul>
          {contest.options
            .filter(({ id }) => chosen.includes(id))
            .map(({ id, name }) => (
              <li key={id}>
                <bdi translate={false}>{name}</bdi>
              </li>
            ))}
        </ul>
      )}
      {left > 0 && <p class="open">{t.couldChoose(f.figure(left))}</p>}
      <button type="button" class="secondary" aria-label={t.changeWhat(contest.title)} onClick={onChange}>
        {t.change}
      </button>
    </li>
  )
}
