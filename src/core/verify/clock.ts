/**
 * Compares a log with the verifier's own clock: times in the future, deadlines that have passed,
 * and cosignatures with impossible times. A log whose times are all shifted alike looks consistent;
 * but it cannot claim times after the verifier's clock.
 */
import type { Election } from '../election/definition.ts'
import { CERTIFICATION_PATH } from '../log/certification-form.ts'
import type { LogCourse } from './amendments.ts'
import { type Finding, finding } from './finding.ts'
import { type Found, NOTHING, wrong } from './found.ts'

/** How far two honest clocks may differ. */
export const CLOCK_SKEW_MS = 10 * 60_000
/** No log existed before this time, so an earlier time is wrong. */
const FIRST_MS = Date.parse('2020-01-01T00:00:00Z')

/**
 * @returns whether a time (Unix milliseconds) is more than {@link CLOCK_SKEW_MS} after the clock
 */
export function isFuture(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + CLOCK_SKEW_MS
}

/**
 * @param timestampS Unix seconds
 * @returns whether a witness can have cosigned at that time
 */
export function isPossibleCosigning(timestampS: number, nowMs: number): boolean {
  return timestampS * 1000 >= FIRST_MS && !isFuture(timestampS * 1000, nowMs)
}

/**
 * How soon after the end of voting a log must be closed and its entries public (docs/protocol.md,
 * "What verifiers check by themselves").
 */
const CLOSED_WITHIN_MS = 24 * 3_600_000

/** The facts for the comparison with the clock, apart from the log itself. */
export interface Looks {
  /** When a checkpoint of a size was seen, Unix milliseconds; this verification is included. */
  readonly looked: readonly { readonly size: number; readonly atMs: number }[]
  /**
   * Version 1: sizes at which ballots of a unit were public that had to be held while voting was
   * open.
   */
  readonly early: readonly { readonly size: number; readonly unit: string }[]
  /** The tree that witnesses cosigned, and the earliest valid cosignature, Unix milliseconds. */
  readonly witnessed: { readonly size: number; readonly firstMs: number } | undefined
  /** Whether the verifier read every entry. */
  readonly isWhole: boolean
}

/**
 * Checks the times of a log whose entries are public (docs/protocol.md, "What verifiers check by
 * themselves").
 * @returns the findings, and in `whileOpen` the number of checkpoints seen while voting was open
 */
export function checkByClock(
  course: LogCourse,
  election: Election,
  ballots: number,
  { looked, early, witnessed, isWhole }: Looks,
  nowMs: number,
): Found & { readonly whileOpen: number } {
  const endMs = course.ends().at(-1)!
  const whileOpen = looked.filter(({ atMs }) => atMs < endMs)
  const findings = early
    .filter(({ size }) => whileOpen.some((look) => look.size === size))
    .map(({ size, unit }) => finding('released-too-early', {}, `${unit}, of the first ${size} entries`))
  if (ballots > 0 && isFuture(election.opensAtMs, nowMs))
    findings.push(finding('ballots-before-opening', {}, `voting opens at ${instant(election.opensAtMs)}`))
  findings.push(...timesToCome(course, nowMs))
  if (course.close() === undefined && isWhole) findings.push(...checkOverdue('open', endMs, nowMs).findings)
  if (witnessed !== undefined) findings.push(...cosignedBefore(course, witnessed.firstMs, witnessed.size))
  return { findings, whileOpen: whileOpen.length }
}

/** Finds entries that are dated in the future. */
function timesToCome(course: LogCourse, nowMs: number): readonly Finding[] {
  const findings = course
    .amendments()
    .filter(({ at }) => isFuture(Date.parse(at), nowMs))
    .map(({ leaf, at }) => finding('amendment-in-future', { leaf }, at))
  const end = course.end()
  if (end !== undefined && isFuture(end.record.atMs, nowMs))
    findings.push(finding('end-in-future', { leaf: end.leaf }, instant(end.record.atMs)))
  const close = course.close()
  if (close !== undefined && isFuture(close.record.atMs, nowMs))
    findings.push(finding('close-in-future', { leaf: close.leaf }, instant(close.record.atMs)))
  return findings
}

/**
 * Checks that a certification is not dated in the future.
 * @param at ISO 8601
 */
export function checkCertifiedAt(at: string, nowMs: number): Found {
  if (!isFuture(Date.parse(at), nowMs)) return NOTHING
  return wrong('certification-in-future', { path: CERTIFICATION_PATH }, at)
}

/**
 * Checks that a log is closed, or that its entries are public, within 24 hours after voting ended.
 * @param endMs the end of voting in force as far as it is public, Unix milliseconds. If entries are
 *   held back, an amendment that moved it may be among them
 */
export function checkOverdue(stage: 'open' | 'held-back', endMs: number, nowMs: number): Found {
  if (!isFuture(nowMs, endMs + CLOSED_WITHIN_MS)) return NOTHING
  const ended = `voting ended at ${instant(endMs)}`
  if (stage === 'open') return wrong('close-overdue', { path: 'checkpoint' }, ended)
  return wrong('entries-overdue', { path: 'tile/entries' }, `${ended}, as far as the log shows`)
}

/**
 * Finds an entry that is dated after a cosignature of a tree that contains it.
 * @param cosignedMs the earliest valid cosignature, Unix milliseconds
 * @param size the size of the cosigned tree
 */
function cosignedBefore(course: LogCourse, cosignedMs: number, size: number): readonly Finding[] {
  const dated = course.amendments().map(({ leaf, at }) => ({ leaf, atMs: Date.parse(at) }))
  for (const last of [course.end(), course.close()])
    if (last !== undefined) dated.push({ leaf: last.leaf, atMs: last.record.atMs })
  const later = dated.find(({ leaf, atMs }) => leaf < size && isFuture(atMs, cosignedMs))
  if (later === undefined) return []
  const detail = `cosigned at ${instant(cosignedMs)}, but an entry in it is dated ${instant(later.atMs)}`
  return [finding('cosignature-time', { leaf: later.leaf }, detail)]
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
