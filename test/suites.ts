/** Which test file belongs to which suite, which run side by side, and how long it all may take. */
import { globSync } from 'node:fs'
import type { Lane } from './schedule.ts'

export interface Suite {
  readonly name: SuiteName
  /** What its tests need. */
  readonly needs: string
  /** What brings that: the argument of scripts/prepare.js. */
  readonly prepare: 'packages' | 'start' | 'browser' | 'engines'
  /** Seconds on two cores with nothing else to do. */
  readonly budgetS: number
  /** What its tests do most: they keep a core busy, or wait for processes, pages and engines. */
  readonly mostly: 'works' | 'waits'
}

export type SuiteName = 'unit' | 'product' | 'browser' | 'cluster'

/** In the order in which they run: what is quick to fail comes first. */
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
 * For all suites together, which run side by side: seconds on two cores with nothing else to do.
 */
export const WHOLE_BUDGET_S = 1500

/** Files under test/ that start no process: they belong to the loop of seconds. */
const PURE: readonly RegExp[] = [
  /^test\/(architecture|docs|cdf|schedule|sizing-model)\.test\.ts$/,
  /^test\/contract\/embedded\.test\.ts$/,
  /^test\/engines\/compose\.test\.ts$/,
  /^test\/kubernetes\/table\.test\.ts$/,
  /^test\/log\/v1\.test\.ts$/,
  /^test\/vectors\/(log-\w+|promise|protocol)\.test\.ts$/,
]

/**
 * Files that start no process either, and take too long for that loop: simulations, and attacks by
 * the hundred.
 */
const LONG: readonly RegExp[] = [
  /^src\/cli\/faults\.test\.ts$/,
  /^src\/pipeline\/publish\/publish\.property\.test\.ts$/,
  /^test\/cluster\/simulation\.test\.ts$/,
]

/**
 * Files that bring down the engines of the run and bring them back, or do what others on these
 * would see: records that are no ballots in `votes`, a topic made again, triggers switched off.
 */
const FAULTS: readonly RegExp[] = [
  /^test\/cluster\/(extend|faults|log|product-faults|set-aside|spark|version-1)\.test\.ts$/,
  /^test\/engines\/(native|topics)\.test\.ts$/,
]

/** Files in whose elections voting ends some seconds after it began. */
const HASTY: readonly RegExp[] = [/^test\/e2e\/(booth|verifier)\.test\.ts$/]

/** Files that measure, crowd or fill what others would share. */
const QUIET: readonly RegExp[] = [
  /^test\/cluster\/product-voting\.test\.ts$/,
  /^test\/run\.test\.ts$/,
  /^test\/control\/served\.test\.ts$/,
  /^test\/gateway\/(places|viewers)\.test\.ts$/,
]

/** Patterns that name files, so that a test can tell those that name none any more. */
export const NAMED: readonly RegExp[] = [...PURE, ...LONG, ...FAULTS, ...HASTY, ...QUIET]

export function laneOf(path: string): Lane {
  if (QUIET.some((pattern) => pattern.test(path))) return 'quiet'
  if (FAULTS.some((pattern) => pattern.test(path))) return 'faults'
  if (suiteOf(path) === 'cluster') return 'engines'
  return HASTY.some((pattern) => pattern.test(path)) ? 'hasty' : 'together'
}

/** @param path below the repository, with slashes; every test file has exactly one suite */
export function suiteOf(path: string): SuiteName {
  if (LONG.some((pattern) => pattern.test(path))) return 'product'
  if (path.startsWith('src/') || PURE.some((pattern) => pattern.test(path))) return 'unit'
  if (path.startsWith('test/e2e/')) return 'browser'
  if (/^test\/(cluster|engines)\//.test(path)) return 'cluster'
  return 'product'
}

/** Every test file of a suite below `root`, in alphabetical order. */
export function filesOf(root: string, name: SuiteName): readonly string[] {
  return globSync(['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => suiteOf(path) === name)
    .sort()
}
