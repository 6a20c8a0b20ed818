/**
 * The size of an element and of one rem, in CSS pixels, kept up to date. A chart needs them to draw
 * sharp text.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

export function useSize<T extends Element>() {
  const ref = useRef<T>(null)
  const [size, setSize] = useState({ width: 0, height: 0, rem: 16 })
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return
    const measure = () => {
      const width = Math.floor(element.clientWidth)
      const height = Math.floor(element.clientHeight)
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
      setSize((old) =>
        old.width === width && old.height === height && old.rem === rem ? old : { width, height, rem },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { ref, ...size }
}
