/**
 * Runs the tests: all of them, a suite, or the files that are named. Engines are started once for the whole run, by the
 * first test that wants them. Ends with what was slow, what took longer than its budget, every failure, and a line
 * `N passed, N failed`.
 *
 * usage: node test/run.ts [unit|product|browser|cluster …] [FILE …] [--name=PATTERN] [--no-skips] [--budgets]
 */
import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Transform } from 'node:stream'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isSharedMissing, SHARED_REASON } from './shared.ts'
import { filesOf, SUITES, type SuiteName, suiteOf } from './suites.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SLOWEST = 10
const EXIT_FAILED = 1
const EXIT_USAGE = 2
const EXIT_INTERRUPTED = 130

interface Stage {
  readonly name: SuiteName
  readonly files: readonly string[]
  /** Files side by side. */
  readonly concurrency: number
  /** Seconds; null where only some files of the suite run. */
  readonly budgetS: number | null
}

interface Tally {
  readonly counts: Record<'tests' | 'suites' | 'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo', number>
  readonly files: { readonly path: string; readonly seconds: number }[]
  readonly skips: { readonly path: string; readonly title: string; readonly reason: string }[]
  /** Files in which no test was. */
  readonly empty: string[]
  readonly stages: { readonly stage: Stage; readonly seconds: number }[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    'no-skips': { type: 'boolean', default: false },
    budgets: { type: 'boolean', default: false },
  },
})

/** @throws Error for a file that is not there */
function stagesFor(asked: readonly string[]): readonly Stage[] {
  const names = asked.length === 0 ? SUITES.map(({ name }) => name) : asked
  const suites = SUITES.filter(({ name }) => names.includes(name))
  const whole = suites.map(({ name, concurrency, budgetS }) => ({
    name,
    concurrency,
    budgetS: values.name === undefined ? budgetS : null,
    files: filesOf(ROOT, name),
  }))
  const single = names.filter((name) => !suites.some((suite) => suite.name === name))
  const missing = single.find((file) => !existsSync(file))
  if (missing !== undefined)
    throw new Error(`${missing}: neither a suite (${SUITES.map(({ name }) => name).join(', ')}) nor a file`)
  const paths = single.map((file) => relative(ROOT, resolve(file)).replaceAll('\\', '/'))
  return [
    ...whole,
    ...paths.map((path) => ({ name: suiteOf(path), files: [path], concurrency: 1, budgetS: null })),
  ]
}

/** Runs one stage; its events go to the reporter, but for the summary, which is of the whole run. */
async function runStage(stage: Stage, tally: Tally, reporter: Transform, signal: AbortSignal): Promise<void> {
  const { files, concurrency } = stage
  const startedMs = performance.now()
  const events = run({
    files: files.map((file) => resolve(ROOT, file)),
    concurrency,
    signal,
    ...(values.name !== undefined && { testNamePatterns: [values.name] }),
  })
  const summarised = new Set<string>()
  for await (const event of events) {
    const { type, data } = event
    if (type === 'test:summary') {
      if (data.file === undefined) add(tally, data.counts)
      else if (data.counts.tests > 0) summarised.add(data.file)
      continue
    }
    if (type === 'test:diagnostic' && data.file === undefined && data.nesting === 0) continue
    if (type === 'test:complete' && data.name === data.file)
      tally.files.push({ path: relative(ROOT, data.name), seconds: data.details.duration_ms / 1000 })
    if (type === 'test:pass' && data.name === data.file) {
      if (!summarised.has(data.name)) addEmpty(tally, relative(ROOT, data.name))
    } else if (type === 'test:pass' && data.skip !== undefined && data.skip !== false)
      tally.skips.push({
        path: relative(ROOT, data.file ?? ''),
        title: data.name,
        reason: data.skip === true ? 'no reason given' : data.skip,
      })
    reporter.write(event)
  }
  tally.stages.push({ stage, seconds: (performance.now() - startedMs) / 1000 })
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
function faultsOf({ counts, skips, empty, stages }: Tally): readonly string[] {
  const wrongSkips = values['no-skips']
    ? skips
    : skips.filter(({ reason }) => reason.startsWith(SHARED_REASON) && !isSharedMissing())
  return [
    ...(counts.tests === 0 ? ['no test ran'] : []),
    ...(values.name === undefined ? empty.map((path) => `${path}: there is no test in it`) : []),
    ...wrongSkips.map(
      ({ path, title, reason }) => `${path}: "${title}" must not be skipped here (${reason})`,
    ),
    ...(values.budgets
      ? stages.filter(isOver).map(({ stage }) => `the suite ${stage.name} took longer than its budget`)
      : []),
  ]
}

function isOver({ stage, seconds }: Tally['stages'][number]): boolean {
  return stage.budgetS !== null && seconds > stage.budgetS
}

function tellTimes({ files, stages, skips }: Tally): void {
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
  if (skips.length > 0) console.log('\nskipped')
  for (const { path, title, reason } of skips) console.log(`  ${path}: ${title} (${reason})`)
}

async function main(): Promise<number> {
  const tally: Tally = {
    counts: { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 },
    ...{ files: [], skips: [], empty: [], stages: [] },
  }
  let stages: readonly Stage[]
  try {
    stages = stagesFor(positionals)
  } catch (error) {
    console.error(`test: ${(error as Error).message}`)
    return EXIT_USAGE
  }
  const startedMs = performance.now()
  const reporter = new spec()
  reporter.pipe(process.stdout)
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interruption.abort())
  const engines = stages.some(({ name }) => name === 'cluster')
    ? await import('./global-setup.ts')
    : undefined
  engines?.globalSetup()
  try {
    for (const stage of stages)
      if (!interruption.signal.aborted) await runStage(stage, tally, reporter, interruption.signal)
  } finally {
    await engines?.globalTeardown()
  }
  const { counts } = tally
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
  tellTimes(tally)
  const faults = faultsOf(tally)
  for (const fault of faults) console.log(`\nFAILED: ${fault}`)
  const failed = counts.failed + counts.cancelled + faults.length
  console.log(
    `\n${counts.passed} passed, ${failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
  )
  if (interruption.signal.aborted) return EXIT_INTERRUPTED
  return failed > 0 ? EXIT_FAILED : 0
}

const code = await main()
// Whatever a library left open does not hold up the end, once all is written.
process.stdout.write('', () => process.exit(code))
