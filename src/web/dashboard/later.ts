/** Loads a part of the page when it is first needed. Returns null until it has arrived. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A part that does not arrive is requested again after this time: a wall runs for days. */
const AGAIN_MS = 5_000

export function useLater<P>(wanted: boolean, load: () => Promise<ComponentType<P>>): ComponentType<P> | null {
  const [part, setPart] = useState<{ readonly Part: ComponentType<P> } | null>(null)
  const [failures, setFailures] = useState(0)
  useEffect(() => {
    if (!wanted || part !== null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    load().then(
      (Part) => setPart({ Part }),
      () => {
        timer = setTimeout(() => setFailures(failures + 1), AGAIN_MS)
      },
    )
    return () => clearTimeout(timer)
  }, [wanted, failures])
  return part?.Part ?? null
}
