/** Measures the rows of a contest on the wall and chooses their layout. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Heights, type Layout, layoutFor } from './row-plan.ts'

export interface RowPlan extends Layout {
  readonly height: number
  readonly head: number
  /** Heights by option id. */
  readonly rows: ReadonlyMap<string, number>
}

/**
 * `room` is the element for the rows. `ruler` is an invisible table in it with all rows, best
 * first, each with `data-ruled`. Its type follows `--size`, in hundredths of the screen's shorter
 * side.
 * @param key changes whenever the heights of rows may change
 */
export function useRowPlan(key: string, together: number) {
  const room = useRef<HTMLDivElement>(null)
  const ruler = useRef<HTMLTableElement>(null)
  const [plan, setPlan] = useState<RowPlan | null>(null)
  const [, measureAgain] = useState(0)
  const measuredFor = useRef('')
  useEffect(() => {
    const observer = new ResizeObserver(() => measureAgain((times) => times + 1))
    observer.observe(room.current!)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => {
    const { clientWidth: width, clientHeight: height } = room.current!
    const state = [key, together, width, height, innerWidth, innerHeight].join()
    if (measuredFor.current === state || width === 0) return
    measuredFor.current = state
    const vmin = Math.min(innerWidth, innerHeight) / 100
    const measured = (layout: Layout) => measure(room.current!, ruler.current!, layout)
    const layout = layoutFor({ width, height, vmin }, measured, together)
    const { head, rows } = measured(layout)
    const ids = [...ruler.current!.tBodies[0]!.rows].map((row) => row.dataset.ruled!)
    setPlan({ ...layout, height, head, rows: new Map(ids.map((id, i) => [id, rows[i]!])) })
  })
  return { room, ruler, plan }
}

function measure(room: HTMLElement, ruler: HTMLTableElement, { size, columns }: Layout): Heights {
  ruler.style.setProperty('--size', String(size))
  const gap = Number.parseFloat(getComputedStyle(room).columnGap) || 0
  ruler.style.width = `${(room.clientWidth - gap * (columns - 1)) / columns}px`
  const heightOf = (element: Element) => element.getBoundingClientRect().height
  return { head: heightOf(ruler.tHead!), rows: [...ruler.tBodies[0]!.rows].map(heightOf) }
}
