/**
 * The outcome of looking up one ballot. It is the first step; checking the whole log is the second.
 */
import { Heading } from './heading.tsx'
import type { LookedUp } from './job.ts'
import { OfLink } from './of-link.tsx'
import { f, t } from './words.ts'

interface LookedUpViewProps {
  readonly found: LookedUp
  /** Whether the key came with the link that opened this page. */
  readonly keyOfLink: boolean
  readonly onWhole: () => void
  readonly onOther: () => void
}

export function LookedUpView({ found, keyOfLink, onWhole, onOther }: LookedUpViewProps) {
  const { state, leaf, key, keyFrom } = found
  const words = {
    in: () => t.lookedUpIn(f.count(leaf ?? 0)),
    'no-proof': () => t.lookedUpNot,
    unproved: () => t.lookedUpWrong,
  }
  const onTrust = state === 'in' && keyFrom !== 'given'
  const kind = state === 'unproved' ? 'wrong' : state === 'no-proof' ? 'so-far' : onTrust ? 'trust' : 'good'
  return (
    <>
      <section class={`ballot ${kind}`} data-looked-up={state}>
        <Heading>{t.ballotTitle}</Heading>
        <p class="says">{words[state]()}</p>
        {onTrust && (
          <>
            <p>{keyFrom === 'memory' ? t.trustMemory : t.trustGenesis}</p>
            <p class="code" dir="ltr" translate={false}>
              {key}
            </p>
          </>
        )}
        {state === 'in' && !onTrust && keyOfLink && <OfLink vkey={key} />}
        <p>{t.lookedUpRest}</p>
      </section>
      <div class="actions">
        <button type="button" class="primary" onClick={onWhole}>
          {t.lookedUpWhole}
        </button>
        <button type="button" class="secondary" onClick={onOther}>
          {t.other}
        </button>
      </div>
    </>
  )
}
