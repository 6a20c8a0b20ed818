/**
 * A view's heading. It takes the focus when the view appears, except on a page just opened: before
 * the view is painted, so that no key is pressed while nothing has the focus.
 */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

let opened = false

interface HeadingProps {
  readonly children: ComponentChildren
  readonly kind?: string
  readonly id?: string
}

export function Heading({ children, kind, id }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    if (opened) {
      heading.current?.focus()
      scrollTo(0, 0)
    }
    opened = true
  }, [])
  return (
    <h1 ref={heading} id={id} tabIndex={-1} class={kind}>
      {children}
    </h1>
  )
}
