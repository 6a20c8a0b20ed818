/** The receipt: that the ballot is recorded, and the tracker that proves it, to read, scan, copy, print, save and check. */
import { useEffect, useState } from 'preact/hooks'
import { saveFile } from '../shared/save-file.ts'
import type { Stage } from './booth-state.ts'
import type { Receipt as Recorded } from './calls.ts'
import { Step } from './step.tsx'
import type { TrackerQr } from './tracker-qr.tsx'
import { trackerQr } from './tracker-qr-loading.ts'
import { f, t } from './words.ts'

/** When the ballot is in the log. */
function promised(promise: NonNullable<Recorded['promise']>): string {
  return 'within' in promise
    ? t.checkAfterClose(f.count(Math.ceil(promise.within / 3600)))
    : t.checkBy(f.dateTime(promise.publish_by * 1000))
}

interface ReceiptProps {
  readonly stage: Extract<Stage, { at: 'receipt' }>
  readonly election: string
  /** Where the election's pages are: an address that ends in a slash. */
  readonly pages: string
  readonly onFinish: () => void
}

export function Receipt({ stage: { receipt }, election, pages, onFinish }: ReceiptProps) {
  const { promise } = receipt
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
      <p class="only-print">
        <bdi>{election}</bdi> · {f.dateTime(Date.now())}
      </p>
      <Tracker receipt={receipt} />
      <section aria-labelledby="check-title">
        <h2 id="check-title">{t.checkTitle}</h2>
        <p>
          {t.check} {promise && promised(promise)}
        </p>
        <p class="note warn">{t.checkSecret}</p>
        <p class="screen">
          {/* It takes the tracker from this page: in its address the browser's history would keep it. */}
          {/* biome-ignore lint/security/noBlankTarget: it is a page of ours, and must see this one */}
          <a href={`${pages}verify`} target="_blank" rel="opener">
            {t.checkBallot}
          </a>
        </p>
        <p class="screen">
          <a href={`${pages}results`} target="_blank" rel="noopener">
            {t.seeResults}
          </a>
        </p>
      </section>
      <section class="screen">
        <p>{t.onlyHere}</p>
        <p class="note">{t.sharedReceipt}</p>
        <button type="button" class="primary" onClick={onFinish}>
          {t.done}
        </button>
      </section>
    </Step>
  )
}

function Tracker({ receipt }: { readonly receipt: Recorded }) {
  const { tracker } = receipt
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(tracker).then(
      () => setCopied(true),
      () => {},
    )
  return (
    <section class="tracker" aria-labelledby="tracker-title" data-tracker={tracker}>
      <h2 id="tracker-title">{t.tracker}</h2>
      <p class="code" dir="ltr" translate={false}>
        {tracker.match(/.{1,4}/g)!.map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </p>
      <LateQr text={tracker} />
      <div class="actions">
        {'clipboard' in navigator && (
          <button type="button" class="secondary" onClick={copy}>
            {t.copy}
          </button>
        )}
        <button type="button" class="secondary" onClick={() => print()}>
          {t.print}
        </button>
        <button
          type="button"
          class="secondary"
          onClick={() => saveFile(new Blob([JSON.stringify(receipt)]), 'receipt.json')}
        >
          {t.save}
        </button>
      </div>
      <p role="status">{copied && t.copied}</p>
    </section>
  )
}

/** The code's drawing once it is fetched. Without it the receipt is whole: it says what stands above it. */
function LateQr({ text }: { readonly text: string }) {
  const [Drawing, setDrawing] = useState<typeof TrackerQr>()
  useEffect(
    () =>
      void trackerQr().then(
        (module) => setDrawing(() => module.TrackerQr),
        () => {},
      ),
    [],
  )
  return Drawing ? <Drawing text={text} /> : null
}
