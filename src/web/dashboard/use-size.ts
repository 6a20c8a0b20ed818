/** The width of an element and of one rem, in CSS pixels, kept up to date: what a chart needs to draw sharp text. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

export function useSize<T extends Element>() {
  const ref = useRef<T>(null)
  const [size, setSize] = useState({ width: 0, rem: 16 })
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return
    const measure = () => {
      const width = Math.floor(element.clientWidth)
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
      setSize((old) => (old.width === width && old.rem === rem ? old : { width, rem }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { ref, ...size }
}
