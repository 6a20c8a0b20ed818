/**
 * How likely each option is: as the targets say, otherwise drawn from the seed once for the whole
 * run.
 */
import type { Election } from '../core/election/definition.ts'
import type { Random } from './random.ts'
import { round, type Target } from './shares.ts'

/** Per contest, per option; each contest’s weights add up to 1. */
export type Weights = readonly (readonly number[])[]

/** Rounding slack of percentages that are meant to add up to 100. */
const SLACK = 0.01

/**
 * Targeted options get their percentage, and what the targets of a contest leave is spread evenly
 * over its other options. A contest without targets gets random weights.
 * @returns the weights, or what is wrong with the targets
 */
export function optionWeights(
  election: Election,
  targets: readonly Target[],
  random: Random,
): Weights | { readonly error: string } {
  const percents = election.contests.map((contest) =>
    new Array<number | null>(contest.options.length).fill(null),
  )
  for (const { word, percent } of targets) {
    const found = optionsCalled(election, word)
    if (found.length === 0) return { error: `"${word}" is not an option of election "${election.id}"` }
    if (found.length > 1)
      return { error: `"${word}" is an option of several contests: write CONTEST/OPTION, both by id` }
    const [contest, option] = found[0]!
    if (percents[contest]![option] !== null) return { error: `"${word}" is given twice` }
    percents[contest]![option] = percent
  }
  const weights: number[][] = []
  for (const [i, given] of percents.entries()) {
    if (given.every((percent) => percent === null)) {
      weights.push(randomWeights(given.length, random))
      continue
    }
    const sum = given.reduce<number>((total, percent) => total + (percent ?? 0), 0)
    const others = given.filter((percent) => percent === null).length
    const rest = Math.max(0, 100 - sum)
    if (sum > 100 + SLACK || (others === 0 && rest > SLACK)) {
      const what = others === 0 ? 'not 100%' : 'more than 100%'
      return {
        error: `the shares of contest "${election.contests[i]!.id}" add up to ${round(sum)}%, ${what}`,
      }
    }
    weights.push(given.map((percent) => (percent ?? rest / others) / (sum + (others > 0 ? rest : 0))))
  }
  return weights
}

/** An option answers to its id, its name, and CONTEST/OPTION by ids. */
function optionsCalled(election: Election, word: string): [contest: number, option: number][] {
  const found: [number, number][] = []
  for (const [i, contest] of election.contests.entries())
    for (const [j, option] of contest.options.entries())
      if (option.id === word || option.name === word || `${contest.id}/${option.id}` === word)
        found.push([i, j])
  return found
}

/** Exponential draws: uneven enough to have a winner, and no option without a chance. */
function randomWeights(options: number, random: Random): number[] {
  const draws = Array.from({ length: options }, () => 0.1 - Math.log(1 - random.fraction()))
  const sum = draws.reduce((total, draw) => total + draw, 0)
  return draws.map((draw) => draw / sum)
}
