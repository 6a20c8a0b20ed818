/**
 * When voting opens and ends, read back in words: what is wrong with a time is seen at once there,
 * and not in digits. Pure but for the names of months and zones, which are Intl's.
 */
import type { DefinitionFile } from '../core/election/definition.ts'
import { type Instant, readInstant } from '../core/election/instant.ts'

type Times = Pick<DefinitionFile, 'opens_at' | 'closes_at'>

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Shorter than anybody votes. */
const SHORT_MS = 10 * MINUTE

/**
 * Two or three lines: opening, end, and the same in this machine's zone where its clocks differ.
 * @param zone of this machine, as IANA names it
 */
export function timesInWords(file: Times, nowMs: number, zone: string): string[] {
  const { opens, closes } = timesOf(file)
  const lines = [
    `Voting opens  ${inOffset(opens)}, ${fromNow(opens.ms, nowMs)}`,
    `Voting ends   ${inOffset(closes)}, open for ${duration(closes.ms - opens.ms)}, ${fromNow(closes.ms, nowMs)}`,
  ]
  if ([opens, closes].some((each) => offsetIn(zone, each.ms) !== each.offset))
    lines.push(`Here (${zone})  from ${inZone(opens.ms, zone)} to ${inZone(closes.ms, zone)}`)
  return lines
}

/**
 * What is odd about the times and may well be right: a sentence each. Not whether they are over.
 */
export function timeNotes(file: Times, zone: string): string[] {
  const { opens, closes } = timesOf(file)
  const notes: string[] = []
  if (closes.ms - opens.ms < SHORT_MS) notes.push(`voting is open for only ${duration(closes.ms - opens.ms)}`)
  if (opens.offset !== closes.offset)
    notes.push(
      `opens_at has the offset ${offsetText(opens.offset)}, closes_at ${offsetText(closes.offset)}: ` +
        'right where clocks are changed between the two, else one of them is an hour off',
    )
  for (const [field, { ms, offset }] of Object.entries({ opens_at: opens, closes_at: closes })) {
    const here = offsetIn(zone, ms)
    if (here !== offset)
      notes.push(
        `${field} has the offset ${offsetText(offset)}; clocks in ${zone}, the zone of this machine, ` +
          `have ${offsetText(here)} then: it is ${inZone(ms, zone)} there`,
      )
  }
  return notes
}

/** @returns in words how long voting has been over; undefined where it is not */
export function overFor(file: Times, nowMs: number): string | undefined {
  const { closes } = timesOf(file)
  return closes.ms > nowMs ? undefined : `voting ended on ${inOffset(closes)}, ${fromNow(closes.ms, nowMs)}`
}

/** This machine's zone, as IANA names it. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

function timesOf(file: Times): { readonly opens: Instant; readonly closes: Instant } {
  return { opens: readInstant(file.opens_at) as Instant, closes: readInstant(file.closes_at) as Instant }
}

/** "Monday, 23 November 2026 at 08:00 (+01:00)", by the clocks that the definition speaks of. */
function inOffset({ ms, offset }: Instant): string {
  return `${written(ms + offset * MINUTE, 'UTC')} (${offsetText(offset)})`
}

const inZone = (ms: number, zone: string) => written(ms, zone)

function written(ms: number, timeZone: string): string {
  const day = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const seconds = ms % MINUTE === 0 ? {} : ({ second: '2-digit' } as const)
  const parts = (form: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...form, timeZone }).format(ms)
  return `${parts(day).replace(/^(\w+) /, '$1, ')} at ${parts({ ...time, ...seconds })}`
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const two = (n: number) => String(n).padStart(2, '0')
  const far = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`
}

/** Minutes east of UTC that clocks in the zone show at that moment. */
function offsetIn(zone: string, ms: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    timeZoneName: 'longOffset',
  }).formatToParts(ms)
  const name = parts.find(({ type }) => type === 'timeZoneName')!.value
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** "in 6 days", "20 days ago". */
function fromNow(ms: number, nowMs: number): string {
  const far = ms - nowMs
  return far > 0 ? `in ${rounded(far)}` : `${rounded(-far)} ago`
}

/** In the largest unit of which there are two at least: "6 days", "36 hours", "1 minute". */
function rounded(ms: number): string {
  for (const [unit, length] of UNITS) if (ms >= 2 * length) return counted(Math.floor(ms / length), unit)
  return ms >= SECOND ? counted(Math.floor(ms / SECOND), 'second') : counted(ms, 'millisecond')
}

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
]

/** Exactly, in one unit or two: "12 hours", "1 day and 12 hours", "1 millisecond". */
function duration(ms: number): string {
  const parts: string[] = []
  let left = ms
  for (const [unit, length] of UNITS) {
    if (left >= length && parts.length < 2) parts.push(counted(Math.floor(left / length), unit))
    left %= length
  }
  return parts.length === 0 ? counted(ms, 'millisecond') : parts.join(' and ')
}

const counted = (count: number, unit: string) =>
  `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`
