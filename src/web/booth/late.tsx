/**
 * Parts of the page that are fetched when they are needed, or a little before; until they are
 * there, another stands in.
 */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

const RETRY_MS = 2_000

export interface Late<P> {
  readonly Part: ComponentType<P>
  /** Fetches the part, over a bad connection again and again. */
  readonly fetch: () => void
}

/** @param Meanwhile what stands there until the part has come: it has to be whole without it */
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
