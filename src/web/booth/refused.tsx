/** A calm page for every "no": what happened, what it means for the ballot, and what to do. */
import type { ShownDefinition, Stage } from './booth-state.ts'
import { Step } from './step.tsx'
import { f, t } from './words.ts'

interface RefusedProps {
  readonly stage: Extract<Stage, { at: 'refused' }>
  readonly definition: ShownDefinition | null
  readonly unfinished: boolean
  readonly resultsUrl: string
  readonly onAgain: () => void
  readonly onKey: () => void
}

export function Refused(props: RefusedProps) {
  const { stage, definition, unfinished, resultsUrl, onAgain, onKey } = props
  const { code, unrecorded } = stage
  const [title, ...texts] = wordsFor(code, definition)
  return (
    <Step title={title} election={definition?.title} kind="refused">
      {unrecorded !== 'none' && (
        <p class="lead">
          <strong>{unrecorded === 'here' ? t.notCast : t.notCastBefore}</strong>
        </p>
      )}
      {texts.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {code === 'polls-closed' && unfinished && <p class="note">{t.unfinished}</p>}
      <p class="hint">{t.askOrganiser}</p>
      {code === 'polls-not-open' && (
        <p>
          <a href="?sample">{t.sampleLink}</a>
        </p>
      )}
      <div class="actions">
        {code === 'polls-not-open' && (
          <button type="button" class="primary" onClick={onAgain}>
            {t.checkAgain}
          </button>
        )}
        {(code === 'unknown-key' ||
          code === 'key-already-used' ||
          (code === 'polls-closed' && unfinished)) && (
          <button type="button" class={code === 'unknown-key' ? 'primary' : 'secondary'} onClick={onKey}>
            {t.otherKey}
          </button>
        )}
      </div>
      {(code === 'polls-closed' || code === 'key-already-used') && (
        <p>
          <a href={resultsUrl}>{t.seeResults}</a>
        </p>
      )}
    </Step>
  )
}

/** The browser lacks a function that the page needs. */
export function Broken({
  sent,
  election,
}: {
  readonly sent: boolean
  readonly election: string | undefined
}) {
  return (
    <Step title={t.brokenTitle} election={election} kind="refused">
      <p>{t.broken}</p>
      <p class="lead">
        <strong>{sent ? t.brokenSent : t.brokenUnsent}</strong>
      </p>
      <p class="hint">{t.askOrganiser}</p>
    </Step>
  )
}

/** The title, then the texts below it. */
function wordsFor(code: string, definition: ShownDefinition | null): [string, ...string[]] {
  switch (code) {
    case 'polls-not-open':
      return definition === null
        ? [t.notOpenTitle]
        : [t.notOpenTitle, t.opensOn(f.dateTime(Date.parse(definition.opens_at)))]
    case 'polls-closed':
      return [t.closedTitle, t.closed]
    case 'key-already-used':
      return [t.usedTitle, t.used, t.usedByOther]
    case 'unknown-key':
      return [t.unknownTitle, t.unknown]
    case 'unknown-election':
    case 'not-found':
      return [t.noElectionTitle, t.noElection]
    default:
      return [t.rejectedTitle, t.rejected(code)]
  }
}
