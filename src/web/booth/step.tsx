/** One step: its heading gets the focus when the step begins, and names the page. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Changing } from './changing.tsx'
import { t } from './words.ts'

interface StepProps {
  /** The text of the page's title, and of the heading if `heading` is missing. */
  readonly title: string
  readonly heading?: ComponentChildren
  /** Above the heading. */
  readonly before?: ComponentChildren
  readonly election: string | undefined
  readonly kind?: string
  /** When the page is first shown, the focus stays where the browser put it. */
  readonly quiet?: boolean
  readonly children?: ComponentChildren
}

export function Step({ title, heading, before, election, kind = '', quiet = false, children }: StepProps) {
  const focus = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    if (quiet) return
    focus.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [])
  useLayoutEffect(() => {
    document.title = election === undefined ? title : t.pageTitle(title, election)
  })
  return (
    <main class={`step ${kind}`}>
      {before}
      <h1 ref={focus} id="heading" tabIndex={-1}>
        {heading ?? <Changing text={title} />}
      </h1>
      {children}
    </main>
  )
}
