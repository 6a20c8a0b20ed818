/** How a rehearsal ended, in words or as one line of JSON. */
import type { Mismatch } from '../simulator/rehearsal.ts'
import { EXIT_NO } from './exit.ts'

const SHOWN_MISMATCHES = 20

interface ReportOptions {
  readonly data: string
  readonly cluster?: boolean
  readonly scale: number
  readonly port?: number
  readonly json?: boolean
}

export interface RehearsalReport {
  readonly election: string
  readonly districts: number
  readonly ballots: number
  readonly scale: number
  readonly seconds: {
    readonly keys: number
    readonly casting: number
    /** Until the engines of a cluster had counted. */
    readonly counting?: number
    /** Until the public log told every ballot, on one machine. */
    readonly publishing?: number
  }
  readonly wrong: readonly Mismatch[]
  readonly recountEqual: boolean
  /** Whether the public log, which tells every ballot, counts the same; null on a cluster, where it is not waited for. */
  readonly publicLogEqual: boolean | null
  readonly invariantHolds: boolean
  readonly totals: readonly { readonly name: string; readonly votes: number }[]
}

/** Says how a rehearsal ended, and sets the exit code where the count is not what it should be. */
export function report(options: ReportOptions, done: RehearsalReport): void {
  const equal =
    done.wrong.length === 0 && done.recountEqual && done.publicLogEqual !== false && done.invariantHolds
  if (!equal) process.exitCode = EXIT_NO
  if (options.json) {
    const { wrong, ...figures } = done
    console.log(
      JSON.stringify({ event: 'rehearsed', equal, ...figures, wrong: wrong.slice(0, SHOWN_MISMATCHES) }),
    )
    return
  }
  const number = (value: number) => value.toLocaleString('en')
  const rate = number(Math.round(done.ballots / done.seconds.casting))
  const scale =
    options.scale === 1 ? '' : `, every count divided by ${number(options.scale)} and rounded, halves up`
  console.log(`${number(done.ballots)} ballots in ${number(done.districts)} districts${scale}

${done.totals.map(({ name, votes }) => `  ${name.padEnd(32)} ${number(votes).padStart(14)}`).join('\n')}

  keys issued in ${done.seconds.keys.toFixed(1)} s, ballots cast in ${done.seconds.casting.toFixed(1)} s (${rate} durable ballots/s)

  ${done.wrong.length === 0 ? '✓' : '✗'} the count equals the file in every district
  ${done.recountEqual ? '✓' : '✗'} a recount of the stored ballots gives the same bytes
${publicLogLine(done)}  ${done.invariantHolds ? '✓' : '✗'} keys used = ballots stored = tally`)
  for (const { district, candidate, published, counted } of done.wrong.slice(0, SHOWN_MISMATCHES))
    console.log(`  ${district}, ${candidate}: ${number(published)} in the file, ${number(counted)} counted`)
  if (done.wrong.length > SHOWN_MISMATCHES)
    console.log(`  and ${number(done.wrong.length - SHOWN_MISMATCHES)} more`)
  if (options.port === undefined)
    console.log(
      `\nSee it: elections serve ${options.cluster ? '--cluster ' : ''}--data ${options.data} --default ${done.election}`,
    )
}

function publicLogLine({ publicLogEqual, seconds }: RehearsalReport): string {
  if (publicLogEqual === null) return ''
  const after = ` (published ${(seconds.publishing ?? 0).toFixed(1)} s after the last)`
  return `  ${publicLogEqual ? '✓' : '✗'} the public log tells every ballot, and its count is the same${after}\n`
}
