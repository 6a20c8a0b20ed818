/** The receipt: that the ballot is recorded, and the tracker that proves it, to read, scan, copy and print. */
import { useState } from 'preact/hooks'
import { qrCode } from '../../core/qr/qr-code.ts'
import type { Stage } from './booth.ts'
import { Step } from './step.tsx'
import { f, t } from './words.ts'

interface ReceiptProps {
  readonly stage: Extract<Stage, { at: 'receipt' }>
  readonly election: string
  readonly resultsUrl: string
  readonly onFinish: () => void
}

export function Receipt({ stage: { tracker, resumed, kept }, election, resultsUrl, onFinish }: ReceiptProps) {
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(tracker).then(
      () => setCopied(true),
      () => {},
    )
  return (
    <Step
      title={t.receiptTitle}
      election={election}
      kind="receipt"
      before={
        <svg class="tick" viewBox="0 0 48 48" aria-hidden="true">
          <circle cx="24" cy="24" r="24" />
          <path d="M13 25l8 8 15-17" />
        </svg>
      }
    >
      <p class="lead">{t.receiptDone}</p>
      {resumed && <p class="note">{t.receiptResumed}</p>}
      <p class="only-print">
        <bdi>{election}</bdi> · {f.dateTime(Date.now())}
      </p>
      <section class="tracker" aria-labelledby="tracker-title">
        <h2 id="tracker-title">{t.tracker}</h2>
        <p class="code" dir="ltr" translate={false}>
          {tracker.match(/.{1,4}/g)!.map((group, i) => (
            <span key={i}>{group}</span>
          ))}
        </p>
        <Qr text={tracker} />
        <div class="actions">
          {'clipboard' in navigator && (
            <button type="button" class="secondary" onClick={copy}>
              {t.copy}
            </button>
          )}
          <button type="button" class="secondary" onClick={() => print()}>
            {t.print}
          </button>
        </div>
        <p role="status">{copied && t.copied}</p>
      </section>
      <section aria-labelledby="check-title">
        <h2 id="check-title">{t.checkTitle}</h2>
        <p>{t.check}</p>
        <p class="note warn">{t.checkSecret}</p>
        <p class="screen">
          <a href={resultsUrl}>{t.seeResults}</a>
        </p>
      </section>
      {kept && (
        <section class="screen">
          <p class="hint">{t.keptReceipt}</p>
          <button type="button" class="secondary" onClick={onFinish}>
            {t.remove}
          </button>
        </section>
      )}
    </Step>
  )
}

/** Dark on white whatever the theme is: scanners want it so. The quiet zone is four modules. */
function Qr({ text }: { text: string }) {
  const code = qrCode(text)
  const size = code.length + 8
  const path = code
    .map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join(''))
    .join('')
  return (
    <svg class="qr" viewBox={`-4 -4 ${size} ${size}`} role="img" aria-label={t.trackerCode}>
      <path d={path} />
    </svg>
  )
}
