/** How many rows fit where nothing can be scrolled: begins with as many as it may and takes away until all is in sight. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

export function useFitting<T extends Element>(most: number, least: number) {
  const ref = useRef<T>(null)
  const [count, setCount] = useState(most)
  // After every render: names of other lengths may come with the next snapshot.
  useLayoutEffect(() => {
    const panel = ref.current?.firstElementChild
    if (panel && panel.scrollHeight > panel.clientHeight + 1 && count > least) setCount(count - 1)
  })
  return { ref, count }
}
