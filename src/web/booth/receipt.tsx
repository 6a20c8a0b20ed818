/**
 * The receipt: it says that the ballot is recorded, and has the tracker to read, scan, copy, print,
 * save and check.
 */
import { useEffect, useState } from 'preact/hooks'
import { saveFile } from '../shared/save-file.ts'
import type { Stage } from './booth-state.ts'
import type { Receipt as Recorded } from './calls.ts'
import { Changing } from './changing.tsx'
import { RECEIPT_STRINGS } from './receipt-strings.ts'
import { Step } from './step.tsx'
import type { TrackerQr } from './tracker-qr.tsx'
import { trackerQr } from './tracker-qr-loading.ts'
import { f, of, t } from './words.ts'

// Fetched with this part: it is there when the receipt is shown.
void trackerQr().catch(() => {})

/** When the ballot will be in the public log. */
function promised(promise: NonNullable<Recorded['promise']>): string {
  return 'within' in promise
    ? of(RECEIPT_STRINGS).checkAfterClose(f.count(Math.ceil(promise.within / 3600)))
    : of(RECEIPT_STRINGS).checkBy(f.dateTime(promise.publish_by * 1000))
}

export interface ReceiptProps {
  readonly stage: Extract<Stage, { at: 'receipt' }>
  readonly election: string
  /** The address of the election's pages; ends in a slash. */
  readonly pages: string
  /** Whether others use this device next: then it stores nothing and opens no other page. */
  readonly shared: boolean
  readonly onFinish: () => void
}

export function Receipt({ stage: { receipt }, election, pages, shared, onFinish }: ReceiptProps) {
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
        <bdi dir="ltr">{location.origin + location.pathname}</bdi>
        <br />
        {of(RECEIPT_STRINGS).printedAt(f.dateTime(Date.now()))}
      </p>
      <Tracker receipt={receipt} shared={shared} />
      <section aria-labelledby="check-title">
        <h2 id="check-title">{of(RECEIPT_STRINGS).checkTitle}</h2>
        <p>
          {of(RECEIPT_STRINGS).check} {promise && promised(promise)}{' '}
          {!shared && <span class="screen">{of(RECEIPT_STRINGS).checkSaved}</span>}
        </p>
        <p class="note warn">{of(RECEIPT_STRINGS).checkSecret}</p>
        {!shared && <Elsewhere pages={pages} />}
      </section>
      <section class="screen">
        {!shared && <p>{of(RECEIPT_STRINGS).onlyHere}</p>}
        {!shared && <p class="note">{of(RECEIPT_STRINGS).sharedReceipt}</p>}
        <button type="button" class="primary" onClick={onFinish}>
          {of(RECEIPT_STRINGS).done}
        </button>
      </section>
    </Step>
  )
}

function Elsewhere({ pages }: { readonly pages: string }) {
  return (
    <>
      <p class="screen">
        {/*
         * The verifier reads the tracker from this page: history would keep an address with it.
         */}
        {/* biome-ignore lint/security/noBlankTarget: it is a page of ours, and must see this one */}
        <a href={`${pages}verify`} target="_blank" rel="opener">
          {of(RECEIPT_STRINGS).checkBallot}
        </a>
      </p>
      <p class="screen">
        <a href={`${pages}results`} target="_blank" rel="noopener">
          {t.seeResults}
        </a>
      </p>
    </>
  )
}

interface TrackerProps {
  readonly receipt: Recorded
  readonly shared: boolean
}

function Tracker({ receipt, shared }: TrackerProps) {
  const { tracker } = receipt
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(tracker).then(
      () => setCopied(true),
      () => {},
    )
  return (
    <section class="tracker" aria-labelledby="tracker-title" data-tracker={tracker}>
      <h2 id="tracker-title">{of(RECEIPT_STRINGS).tracker}</h2>
      <p class="code" dir="ltr" translate={false}>
        {tracker.match(/.{1,4}/g)!.map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </p>
      <LateQr text={tracker} />
      <div class="actions">
        {!shared && 'clipboard' in navigator && (
          <button type="button" class="secondary" onClick={copy}>
            {of(RECEIPT_STRINGS).copy}
          </button>
        )}
        <button type="button" class="secondary" onClick={() => print()}>
          {of(RECEIPT_STRINGS).print}
        </button>
        {!shared && (
          <button
            type="button"
            class="secondary"
            onClick={() => saveFile(new Blob([JSON.stringify(receipt)]), 'receipt.json')}
          >
            {of(RECEIPT_STRINGS).save}
          </button>
        )}
      </div>
      <p role="status">{copied && <Changing text={of(RECEIPT_STRINGS).copied} />}</p>
    </section>
  )
}

/**
 * The QR code once it is loaded. The receipt is complete without it: the text above is the same.
 */
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
  return Drawing ? <Drawing text={text} label={of(RECEIPT_STRINGS).trackerCode} /> : null
}
