/**
 * The embedded ballot box without HTTP: durable ballots per second at two sizes of the roll, memory
 * per voter, start and recount. The sizes run in turn, each in its own process (box-run.ts), so
 * that neither warms the other.
 */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BoxRun } from './box-run.ts'
import { temporaryFolder } from './elections.ts'
import { type Figure, median, whole } from './report.ts'

const RUN = fileURLToPath(new URL('./box-run.ts', import.meta.url))
const MAKE = fileURLToPath(new URL('./box-make.ts', import.meta.url))
const ROUNDS = 3
const BALLOTS = 1_000_000

export function benchBox(few: number, many: number): Figure[] {
  const runs = { few: [] as BoxRun[], many: [] as BoxRun[] }
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, voters] of [
      ['few', few],
      ['many', many],
    ] as const) {
      runs[name].push(runOnce(voters))
    }
  const middle = (list: readonly BoxRun[], pick: (run: BoxRun) => number) => median(list.map(pick))
  const fewRate = middle(runs.few, (run) => run.ballotsPerSecond)
  const manyRate = middle(runs.many, (run) => run.ballotsPerSecond)
  const ratio = median(runs.few.map((run, i) => runs.many[i]!.ballotsPerSecond / run.ballotsPerSecond))
  const reopen = middle(runs.few, (run) => run.reopenSeconds)
  const recount = middle(runs.few, (run) => run.recountPerSecond)
  const perVoter = middle(runs.many, (run) => run.bytesPerVoter)
  return [
    {
      what: `durable ballots/s, ${whole(few)} keys`,
      value: whole(fewRate),
      goal: '≥ 200,000',
      reached: fewRate >= 2e5,
    },
    { what: `durable ballots/s, ${whole(many)} keys`, value: whole(manyRate) },
    {
      what: 'ratio of the two, median of the rounds',
      value: ratio.toFixed(2),
      goal: '≥ 0.70',
      reached: ratio >= 0.7,
    },
    {
      what: `open with ${whole(few)} keys and ${whole(Math.min(BALLOTS, few))} ballots, s`,
      value: reopen.toFixed(1),
      goal: '< 5',
      reached: reopen < 5,
    },
    { what: 'recount, ballots/s', value: whole(recount), goal: '≥ 1,000,000', reached: recount >= 1e6 },
    {
      what: `resident bytes per voter, ${whole(many)} keys`,
      value: perVoter.toFixed(1),
      goal: '≤ 64',
      reached: perVoter <= 64,
    },
  ]
}

function runOnce(voters: number): BoxRun {
  const dir = temporaryFolder()
  try {
    execFileSync(process.execPath, [MAKE, dir, String(voters)])
    const args = ['--expose-gc', RUN, dir, String(voters), String(Math.min(BALLOTS, voters))]
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as BoxRun
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
