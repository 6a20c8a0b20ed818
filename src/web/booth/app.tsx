/** The page: the toolbar and the step the voter is at. */
import { useState } from 'preact/hooks'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { at } from '../shared/base.ts'
import type { Booth } from './booth.ts'
import type { BoothState, ShownState, Stage } from './booth-state.ts'
import { holdsMark } from './cast-mark.ts'
import { ContestStep } from './contest-step.tsx'
import { KeyEntry } from './key-entry.tsx'
import { Receipt } from './receipt.tsx'
import { Refused } from './refused.tsx'
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
  readonly onTryNow: () => void
  /** Begins again, with the key in hand if there is one. */
  readonly onAgain: () => void
  readonly onKey: (key: VoterKeyPair) => void
}

interface AtStageProps extends Omit<AppProps, 'state'> {
  readonly state: ShownState
}

export function App(props: AppProps) {
  const { state } = props
  const [, redraw] = useState(0)
  usePlaces(props.booth, state)
  // Without languages every text is plain as it is.
  const shown = rich ? rich.inReadersLanguage(state) : (state as ShownState)
  return (
    <>
      <Toolbar definition={shown.definition} onLanguage={() => redraw((n) => n + 1)} />
      <AtStage {...props} state={shown} />
      {rich && shown.definition && <rich.Help definition={shown.definition} />}
    </>
  )
}

function AtStage({ booth, state, electionId, onTryNow, onAgain, onKey }: AtStageProps) {
  const { stage, definition, ballot } = state
  const election = definition?.title
  const pages = at(`/e/${encodeURIComponent(electionId)}/`)
  const resultsUrl = `${pages}results`
  switch (stage.at) {
    case 'loading':
    case 'checking':
    case 'casting':
      return (
        <Waiting
          key={stage.at}
          stage={stage}
          wait={state.wait}
          election={election}
          onTryNow={onTryNow}
          onOtherKey={booth.askForKey}
        />
      )
    case 'key':
      return (
        <KeyEntry
          election={election}
          damagedLink={stage.damagedLink}
          unfinished={holdsMark(electionId)}
          onKey={onKey}
        />
      )
    case 'receipt':
      return <Receipt stage={stage} election={election ?? ''} pages={pages} onFinish={booth.finish} />
    case 'finished':
      return (
        <Step key={stage.at} title={stage.earlier ? t.receiptTitle : t.finishedTitle} election={election}>
          <p>{stage.earlier ? t.recordedEarlier : t.finished}</p>
        </Step>
      )
    case 'refused':
      return (
        <Refused
          key={stage.code}
          stage={stage}
          definition={definition}
          unfinished={holdsMark(electionId)}
          resultsUrl={resultsUrl}
          onAgain={onAgain}
          onKey={booth.askForKey}
        />
      )
    default:
      return definition && ballot ? pageOfBallot(booth, stage, state) : null
  }
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
      onBack={() => (index === 0 ? booth.goTo({ at: 'welcome' }) : contest(index - 1))}
      onNext={() => (changing || index + 1 === contests.length ? review() : contest(index + 1))}
    />
  )
}
