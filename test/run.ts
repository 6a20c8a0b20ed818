/**
 * Runs the tests: all of them, suites, or the files that are named. The suite `unit` comes first;
 * all others are one queue (test/schedule.ts). Engines are started once for the whole run, by the
 * first test that wants them. A file that hangs is ended, with all it has started. Ends with what
 * was slow, what took longer than its budget, every failure, and a line
 * `N passed, N failed, N skipped`.
 *
 * usage: node test/run.ts [unit|product|browser|cluster …] [FILE …] [--name=PATTERN] [--no-skips]
 * [--budgets]
 *          [--limit=SECONDS]
 *
 * --name=PATTERN   only tests whose name this regular expression finds
 * --no-skips       a test that is skipped is a failure, as it is wherever ../shared/ is
 * --budgets        what takes longer than its budget is a failure: a suite by itself, or all together
 * --limit=SECONDS what one test, and one file, may take; 900 by default
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
import { spec } from 'node:test/reporters'
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
 * Hundreds of commands and servers are started: each finds here what the first of them compiled.
 */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/node/', import.meta.url))
const PREPARE = fileURLToPath(new URL('../scripts/prepare.js', import.meta.url))
const SLOWEST = 10
const LIMIT_S = 900
/** Longer for the file than for one test of it: a test that hangs is named by its own time-out. */
const GRACE_MS = 5_000
const EXIT_FAILED = 1
const EXIT_USAGE = 2
const EXIT_INTERRUPTED = 130

interface Stage {
  readonly name: string
  readonly files: readonly string[]
  /** Files side by side. */
  readonly slots: number
  /** Seconds; null where it is not one whole suite. */
  readonly budgetS: number | null
}

interface Tally {
  readonly counts: Record<'tests' | 'suites' | 'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo', number>
  readonly files: { readonly path: string; readonly seconds: number }[]
  readonly skips: { readonly path: string; readonly title: string; readonly reason: string }[]
  /** Files that were ended. */
  readonly ended: string[]
  /** Files in which no test was. */
  readonly empty: string[]
  /** Seconds of the whole run, where all suites were in it. */
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
  },
})

const LIMIT_MS = Number(values.limit) * 1000

/** @throws Error for a file that is not there */
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
 * Those that are quick by themselves; all others side by side. One more at a time than there are
 * cores: some wait.
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

/** What `npm run test:SUITE` prepares for a whole suite, for single files. */
function prepareFor(paths: readonly string[]): void {
  const names = new Set(paths.map(suiteOf))
  for (const { name, prepare } of SUITES)
    if (names.has(name) && name !== 'unit') {
      const { status } = spawnSync(process.execPath, [PREPARE, prepare, '--quiet'], { stdio: 'inherit' })
      if (status !== 0) throw new Error(`what ${name} tests need could not be prepared`)
    }
}

/**
 * Whole suites, and more of them than `unit`, which starts no process: then making the bundle pays.
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

/** The events go to the reporter, but for the summary, which is of the whole run. */
async function runFile(path: string, tally: Tally, turn: Turn, signal: AbortSignal): Promise<void> {
  const file = resolve(ROOT, path)
  const deadline = setTimeout(end, LIMIT_MS + GRACE_MS, file, tally)
  const events = run({
    ...{ files: [file], concurrency: 1, timeout: LIMIT_MS, signal },
    ...(values.name !== undefined && { testNamePatterns: [values.name] }),
  })
  let isEmpty = true
  for await (const event of events) {
    const { type, data } = event
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
  turn.end()
}

/**
 * Ends a file that hangs; where its processes cannot be found, this one, for a run without end is
 * worse.
 */
function end(file: string, { ended }: Tally): void {
  const path = relative(ROOT, file)
  ended.push(path)
  if (endFile(file) > 0) return
  console.log(`\nFAILED: ${path} hangs, and its process was not found`)
  process.exit(EXIT_FAILED)
}

function add({ counts }: Tally, more: Readonly<Record<string, number>>): void {
  for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += more[key] ?? 0
}

/** Node counts a file without tests as one that passed. */
function addEmpty({ counts, empty }: Tally, path: string): void {
  empty.push(path)
  counts.tests--
  counts.passed--
}

/** @returns what makes the run fail besides tests that failed */
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

/** Failures once more, and the lines with which Node's own runner closes. */
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
    if (!(LIMIT_MS > 0)) throw new Error(`--limit=${values.limit}: not a number of seconds`)
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
  for (const path of tally.ended)
    console.log(`\nFAILED: ${path}: it was not through after ${LIMIT_MS / 1000} s, and was ended`)
  const { counts } = tally
  const failed = counts.failed + counts.cancelled + faults.length
  console.log(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`)
  if (interruption.signal.aborted) return EXIT_INTERRUPTED
  return failed + tally.ended.length > 0 ? EXIT_FAILED : 0
}

const code = await main()
// Whatever a library left open does not hold up the end, once all is written.
process.stdout.write('', () => process.exit(code))
