/**
 * Details for auditors, folded: the key and its source, the root, the checkpoint, the rate, and
 * what this browser remembers.
 */
import { useState } from 'preact/hooks'
import { knownLog, without } from '../../core/verify/memory.ts'
import type { Outcome } from './job.ts'
import { keepMemory, recallMemory } from './memory.ts'
import { f, t } from './words.ts'

export function AuditDetails({ outcome, kept }: { readonly outcome: Outcome; readonly kept: boolean }) {
  const { report, keyFrom, place, seconds, bytes } = outcome
  const { origin, key, checkpoint, election } = report
  const [forgotten, setForgotten] = useState(false)
  const isKnown = knownLog(recallMemory(), key) !== undefined
  const forget = () => {
    if (key !== null) setForgotten(keepMemory(without(recallMemory(), key)))
  }
  return (
    <details class="audit">
      <summary>{t.details}</summary>
      <dl class="facts">
        {election && <Fact name={t.election} value={election.id} />}
        <Fact name={t.readAt} value={place ?? t.here} />
        <Fact name={t.log} value={origin ?? '–'} />
        {key !== null && <Fact name={t.key} value={key} hint={t.keyFrom[keyFrom]} />}
        {checkpoint !== null && <Fact name={t.root} value={checkpoint.root} />}
        {checkpoint !== null && (
          <div>
            <dt>{t.checkpoint}</dt>
            <dd>
              <pre class="code" dir="ltr">
                {checkpoint.note}
              </pre>
            </dd>
          </div>
        )}
      </dl>
      <p class="hint number">
        {t.read(f.size(bytes))} · {t.rate(f.count(Math.round((checkpoint?.size ?? 0) / seconds)))}
      </p>
      {!forgotten && kept && <p>{t.remembered}</p>}
      {!kept && report.verified && <p>{t.notRemembered}</p>}
      <p role="status">{forgotten && t.forgotten}</p>
      {isKnown && (
        <button type="button" class="secondary" onClick={forget}>
          {t.forget}
        </button>
      )}
    </details>
  )
}

function Fact({
  name,
  value,
  hint,
}: {
  readonly name: string
  readonly value: string
  readonly hint?: string
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="code">
        <bdi>{value}</bdi>
      </dd>
      {hint && <dd class="hint">{hint}</dd>}
    </div>
  )
}
