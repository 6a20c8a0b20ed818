/**
 * Which test files run side by side: as many as there are slots, so that one works while others
 * wait; of those that share something no two at a time; and those that need quiet at last, each by
 * itself.
 */

/**
 * `together`: beside anything. `engines`: in elections of its own on the engines of the run.
 * `faults`: brings these down, or does to them what others see. `hasty`: in its elections voting
 * ends some seconds after it began. `quiet`: measures, crowds or fills what others would share.
 */
export type Lane = 'together' | 'engines' | 'faults' | 'hasty' | 'quiet'

/** What is a chain begins first, for the chain is what a run waits for in the end. */
const ORDER: readonly Lane[] = ['faults', 'engines', 'hasty', 'together', 'quiet']
/** Each has a query of Spark's, or several. */
const MOST_ON_ENGINES = 2

/**
 * Runs every file, in the given order within its lane.
 *
 * @param slots how many at a time
 * @param run settles when the file is through; what it throws ends the whole
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

/** Those of `waiting` that may start now, beside what runs. */
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
    case 'hasty':
      return count('hasty') === 0
    case 'quiet':
      return running.length === 0
  }
}
