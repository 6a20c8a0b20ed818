/**
 * Which test files run at the same time: one per slot, so that one works while others wait. Files
 * that share something never run together. Files that need a quiet machine run alone at the end.
 */

/**
 * `together`: may run beside any file. `engines`: uses its own elections on the run's engines.
 * `faults`: stops these engines, or changes them visibly for others. `quiet`: measures, or
 * overloads or fills something shared.
 */
export type Lane = 'together' | 'engines' | 'faults' | 'quiet'

/** Files of the exclusive chain start first, because the run waits for the chain at the end. */
const ORDER: readonly Lane[] = ['faults', 'engines', 'together', 'quiet']
/** Limit of files on engines, because each has one or more queries on Spark. */
const MOST_ON_ENGINES = 2

/**
 * Runs every file, in the given order within its lane.
 *
 * @param slots number of files at a time
 * @param run settles when the file has ended; its error ends the whole run
 */
export async function runScheduled(
  files: readonly string[],
  laneOf: (file: string) => Lane,
  slots: number,
  run: (file: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = ORDER.flatMap((lane) => files.filter((file) => laneOf(file) === lane))
  const running = new Map<Promise<void>, Lane>()
  for (;;) {
    for (const file of signal.aborted ? [] : startable(waiting, [...running.values()], laneOf, slots)) {
      waiting.splice(waiting.indexOf(file), 1)
      const end = run(file)
      running.set(end, laneOf(file))
      const forget = () => running.delete(end)
      end.then(forget, forget)
    }
    if (running.size === 0) return
    await Promise.race(running.keys())
  }
}

/** Returns those of `waiting` that may start now, beside the running files. */
function startable(
  waiting: readonly string[],
  running: readonly Lane[],
  laneOf: (file: string) => Lane,
  slots: number,
): readonly string[] {
  const lanes = [...running]
  return waiting.filter((file) => {
    const lane = laneOf(file)
    const fits = lanes.length < slots && mayJoin(lane, lanes)
    if (fits) lanes.push(lane)
    return fits
  })
}

function mayJoin(lane: Lane, running: readonly Lane[]): boolean {
  const count = (other: Lane) => running.filter((each) => each === other).length
  if (count('quiet') > 0) return false
  switch (lane) {
    case 'together':
      return true
    case 'engines':
      return count('faults') === 0 && count('engines') < MOST_ON_ENGINES
    case 'faults':
      return count('faults') === 0 && count('engines') === 0
    case 'quiet':
      return running.length === 0
  }
}
