/** The state of the receipt and, on request, its ballot in the log. */
import { Heading } from './heading.tsx'
import type { Outcome, PublishedBallot } from './job.ts'
import { type ReceiptVerdict, receiptVerdict } from './verdict.ts'
import { f, t } from './words.ts'

const KINDS: Readonly<Record<ReceiptVerdict, string>> = {
  published: 'good',
  'not-yet-due': 'so-far',
  'promise-broken': 'wrong',
  'not-found': 'so-far',
  'other-log': 'so-far',
  forged: 'so-far',
  unknown: 'so-far',
}

export function BallotFound({ outcome: { report, ballot } }: { readonly outcome: Outcome }) {
  const verdict = receiptVerdict(report)
  const [receipt] = report.receipts
  if (verdict === undefined || receipt === undefined) return null
  const due = receipt.publishBy === null ? '' : f.dateTime(receipt.publishBy * 1000)
  const words: Readonly<Record<ReceiptVerdict, () => string>> = {
    published: () => t.published(f.count(receipt.leaf ?? 0)),
    'not-yet-due': () => t.notYetDue(due),
    'promise-broken': () => t.promiseBroken(due),
    'not-found': () => t.notFound,
    'other-log': () => t.otherLogReceipt,
    forged: () => t.forged,
    unknown: () => t.cannotTell,
  }
  return (
    <section class={`ballot ${KINDS[verdict]}`} aria-labelledby="ballot" data-receipt={verdict}>
      <Heading id="ballot">{t.ballotTitle}</Heading>
      <p class="says">{words[verdict]()}</p>
      <p class="code hint" dir="ltr" translate={false}>
        {receipt.tracker.match(/.{1,4}/g)?.map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </p>
      {verdict === 'published' && (
        <p>
          {receipt.promiseHolds ? t.promiseHolds : t.noPromise}{' '}
          {report.stage === 'held-back' && t.laterContent}
        </p>
      )}
      {ballot !== null && <Shown ballot={ballot} />}
    </section>
  )
}

function Shown({ ballot: { contests, district, entry } }: { readonly ballot: PublishedBallot }) {
  return (
    <details>
      <summary>{t.showBallot}</summary>
      <p class="note warn">{t.showSecret}</p>
      <dl class="facts">
        {district !== null && <Fact name={t.district} values={[district]} />}
        {contests.map(({ title, chosen }, i) => (
          <Fact key={i} name={title} values={chosen.length === 0 ? [t.noChoice] : chosen} />
        ))}
      </dl>
      <p class="hint">{t.rawEntry}</p>
      <pre class="code" dir="ltr">
        {entry}
      </pre>
    </details>
  )
}

function Fact({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  return (
    <div>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      {values.map((value, i) => (
        <dd key={i}>
          <bdi>{value}</bdi>
        </dd>
      ))}
    </div>
  )
}
