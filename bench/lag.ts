/**
 * How late the live count is. A unit's ballots are published in groups of k, and k to 2k − 1 of
 * them are held, so a vote waits for later votes of its unit. One process serves all elections over
 * HTTP, and voting happens in all of them at the same time.
 *
 * By the rule a unit holds k + (k − 1)/2 ballots on average. So by Little's law a vote waits for
 * (1.5k − 0.5) · units / rate seconds, and for the next batch. If no unit can fill within the run,
 * the calculated time is printed instead.
 */
import { loadavg } from 'node:os'
import type { DefinitionFile } from '../src/core/election/definition.ts'
import { type BenchElection, DEFINITION, makeElection, temporaryFolder } from './elections.ts'
import { type LagRun, lagRun } from './lag-run.ts'
import { electionServer } from './processes.ts'
import { type Figure, whole } from './report.ts'

export interface LagSizes {
  /** Votes per second. */
  readonly rates: readonly number[]
  readonly units: readonly number[]
  readonly seconds: number
}

/** Sizes with which the whole benchmark takes less than 6 min. */
export const LAG_SIZES: LagSizes = { rates: [1, 10, 100], units: [1, 10, 100, 3_152], seconds: 230 }

/** The default of `suppress_below`. */
const K = 10
/**
 * Keys per vote, so that votes stay random to the end; and per unit, so that entries name the unit.
 */
const KEYS_PER_VOTE = 2
const KEYS_PER_UNIT = 3 * K

interface Case {
  readonly rate: number
  readonly units: number
}

export async function benchLag({ rates, units, seconds }: LagSizes): Promise<Figure[]> {
  const cases = rates.flatMap((rate) => units.map((count) => ({ rate, units: count })))
  const measured = cases.filter((one) => filledAfter(one) < seconds)
  const loadBefore = loadavg()[0]!
  const runs = new Map<Case, LagRun>()
  if (measured.length > 0)
    for (const [i, run] of (await measure(measured, seconds)).entries()) runs.set(measured[i]!, run)
  return [
    {
      what: 'load of the machine, 1 min, before / at the end',
      value: `${loadBefore.toFixed(1)} / ${loadavg()[0]!.toFixed(1)}`,
    },
    ...cases.flatMap((one) => figuresOf(one, runs.get(one))),
  ]
}

/** Returns the expected seconds until a unit has two groups and publishes the first. */
function filledAfter({ rate, units }: Case): number {
  return (2 * K * units) / rate
}

function lagByRule({ rate, units }: Case): number {
  return ((1.5 * K - 0.5) * units) / rate
}

async function measure(cases: readonly Case[], seconds: number): Promise<LagRun[]> {
  const dir = temporaryFolder()
  const made: BenchElection[] = []
  for (const { rate, units } of cases) {
    const voters = Math.max(KEYS_PER_UNIT * units, Math.ceil(KEYS_PER_VOTE * rate * seconds))
    made.push(await makeElection(voters, [], definitionOf(rate, units), dir))
  }
  try {
    const server = await electionServer(made[0]!.dataDir)
    try {
      return await Promise.all(
        cases.map((one, i) =>
          lagRun({
            ...{ url: server.url, id: idOf(one.rate, one.units), keysFile: made[i]!.keysFile },
            ...{ rate: one.rate, seconds, filledAfterS: filledAfter(one), groupOf: K },
          }),
        ),
      )
    } finally {
      await server.stop()
    }
  } finally {
    made[0]!.remove()
  }
}

const idOf = (rate: number, units: number): string => `lag-${rate}-${units}`

function definitionOf(rate: number, units: number): DefinitionFile {
  const districts = Array.from({ length: units }, (_, d) => ({ id: `d${d}`, name: `District ${d}` }))
  return { ...DEFINITION, id: idOf(rate, units), suppress_below: K, districts }
}

function figuresOf(one: Case, run: LagRun | undefined): Figure[] {
  const name = `${one.rate} votes/s, ${whole(one.units)} ${one.units === 1 ? 'unit' : 'units'}`
  if (run === undefined) return [{ what: `${name}: mean lag, calculated, s`, value: whole(lagByRule(one)) }]
  const { votes, lags, acknowledgedPerSecond, meanByHeld, ruleKept } = run
  const at = (share: number) => (lags.length === 0 ? '–' : seconds(lags[Math.ceil(share * lags.length) - 1]!))
  const unpublished = votes - lags.length
  return [
    { what: `${name}: votes published, p50 / p95 / max, s`, value: `${at(0.5)} / ${at(0.95)} / ${at(1)}` },
    {
      what: '  mean, from held votes / by the rule, s',
      value: `${seconds(meanByHeld)} / ${seconds(lagByRule(one))}`,
    },
    { what: '  votes/s acknowledged', value: acknowledgedPerSecond.toFixed(1) },
    {
      what: '  held at the end',
      value: `${whole(unpublished)} of ${whole(votes)} (${((100 * unpublished) / votes).toFixed(1)} %)`,
    },
    {
      what: '  published of each unit at the end',
      value: ruleKept ? 'as the rule says' : 'different',
      goal: `${K} · max(0, ⌊n/${K}⌋ − 1)`,
      reached: ruleKept,
    },
  ]
}

function seconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0)
}
