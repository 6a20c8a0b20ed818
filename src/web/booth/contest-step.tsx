/** One contest of the ballot: its options, and how many choices are left, seen and heard. */
import { useState } from 'preact/hooks'
import type { ShownContest } from './booth-state.ts'
import { Changing } from './changing.tsx'
import { Choice } from './choice.tsx'
import { choose, clear, type Marks, marksIn, toggle, votesIn } from './marks.ts'
import { rich } from './rich-loading.ts'
import { Step } from './step.tsx'
import { f, t } from './words.ts'

interface ContestStepProps {
  readonly contest: ShownContest
  readonly electionId: string
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

interface Refused {
  readonly words: string
  readonly option?: ShownContest['options'][number]
}
const NOTHING: Refused = { words: '' }

export function ContestStep(props: ContestStepProps) {
  const { contest, electionId, election, index, count, marks, changing, onMark, onBack, onNext } = props
  /** Why a choice was not made: shown beside its option, or above the contest. */
  const [refused, setRefused] = useState<Refused>(NOTHING)
  const [said, setSaid] = useState('')
  const votes = votesIn(contest)
  const single = votes === 1
  const chosen = marksIn(marks, contest)
  const pick = (event: Event, option: ShownContest['options'][number]) => {
    const next = single
      ? choose(marks, contest, option.id)
      : (rich?.toggle ?? toggle)(marks, contest, option.id)
    setRefused(next ? NOTHING : { words: t.overvote(f.figure(chosen.length), option.name), option })
    setSaid('')
    if (next !== undefined) onMark(next)
    // The browser has ticked the box already.
    else (event.currentTarget as HTMLInputElement).checked = false
  }
  const wipe = () => {
    onMark(clear(marks, contest))
    setSaid(t.cleared)
  }
  const leave = () => {
    const few = rich?.tooFew(contest, marks)
    few === undefined ? onNext() : setRefused({ words: few })
  }
  const last = changing || index + 1 === count
  return (
    <Step
      title={contest.title}
      heading={<bdi lang={rich?.ballotLanguage}>{contest.title}</bdi>}
      before={<p class="hint">{t.contestOf(f.count(index + 1), f.count(count))}</p>}
      election={election}
    >
      {rich && <rich.Paragraphs texts={contest.description} />}
      <p id="rule">{rich?.rule(contest) ?? (single ? t.chooseOne : t.chooseUpTo(f.figure(votes)))}</p>
      <fieldset
        class="options"
        role={single ? 'radiogroup' : 'group'}
        aria-labelledby="heading"
        aria-describedby="rule"
      >
        {contest.options.map((option) => (
          <Choice
            key={option.id}
            {...{ option, single, electionId, name: contest.id }}
            checked={chosen.includes(option.id)}
            onPick={(event) => pick(event, option)}
            refused={refused.option?.id === option.id ? refused.words : undefined}
          />
        ))}
      </fieldset>
      <Tally
        said={single ? said : t.left(f.figure(votes - chosen.length))}
        onClear={single && chosen.length > 0 ? wipe : undefined}
        refused={refused}
      />
      <div class="actions">
        <button type="button" class="primary" onClick={leave}>
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

interface TallyProps {
  /** How many choices are left, or that one was cleared. */
  readonly said: string
  readonly onClear: (() => void) | undefined
  readonly refused: Refused
}

function Tally({ said, onClear, refused }: TallyProps) {
  return (
    <div class="tally">
      <p role="status">
        <Changing text={said} />
      </p>
      {onClear && (
        <button type="button" class="plain" onClick={onClear}>
          {t.clear}
        </button>
      )}
      {/* Where it stands beside the option already, it is only read aloud here. */}
      <div role="alert">
        {refused.words && (
          <p key={refused.words} class={refused.option ? 'unseen' : 'note warn'}>
            {refused.words}
          </p>
        )}
      </div>
    </div>
  )
}
