/**
 * Parts of the page that are loaded when needed or a little earlier, with a placeholder until then.
 */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

const RETRY_MS = 2_000

export interface Late<P> {
  readonly Part: ComponentType<P>
  /** Loads the part; repeats failed requests. */
  readonly fetch: () => void
}

/** @param Meanwhile the placeholder: it must be useful without the part */
export function late<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Meanwhile: ComponentType<P>,
): Late<P> {
  let Come: ComponentType<P> | undefined
  let coming: Promise<void> | undefined
  const come = async () => {
    while (Come === undefined)
      try {
        Come = await load()
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
  }
  const asked = () => (coming ??= come())
  const Part = (props: P) => {
    const [, redraw] = useState(0)
    useEffect(() => void (Come === undefined && asked().then(() => redraw(1))), [])
    return Come === undefined ? <Meanwhile {...props} /> : <Come {...props} />
  }
  return { Part, fetch: () => void asked() }
}
