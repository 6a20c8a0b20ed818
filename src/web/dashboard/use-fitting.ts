/** How many rows fit where nothing can be scrolled: begins with as many as it may and takes away until all is in sight. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

export function useFitting<T extends Element>(most: number, least: number) {
  const ref = useRef<T>(null)
  const [count, setCount] = useState(most)
  const [, measureAgain] = useState(0)
  // The room itself changes too: with the window, and when the wall's type grows after the first render.
  useEffect(() => {
    const observer = new ResizeObserver(() => measureAgain((times) => times + 1))
    observer.observe(ref.current!)
    return () => observer.disconnect()
  }, [])
  // After every render: names of other lengths may come with the next snapshot.
  useLayoutEffect(() => {
    const panel = ref.current?.firstElementChild
    if (panel && panel.scrollHeight > panel.clientHeight + 1 && count > least) setCount(count - 1)
  })
  return { ref, count }
}
