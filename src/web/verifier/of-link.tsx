/** That a link brought the key: it is as good as who gave the link out. */
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
