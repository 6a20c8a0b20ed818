/**
 * A note that the key came with a link: the reader can trust it as much as the person who gave out
 * the link.
 */
import { t } from './words.ts'

export function OfLink({ vkey }: { readonly vkey: string | null }) {
  return (
    <>
      <p>{t.keyOfLink}</p>
      <p class="code" dir="ltr" translate={false}>
        {vkey}
      </p>
    </>
  )
}
