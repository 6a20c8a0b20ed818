/**
 * Runs all tests, suites, or files. The suite `unit` runs first; all other files are one queue
 * (test/schedule.ts). The first test that needs engines starts them, once for the whole run. A
 * hanging file is ended with all processes that it started. At the end the runner prints the
 * slowest files, the suites over their budgets, every failure, and a line
 * `N passed, N failed, N skipped`.
 *
 * usage: node test/run.ts [unit|product|browser|cluster …] [FILE …] [--name=PATTERN]
 *          [--no-skips] [--budgets] [--limit=SECONDS] [--linger=SECONDS]
 *
 * --name=PATTERN   only tests whose name matches this regular expression
 * --no-skips       a skipped test is a failure, which is the default if ../shared/ exists
 * --budgets        exceeding a budget is a failure: of a single suite, or of all together
 * --limit=SECONDS limit for a test, and for a file; 900 by default --linger=SECONDS limit for a
 * file to end after all of its tests have reported; 90 by default
 *
 * Exit codes: 0 all passed, 1 something failed, 2 unusable arguments, 130 interrupted.
 */
import { spawnSync } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { relative, resolve } from 'node:path'
import type { Transform } from 'node:stream'
import { run } from 'node:test'
import { spec, type TestEvent } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { endFile } from './process-tree.ts'
import { bundledProgram } from './program.ts'
import { PROGRAM_VARIABLE } from './program-variable.ts'
import { runScheduled } from './schedule.ts'
import { isSharedMissing } from './shared.ts'
import { filesOf, laneOf, SUITES, type Suite, suiteOf, WHOLE_BUDGET_S } from './suites.ts'
import { inTurns, type Turn } from './turns.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/**
 * The compile cache that the hundreds of commands and servers of a run share.
 */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/node/', import.meta.url))
const PREPARE = fileURLToPath(new URL('../scripts/prepare.js', import.meta.url))
const SLOWEST = 10
const LIMIT_S = 900
/** Longer than the 60 s after which test/server.ts kills a server that does not stop. */
const LINGER_S = 90
/** A file's limit is longer than a test's, so that the test's own time-out names a hanging test. */
const GRACE_MS = 5_000
const EXIT_FAILED = 1
const EXIT_USAGE = 2
const EXIT_INTERRUPTED = 130

interface Stage {
  readonly name: string
  readonly files: readonly string[]
  /** Number of files at a time. */
  readonly slots: number
  /** Budget in seconds; null if the group is not one whole suite. */
  readonly budgetS: number | null
}

interface Tally {
  readonly counts: Record<'tests' | 'suites' | 'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo', number>
  readonly files: { readonly path: string; readonly seconds: number }[]
  readonly skips: { readonly path: string; readonly title: string; readonly reason: string }[]
  /** Files that the runner ended. */
  readonly ended: { readonly path: string; readonly why: string }[]
  /** Files without a test. */
  readonly empty: string[]
  /** Seconds of the whole run, if it had all suites. */
  wholeS: number | null
  readonly stages: { readonly stage: Stage; readonly seconds: number }[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    'no-skips': { type: 'boolean', default: false },
    budgets: { type: 'boolean', default: false },
    limit: { type: 'string', default: String(LIMIT_S) },
    linger: { type: 'string', default: String(LINGER_S) },
  },
})

const LIMIT_MS = Number(values.limit) * 1000
const LINGER_MS = Number(values.linger) * 1000

/** @throws Error if a file does not exist */
function stagesFor(asked: readonly string[]): readonly Stage[] {
  const names = asked.length === 0 ? SUITES.map(({ name }) => name) : asked
  const suites = SUITES.filter(({ name }) => names.includes(name))
  const single = names.filter((name) => !suites.some((suite) => suite.name === name))
  const missing = single.find((file) => !existsSync(file))
  if (missing !== undefined)
    throw new Error(`${missing}: neither a suite (${SUITES.map(({ name }) => name).join(', ')}) nor a file`)
  const paths = single.map((file) => relative(ROOT, resolve(file)).replaceAll('\\', '/'))
  prepareFor(paths.filter((path) => !path.startsWith('..')))
  return [
    ...wholeStages(suites),
    ...paths.map((path) => ({ name: suiteOf(path), files: [path], slots: 1, budgetS: null })),
  ]
}

/**
 * Groups the files: `unit` first, then all others in one queue, with one more at a time than there
 * are cores, because some always wait.
 */
function wholeStages(suites: readonly Suite[]): readonly Stage[] {
  const cores = availableParallelism()
  return (['works', 'waits'] as const).flatMap((mostly) => {
    const some = suites.filter((suite) => suite.mostly === mostly)
    if (some.length === 0) return []
    return {
      name: some.map(({ name }) => name).join(', '),
      files: some.flatMap(({ name }) => filesOf(ROOT, name)),
      slots: cores + 1,
      budgetS: values.name === undefined && some.length === 1 ? some[0]!.budgetS : null,
    }
  })
}

/** Prepares for single files what `npm run test:SUITE` prepares for a whole suite. */
function prepareFor(paths: readonly string[]): void {
  const names = new Set(paths.map(suiteOf))
  for (const { name, prepare } of SUITES)
    if (names.has(name) && name !== 'unit') {
      const { status } = spawnSync(process.execPath, [PREPARE, prepare, '--quiet'], { stdio: 'inherit' })
      if (status !== 0) throw new Error(`what ${name} tests need could not be prepared`)
    }
}

/**
 * Whether the run has a whole suite other than `unit`: then making the bundle saves time.
 */
function asksForSuites(stages: readonly Stage[]): boolean {
  return stages.some(({ files }) => files.length > 1 && files.some((path) => suiteOf(path) !== 'unit'))
}

async function runStage(stage: Stage, tally: Tally, reporter: Transform, signal: AbortSignal): Promise<void> {
  const startedMs = performance.now()
  const turns = inTurns((event) => reporter.write(event))
  const one = (file: string) => runFile(file, tally, turns(), signal)
  await runScheduled(stage.files, laneOf, stage.slots, one, signal)
  tally.stages.push({ stage, seconds: (performance.now() - startedMs) / 1000 })
}

/** Passes events to the reporter, except for the summary, which covers the whole run. */
async function runFile(path: string, tally: Tally, turn: Turn, signal: AbortSignal): Promise<void> {
  const file = resolve(ROOT, path)
  const late = `it was not through after ${LIMIT_MS / 1000} s`
  const deadline = setTimeout(end, LIMIT_MS + GRACE_MS, file, late, tally)
  const lingering = watchLingering(file, tally)
  const events = run({
    ...{ files: [file], concurrency: 1, timeout: LIMIT_MS, signal },
    ...(values.name !== undefined && { testNamePatterns: [values.name] }),
  })
  let isEmpty = true
  for await (const event of events) {
    const { type, data } = event
    lingering.hear(event)
    if (type === 'test:summary') {
      if (data.file === undefined) add(tally, data.counts)
      else if (data.counts.tests > 0) isEmpty = false
      continue
    }
    if (type === 'test:diagnostic' && data.file === undefined && data.nesting === 0) continue
    if (type === 'test:complete' && data.name === data.file)
      tally.files.push({ path, seconds: data.details.duration_ms / 1000 })
    if (type === 'test:pass' && data.name === data.file) {
      if (isEmpty) addEmpty(tally, path)
    } else if (type === 'test:pass' && data.skip !== undefined && data.skip !== false)
      tally.skips.push({
        ...{ path, title: data.name },
        reason: data.skip === true ? 'no reason given' : data.skip,
      })
    turn.say(event)
  }
  clearTimeout(deadline)
  lingering.stop()
  turn.end()
}

/**
 * Ends a file that keeps running after all of its tests have reported. A test has left something
 * open, and the file would block its lane until LIMIT_MS.
 */
function watchLingering(file: string, tally: Tally) {
  const seconds = LINGER_MS / 1000
  const why = `all its tests had reported, and it did not end in ${seconds} s: one left something open`
  let unreported = 0
  let timer: NodeJS.Timeout | undefined
  return {
    hear: ({ type, data }: TestEvent) => {
      if (type !== 'test:enqueue' && type !== 'test:complete') return
      if (data.nesting > 0 || data.name === data.file) return
      clearTimeout(timer)
      unreported += type === 'test:enqueue' ? 1 : -1
      if (unreported === 0) timer = setTimeout(end, LINGER_MS, file, why, tally)
    },
    stop: () => clearTimeout(timer),
  }
}

/**
 * Ends a hanging file. If its processes cannot be found, ends this process: an endless run is
 * worse.
 */
function end(file: string, why: string, { ended }: Tally): void {
  const path = relative(ROOT, file)
  ended.push({ path, why })
  if (endFile(file) > 0) return
  console.log(`\nFAILED: ${path} hangs, and its process was not found`)
  process.exit(EXIT_FAILED)
}

function add({ counts }: Tally, more: Readonly<Record<string, number>>): void {
  for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += more[key] ?? 0
}

/** Finds files without tests, which Node counts as passed. */
function addEmpty({ counts, empty }: Tally, path: string): void {
  empty.push(path)
  counts.tests--
  counts.passed--
}

/** @returns the reasons, other than failed tests, for which the run fails */
function faultsOf({ counts, skips, empty, stages, wholeS }: Tally): readonly string[] {
  const wrongSkips = values['no-skips'] || !isSharedMissing() ? skips : []
  return [
    ...(counts.tests === 0 ? ['no test ran'] : []),
    ...(values.name === undefined ? empty.map((path) => `${path}: there is no test in it`) : []),
    ...wrongSkips.map(
      ({ path, title, reason }) => `${path}: "${title}" must not be skipped here (${reason})`,
    ),
    ...(values.budgets
      ? stages.filter(isOver).map(({ stage }) => `the suite ${stage.name} took longer than its budget`)
      : []),
    ...(values.budgets && wholeS !== null && wholeS > WHOLE_BUDGET_S
      ? ['the whole took longer than its budget']
      : []),
  ]
}

function isOver({ stage, seconds }: Tally['stages'][number]): boolean {
  return stage.budgetS !== null && seconds > stage.budgetS
}

/** Prints all failures again, and the closing lines of Node's own runner. */
async function printSummary({ counts }: Tally, startedMs: number, reporter: Transform): Promise<void> {
  const summary = {
    ...{ tests: counts.tests, suites: counts.suites, pass: counts.passed, fail: counts.failed },
    ...{ cancelled: counts.cancelled, skipped: counts.skipped, todo: counts.todo },
    duration_ms: Math.round(performance.now() - startedMs),
  }
  for (const [name, value] of Object.entries(summary))
    reporter.write({
      type: 'test:diagnostic',
      data: { nesting: 0, message: `${name} ${value}`, level: 'info' },
    })
  const told = new Promise((resolve) => reporter.once('end', resolve))
  reporter.end()
  await told
}

function printTimes({ files, stages, skips, wholeS }: Tally): void {
  const number = (seconds: number) => seconds.toFixed(1).padStart(7)
  console.log('\nslowest files, in seconds')
  for (const { path, seconds } of files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST))
    console.log(`${number(seconds)}  ${path}`)
  console.log('\nsuites, in seconds')
  for (const each of stages) {
    const { name, budgetS, files: some } = each.stage
    const budget = budgetS === null ? '' : `, budget ${budgetS}${isOver(each) ? ': EXCEEDED' : ''}`
    console.log(
      `${number(each.seconds)}  ${name} (${some.length} ${some.length === 1 ? 'file' : 'files'}${budget})`,
    )
  }
  if (wholeS !== null)
    console.log(
      `${number(wholeS)}  all (budget ${WHOLE_BUDGET_S}${wholeS > WHOLE_BUDGET_S ? ': EXCEEDED' : ''})`,
    )
  if (skips.length > 0) console.log('\nskipped')
  for (const { path, title, reason } of skips) console.log(`  ${path}: ${title} (${reason})`)
}

async function main(): Promise<number> {
  process.env.NODE_COMPILE_CACHE ??= COMPILED
  const tally: Tally = {
    counts: { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 },
    ...{ files: [], skips: [], ended: [], empty: [], stages: [], wholeS: null },
  }
  let stages: readonly Stage[]
  try {
    for (const name of ['limit', 'linger'] as const)
      if (!(Number(values[name]) > 0)) throw new Error(`--${name}=${values[name]}: not a number of seconds`)
    stages = stagesFor(positionals)
  } catch (error) {
    console.error(`test: ${(error as Error).message}`)
    return EXIT_USAGE
  }
  const startedMs = performance.now()
  const reporter = new spec()
  reporter.pipe(process.stdout)
  const interruption = new AbortController()
  setMaxListeners(0, interruption.signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interruption.abort())
  if (asksForSuites(stages)) process.env[PROGRAM_VARIABLE] ??= await bundledProgram(ROOT)
  const engines = stages.some(({ files }) => files.some((path) => suiteOf(path) === 'cluster'))
    ? await import('./global-setup.ts')
    : undefined
  engines?.globalSetup()
  try {
    for (const stage of stages)
      if (!interruption.signal.aborted) await runStage(stage, tally, reporter, interruption.signal)
  } finally {
    await engines?.globalTeardown()
  }
  if (positionals.length === 0 && values.name === undefined)
    tally.wholeS = (performance.now() - startedMs) / 1000
  await printSummary(tally, startedMs, reporter)
  printTimes(tally)
  const faults = faultsOf(tally)
  for (const fault of faults) console.log(`\nFAILED: ${fault}`)
  for (const { path, why } of tally.ended) console.log(`\nFAILED: ${path} was ended: ${why}`)
  const { counts } = tally
  const failed = counts.failed + counts.cancelled + faults.length
  console.log(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`)
  if (interruption.signal.aborted) return EXIT_INTERRUPTED
  return failed + tally.ended.length > 0 ? EXIT_FAILED : 0
}

const code = await main()
// Exit even if a library has left something open, after all output is written.
process.stdout.write('', () => process.exit(code))
