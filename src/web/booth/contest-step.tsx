/** One contest of the ballot: its options, and how many choices are left, seen and heard. */
import { useState } from 'preact/hooks'
import type { ShownContest } from './booth.ts'
import { choose, clear, type Marks, marksIn, toggle, votesIn } from './marks.ts'
import { Step } from './step.tsx'
import { f, t } from './words.ts'

interface ContestStepProps {
  readonly contest: ShownContest
  readonly election: string
  readonly index: number
  readonly count: number
  readonly marks: Marks
  /** Whether the voter came from the review, and goes back there. */
  readonly changing: boolean
  readonly onMark: (marks: Marks) => void
  readonly onBack: () => void
  readonly onNext: () => void
}

export function ContestStep(props: ContestStepProps) {
  const { contest, election, index, count, marks, changing, onMark, onBack, onNext } = props
  /** The name of the option that found no vote left. */
  const [refused, setRefused] = useState('')
  const [said, setSaid] = useState('')
  const votes = votesIn(contest)
  const single = votes === 1
  const chosen = marksIn(marks, contest)
  const left = t.left(f.figure(votes - chosen.length))

  const pick = (event: Event, option: ShownContest['options'][number]) => {
    const next = single ? choose(marks, contest, option.id) : toggle(marks, contest, option.id)
    setRefused(next === undefined ? option.name : '')
    setSaid('')
    if (next !== undefined) onMark(next)
    // The browser has ticked the box already.
    else (event.currentTarget as HTMLInputElement).checked = false
  }
  const wipe = () => {
    onMark(clear(marks, contest))
    setSaid(t.cleared)
  }
  const last = changing || index + 1 === count
  return (
    <Step
      title={contest.title}
      heading={<bdi>{contest.title}</bdi>}
      before={<p class="hint">{t.contestOf(f.count(index + 1), f.count(count))}</p>}
      election={election}
    >
      <p id="rule">{single ? t.chooseOne : t.chooseUpTo(f.figure(votes))}</p>
      <fieldset
        class="options"
        role={single ? 'radiogroup' : 'group'}
        aria-labelledby="heading"
        aria-describedby="rule"
      >
        {contest.options.map((option) => (
          <label key={option.id} class="option" data-option={option.id}>
            <input
              type={single ? 'radio' : 'checkbox'}
              // Else the browser writes what is ticked to the disk, to restore the tab some day.
              autocomplete="off"
              name={contest.id}
              checked={chosen.includes(option.id)}
              onChange={(event) => pick(event, option)}
            />
            <bdi>{option.name}</bdi>
          </label>
        ))}
      </fieldset>
      <div class="tally">
        <p role="status">{single ? said : left}</p>
        {single && chosen.length > 0 && (
          <button type="button" class="plain" onClick={wipe}>
            {t.clear}
          </button>
        )}
        <div role="alert">
          {refused !== '' && <p class="note warn">{t.overvote(f.figure(chosen.length), refused)}</p>}
        </div>
      </div>
      <div class="actions">
        <button type="button" class="primary" onClick={onNext}>
          {last ? t.toReview : t.next}
        </button>
        {!changing && (
          <button type="button" class="secondary" onClick={onBack}>
            {t.back}
          </button>
        )}
      </div>
    </Step>
  )
}
