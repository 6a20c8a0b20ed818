/**
 * A value that changes at most every `everyMs`, for parts that would cost too much work or be too
 * restless at ten times a second.
 */
import { useEffect, useRef, useState } from 'preact/hooks'

/** With 0, every value passes through. */
export function useSlowed<T>(value: T, everyMs: number): T {
  const latest = useRef(value)
  latest.current = value
  const [slowed, setSlowed] = useState(value)
  useEffect(() => {
    if (everyMs === 0) return
    const timer = setInterval(() => setSlowed(latest.current), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return everyMs === 0 ? value : slowed
}
