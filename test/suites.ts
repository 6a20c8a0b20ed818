/** The suite and the lane of each test file, and the time budgets. */
import { globSync } from 'node:fs'
import type { Lane } from './schedule.ts'

export interface Suite {
  readonly name: SuiteName
  /** What the suite's tests need. */
  readonly needs: string
  /** The argument of scripts/prepare.js that installs it. */
  readonly prepare: 'packages' | 'start' | 'browser' | 'engines'
  /** Budget in seconds on two otherwise idle cores. */
  readonly budgetS: number
  /** What its tests mostly do: use a core, or wait for processes, pages and engines. */
  readonly mostly: 'works' | 'waits'
}

export type SuiteName = 'unit' | 'product' | 'browser' | 'cluster'

/** In the order in which they run: suites that fail fast come first. */
export const SUITES: readonly Suite[] = [
  { name: 'unit', needs: 'Node alone', prepare: 'packages', budgetS: 60, mostly: 'works' },
  {
    name: 'product',
    needs: 'the command and its server, built pages, Go, Python',
    prepare: 'start',
    ...{ budgetS: 540, mostly: 'waits' },
  },
  {
    name: 'browser',
    needs: 'Chromium, Firefox and WebKitGTK',
    prepare: 'browser',
    ...{ budgetS: 360, mostly: 'waits' },
  },
  {
    name: 'cluster',
    needs: 'Redis, Kafka, Spark and PostgreSQL',
    prepare: 'engines',
    ...{ budgetS: 540, mostly: 'waits' },
  },
]

/**
 * Budget of all suites together, in seconds on two otherwise idle cores.
 */
export const WHOLE_BUDGET_S = 1500

/** Files under test/ that start no process and belong to `unit`. */
const PURE: readonly RegExp[] = [
  /^test\/(architecture|docs|cdf|schedule|sizing-model)\.test\.ts$/,
  /^test\/contract\/embedded\.test\.ts$/,
  /^test\/engines\/compose\.test\.ts$/,
  /^test\/kubernetes\/table\.test\.ts$/,
  /^test\/log\/v1\.test\.ts$/,
  /^test\/vectors\/(log-\w+|promise|protocol)\.test\.ts$/,
]

/**
 * Files that start no process but take too long for `unit`: simulations, and hundreds of attacks.
 */
const LONG: readonly RegExp[] = [
  /^src\/cli\/faults\.test\.ts$/,
  /^src\/pipeline\/publish\/publish\.property\.test\.ts$/,
  /^test\/cluster\/simulation\.test\.ts$/,
]

/**
 * Files that stop and restart the run's engines, or change them visibly for others: records in
 * `votes` that are not ballots, a topic made again, disabled triggers, other settings, closed
 * connections.
 */
const FAULTS: readonly RegExp[] = [
  /^test\/cluster\/(extend|faults|key-status|log-faults|product-faults)\.test\.ts$/,
  /^test\/cluster\/(results|set-aside|spark-faults|version-1)\.test\.ts$/,
  /^test\/engines\/(native|topics)\.test\.ts$/,
]

/** Files that measure, or overload or fill something shared. */
const QUIET: readonly RegExp[] = [
  /^test\/cluster\/product-voting\.test\.ts$/,
  /^test\/run\.test\.ts$/,
  /^test\/control\/served\.test\.ts$/,
  /^test\/gateway\/(places|viewers)\.test\.ts$/,
]

/** All patterns, so that a test can find those that match no file. */
export const NAMED: readonly RegExp[] = [...PURE, ...LONG, ...FAULTS, ...QUIET]

export function laneOf(path: string): Lane {
  if (QUIET.some((pattern) => pattern.test(path))) return 'quiet'
  if (FAULTS.some((pattern) => pattern.test(path))) return 'faults'
  if (suiteOf(path) === 'cluster') return 'engines'
  return 'together'
}

/** @param path below the repository, with slashes. Every test file has exactly one suite. */
export function suiteOf(path: string): SuiteName {
  if (LONG.some((pattern) => pattern.test(path))) return 'product'
  if (path.startsWith('src/') || PURE.some((pattern) => pattern.test(path))) return 'unit'
  if (path.startsWith('test/e2e/')) return 'browser'
  if (/^test\/(cluster|engines)\//.test(path)) return 'cluster'
  return 'product'
}

/** Returns every test file of a suite below `root`, in alphabetical order. */
export function filesOf(root: string, name: SuiteName): readonly string[] {
  return globSync(['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => suiteOf(path) === name)
    .sort()
}
