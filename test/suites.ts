/** Which test file belongs to which suite, which run side by side, and how long a suite may take. */
import { globSync } from 'node:fs'

export interface Suite {
  readonly name: SuiteName
  /** What its tests need. */
  readonly needs: string
  /** What brings that: the argument of scripts/prepare.js. */
  readonly prepare: 'packages' | 'start' | 'browser' | 'engines'
  /** Seconds on two cores with nothing else to do. */
  readonly budgetS: number
  /** Files that run side by side, but for those that run alone. */
  readonly concurrency: number
}

export type SuiteName = 'unit' | 'product' | 'browser' | 'cluster'

/** In the order in which they run: what is quick to fail comes first. */
export const SUITES: readonly Suite[] = [
  { name: 'unit', needs: 'Node alone', prepare: 'packages', budgetS: 60, concurrency: 2 },
  {
    name: 'product',
    needs: 'the command and its server, built pages, Go',
    prepare: 'start',
    ...{ budgetS: 540, concurrency: 2 },
  },
  { name: 'browser', needs: 'Chromium', prepare: 'browser', budgetS: 360, concurrency: 1 },
  {
    name: 'cluster',
    needs: 'Redis, Kafka, Spark and PostgreSQL',
    prepare: 'engines',
    ...{ budgetS: 540, concurrency: 1 },
  },
]

/** Files under test/ that start no process: they belong to the loop of seconds. */
const PURE: readonly RegExp[] = [
  /^test\/(architecture|docs|cdf)\.test\.ts$/,
  /^test\/contract\/embedded\.test\.ts$/,
  /^test\/engines\/compose\.test\.ts$/,
  /^test\/log\/v1\.test\.ts$/,
  /^test\/vectors\/(log-\w+|promise|protocol)\.test\.ts$/,
]

/** Files that start no process either, and take too long for that loop: simulations, and attacks by the hundred. */
const LONG: readonly RegExp[] = [
  /^src\/cli\/faults\.test\.ts$/,
  /^src\/pipeline\/publish\/publish\.property\.test\.ts$/,
  /^test\/cluster\/simulation\.test\.ts$/,
]

/**
 * Files of the product's suite that run alone, one after the other: in their elections voting ends some seconds after it
 * began, or they kill, crowd or fill what others would share.
 */
const ALONE: readonly RegExp[] = [
  /^test\/(add-voters|at-rest|certify|log-witness|run|simulate)\.test\.ts$/,
  /^test\/(crash|control)\//,
  /^test\/gateway\/(log|observer|places|results|viewers)\.test\.ts$/,
]

/** Patterns that name files, so that a test can tell those that name none any more. */
export const NAMED: readonly RegExp[] = [...PURE, ...LONG, ...ALONE]

export function runsAlone(path: string): boolean {
  return ALONE.some((pattern) => pattern.test(path))
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
