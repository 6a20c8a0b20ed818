/** The parts of the booth that are loaded later, and a placeholder for each. */
import type { KeyEntryProps } from './key-entry.tsx'
import { late } from './late.tsx'
import type { ReceiptProps } from './receipt.tsx'
import type { SampleProps } from './sample.tsx'
import { Step } from './step.tsx'
import { t } from './words.ts'

function Loading({ election }: { readonly election: string | undefined }) {
  return (
    <Step title={t.loading} election={election} quiet>
      <p>{t.moment}</p>
    </Step>
  )
}

/** Shows at once that the ballot is recorded, and its tracker. */
function BareReceipt({ stage, election }: ReceiptProps) {
  return (
    <Step title={t.receiptTitle} election={election} kind="receipt">
      <p class="lead">{t.receiptDone}</p>
      <p class="code" dir="ltr" translate={false}>
        {stage.receipt.tracker}
      </p>
    </Step>
  )
}

export const keyEntry = late<KeyEntryProps>(async () => (await import('./key-entry.tsx')).KeyEntry, Loading)
export const receipt = late<ReceiptProps>(async () => (await import('./receipt.tsx')).Receipt, BareReceipt)
export const sample = late<SampleProps>(async () => (await import('./sample.tsx')).SampleStart, Loading)
