/** The page: the toolbar and the step the voter is at. */
import { useState } from 'preact/hooks'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { at } from '../shared/base.ts'
import type { Mode } from './arrival.ts'
import type { Booth } from './booth.ts'
import type { BoothState, ShownState, Stage } from './booth-state.ts'
import { holdsMark } from './cast-mark.ts'
import { ContestStep } from './contest-step.tsx'
import { keyEntry, receipt, sample } from './late-parts.tsx'
import { Broken, Refused } from './refused.tsx'
import { Review } from './review.tsx'
import { rich } from './rich-loading.ts'
import { Step } from './step.tsx'
import { Toolbar } from './toolbar.tsx'
import { usePlaces } from './use-places.ts'
import { Waiting } from './waiting.tsx'
import { Welcome } from './welcome.tsx'
import { t } from './words.ts'

interface AppProps {
  readonly booth: Booth
  readonly state: BoothState
  readonly electionId: string
  readonly mode: Mode
  /** Whether this tab has choices from before a reload. */
  readonly marksKept: boolean
  readonly onTryNow: () => void
  /** Begins again, with the key in hand if there is one. */
  readonly onAgain: () => void
  readonly onKey: (key: VoterKeyPair) => void
}

interface AtStageProps extends AppProps {
  readonly shown: ShownState
}

/** If the server itself noticed it, the page already shows its warning. */
const isInClear = !isSecureContext && !document.querySelector('.in-clear')

export function App(props: AppProps) {
  const { state } = props
  const [, redraw] = useState(0)
  usePlaces(props.booth, state, props.mode !== 'kiosk')
  // Without languages every text is plain already.
  const shown = rich ? rich.inReadersLanguage(state) : (state as ShownState)
  return (
    <>
      <Toolbar definition={shown.definition} onLanguage={() => redraw((n) => n + 1)} />
      {isInClear && /key|welcome/.test(state.stage.at) && (
        <aside class="note warn sample">{t.insecure}</aside>
      )}
      {props.mode === 'sample' && <aside class="note warn sample">{t.sample}</aside>}
      <AtStage {...props} shown={shown} />
      {rich && shown.definition && <rich.Help definition={shown.definition} />}
    </>
  )
}

function AtStage({ shown, ...props }: AtStageProps) {
  const { booth, state, electionId, mode, onAgain, onKey } = props
  const { stage, definition, ballot } = shown
  const election = definition?.title
  const pages = at(`/e/${encodeURIComponent(electionId)}/`)
  switch (stage.at) {
    case 'loading':
    case 'checking':
    case 'casting':
      return (
        <Waiting
          key={stage.at}
          stage={stage}
          wait={shown.wait}
          election={election}
          onTryNow={props.onTryNow}
          onOtherKey={booth.askForKey}
        />
      )
    case 'key':
      return mode === 'sample' ? (
        <sample.Part
          election={election}
          definition={state.definition!}
          shown={definition!}
          onBallot={booth.trySample}
        />
      ) : (
        <keyEntry.Part
          election={election}
          damagedLink={stage.damagedLink}
          unfinished={holdsMark(electionId)}
          marksKept={props.marksKept}
          onKey={onKey}
        />
      )
    case 'receipt':
      return (
        <receipt.Part
          stage={stage}
          election={election ?? ''}
          pages={pages}
          shared={mode === 'kiosk'}
          onFinish={booth.finish}
        />
      )
    case 'broken':
      return <Broken sent={stage.sent} election={election} />
    case 'finished':
      return <Finished stage={stage} election={election} />
    case 'refused':
      return (
        <Refused
          key={stage.code}
          stage={stage}
          definition={definition}
          unfinished={holdsMark(electionId)}
          resultsUrl={`${pages}results`}
          onAgain={onAgain}
          onKey={booth.askForKey}
        />
      )
    default:
      return definition && ballot ? pageOfBallot(booth, stage, shown) : null
  }
}

function Finished({
  stage,
  election,
}: {
  stage: Extract<Stage, { at: 'finished' }>
  election: string | undefined
}) {
  const { earlier, dropped } = stage
  if (!earlier)
    return (
      <Step title={t.finishedTitle} election={election}>
        <p>{t.finished}</p>
      </Step>
    )
  // The voter first learns what happened to the ballot of this page: another one is recorded.
  return (
    <Step title={dropped ? t.notCast : t.receiptTitle} election={election}>
      {dropped && <p class="lead">{t.notCastOther}</p>}
      <p>{t.recordedEarlier}</p>
    </Step>
  )
}

function pageOfBallot(booth: Booth, stage: Stage, { definition, ballot }: ShownState) {
  const election = definition!.title
  const { contests, marks } = ballot!
  const review = () => booth.goTo({ at: 'review' })
  const contest = (index: number) => booth.goTo({ at: 'contest', index, changing: false })
  if (stage.at === 'welcome')
    return (
      <Welcome
        key="welcome"
        definition={definition!}
        ballot={ballot!}
        onStart={() => (contests.length > 0 ? contest(0) : review())}
      />
    )
  if (stage.at === 'review')
    return (
      <Review
        key="review"
        ballot={ballot!}
        election={election}
        onChange={(index) => booth.goTo({ at: 'contest', index, changing: true })}
        onCast={booth.cast}
        onAgain={booth.askForKey}
      />
    )
  if (stage.at !== 'contest') return null
  const { index, changing } = stage
  return (
    <ContestStep
      key={`contest ${index}`}
      contest={contests[index]!}
      electionId={definition!.id}
      election={election}
      index={index}
      count={contests.length}
      marks={marks}
      changing={changing}
      onMark={booth.mark}
      onBack={() =>
        index > 0 ? contest(index - 1) : ballot!.key ? booth.goTo({ at: 'welcome' }) : booth.askForKey()
      }
      onNext={() => (changing || index + 1 === contests.length ? review() : contest(index + 1))}
    />
  )
}
