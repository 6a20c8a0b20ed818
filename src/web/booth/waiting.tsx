/**
 * While the server is asked: what is happening, and where there is no answer, what that means and
 * when it is asked next.
 */
import { useEffect, useState } from 'preact/hooks'
import type { Asking } from './booth-state.ts'
import { Changing } from './changing.tsx'
import type { Wait } from './persist.ts'
import { Step } from './step.tsx'
import { f, t } from './words.ts'

interface WaitingProps {
  readonly stage: Asking
  readonly wait: Wait | null
  readonly election: string | undefined
  readonly onTryNow: () => void
  readonly onOtherKey: () => void
}

export function Waiting({ stage, wait, election, onTryNow, onOtherKey }: WaitingProps) {
  // The last trouble stays on the page while it is tried again: a page that flickers back and forth
  // calms nobody.
  const [trouble, setTrouble] = useState<Wait | null>(null)
  if (wait !== null && wait !== trouble) setTrouble(wait)
  const [title, text] = wordsFor(stage, wait ?? trouble)
  return (
    <Step title={title} election={election} kind="waiting" quiet={stage.at === 'loading'}>
      <div role="status">
        <p key={text}>{text}</p>
        {stage.at === 'casting' && trouble && (
          <p key={String(stage.kept)} class="note warn">
            {stage.kept ? t.kept : t.notKept}
          </p>
        )}
      </div>
      {trouble === null && <div class="busy" aria-hidden="true" />}
      {trouble !== null && (
        <>
          {wait === null ? <p>{t.trying}</p> : <Countdown wait={wait} />}
          <div class="actions">
            <button type="button" class="primary" disabled={wait === null} onClick={onTryNow}>
              {t.tryNow}
            </button>
            {stage.at === 'checking' && (
              <button type="button" class="secondary" onClick={onOtherKey}>
                {t.otherKey}
              </button>
            )}
          </div>
        </>
      )}
    </Step>
  )
}

/** Not read aloud each second: role "timer" is silent unless one goes there. */
function Countdown({ wait }: { wait: Wait }) {
  const [left, setLeft] = useState(wait.seconds)
  useEffect(() => {
    const endsMs = performance.now() + wait.seconds * 1000
    const tick = () => setLeft(Math.max(0, Math.ceil((endsMs - performance.now()) / 1000)))
    tick()
    const timer = setInterval(tick, 250)
    return () => clearInterval(timer)
  }, [wait])
  return (
    <p role="timer">
      <Changing text={t.tryingIn(f.figure(left))} />
    </p>
  )
}

function wordsFor(stage: WaitingProps['stage'], trouble: Wait | null): [title: string, text: string] {
  if (trouble === null) {
    if (stage.at === 'loading') return [t.loading, t.moment]
    if (stage.at === 'checking' || stage.asking) return [t.checking, t.moment]
    return [t.castingTitle, t.castingHint]
  }
  if (trouble.why === 'too-many-attempts') return [t.tooManyTitle, t.tooMany]
  const lost = trouble.why === 'lost'
  if (stage.at === 'casting')
    return lost || stage.asking ? [t.unsureTitle, t.unsure] : [t.notYetTitle, t.notYet]
  return lost ? [t.waitTitle, t.waitLost] : [t.busyTitle, t.waitBusy]
}
