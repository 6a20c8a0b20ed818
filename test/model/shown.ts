/**
 * How the model's tests are run, and how they tell a failure: the seed, and the shortest list of
 * things that still fails.
 */
import assert from 'node:assert/strict'
import type { Faults } from './faults.ts'
import { describe, type Plan, planOf, shortest } from './plan.ts'
import { runPlan } from './run.ts'
import type { Breach } from './secrecy.ts'

/** `MODEL_SEEDS=20` runs twenty times as many seeds, `MODEL_FROM=7001` others. */
const TIMES = Number(process.env.MODEL_SEEDS ?? 1)
const FROM = Number(process.env.MODEL_FROM ?? 1)

export function seeds(count: number): readonly number[] {
  return Array.from({ length: Math.ceil(count * TIMES) }, (_, i) => FROM + i)
}

/** Fails with the seed where one course, or one run of something small, breaks an assertion. */
export function holds(seed: number, breaches: readonly Breach[]): void {
  assert.equal(breaches.length, 0, `seed ${seed}: ${lines(breaches)}`)
}

/** Fails with seed, shortest plan and its trace where a run of the cluster breaks an assertion. */
export function runHolds(plan: Plan, faults: Faults): void {
  const { breaches } = runPlan(plan, faults)
  if (breaches.length === 0) return
  const { plan: least, trace } = shortestFailure(plan, faults, breaches[0]!)
  assert.fail(
    [
      `seed ${plan.seed}: ${lines(breaches)}`,
      ...least.orders.map(describe),
      'and what came of it:',
      ...trace,
    ].join('\n'),
  )
}

export function shortestFailure(plan: Plan, faults: Faults, { assertion }: Breach) {
  const fails = (fewer: Plan) =>
    runPlan(fewer, faults).breaches.some((breach) => breach.assertion === assertion)
  const least = shortest(plan, fails)
  return { plan: least, trace: runPlan(least, faults).trace }
}

/** The breaches of the first seed that has one of that name. */
export function firstFound(
  assertion: Breach['assertion'],
  among: readonly number[],
  breachesOf: (seed: number) => readonly Breach[],
): { readonly seed: number; readonly breach: Breach } | undefined {
  for (const seed of among) {
    const breach = breachesOf(seed).find((each) => each.assertion === assertion)
    if (breach !== undefined) return { seed, breach }
  }
  return undefined
}

export const clusterBreaches = (seed: number, faults: Faults): readonly Breach[] =>
  runPlan(planOf(seed), faults).breaches

const lines = (breaches: readonly Breach[]): string =>
  breaches
    .slice(0, 5)
    .map(({ assertion, detail }) => `${assertion}: ${detail}`)
    .join('; ')
