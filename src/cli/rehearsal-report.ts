/** The outcome of a rehearsal, in words or as one line of JSON. */
import { isEqual, type RehearsalReport } from '../simulator/rehearse.ts'

const SHOWN_MISMATCHES = 20

export function inJson(report: RehearsalReport): string {
  const { wrong, ...figures } = report
  const shown = wrong.slice(0, SHOWN_MISMATCHES)
  return JSON.stringify({ event: 'rehearsed', equal: isEqual(report), ...figures, wrong: shown })
}

interface Asked {
  readonly data: string
  readonly cluster?: boolean
  /** The port of the dashboard, if there is one; it keeps running. */
  readonly port?: number
}

export function inWords(done: RehearsalReport, { data, cluster, port }: Asked): string {
  const number = (value: number) => value.toLocaleString('en')
  const rate = number(Math.round(done.ballots / done.seconds.casting))
  const [issuing, casting] = [done.seconds.keys.toFixed(1), done.seconds.casting.toFixed(1)]
  const scale =
    done.scale === 1 ? '' : `, every count divided by ${number(done.scale)} and rounded, halves up`
  const lines = [
    `${number(done.ballots)} ballots in ${number(done.districts)} districts${scale}

${done.totals.map(({ name, votes }) => `  ${name.padEnd(32)} ${number(votes).padStart(14)}`).join('\n')}

  keys issued in ${issuing} s, ballots cast in ${casting} s (${rate} durable ballots/s)

  ${done.wrong.length === 0 ? '✓' : '✗'} the count equals the file in every district
  ${done.recountEqual ? '✓' : '✗'} a recount of the stored ballots gives the same result, byte for byte
${publicLogLine(done)}  ${done.invariantHolds ? '✓' : '✗'} keys used = ballots stored = tally`,
  ]
  for (const { district, candidate, published, counted } of done.wrong.slice(0, SHOWN_MISMATCHES))
    lines.push(`  ${district}, ${candidate}: ${number(published)} in the file, ${number(counted)} counted`)
  if (done.wrong.length > SHOWN_MISMATCHES)
    lines.push(`  and ${number(done.wrong.length - SHOWN_MISMATCHES)} more`)
  if (port === undefined)
    lines.push(
      `\nTo see the result: elections serve ${cluster ? '--cluster ' : ''}--data ${data} --default ` +
        `${done.election}`,
    )
  return lines.join('\n')
}

function publicLogLine({ publicLogEqual, seconds }: RehearsalReport): string {
  if (publicLogEqual === null) return ''
  const after = ` (complete ${(seconds.publishing ?? 0).toFixed(1)} s after the last ballot)`
  return (
    `  ${publicLogEqual ? '✓' : '✗'} the public log has every ballot, and its count is the ` +
    `same${after}\n`
  )
}
