/**
 * A log against the verifier's own clock: times that have not come, what is overdue, and
 * cosignatures of no possible time. A log whose times all lie in step is believed for them; what it
 * cannot do is lie past the verifier's clock. Pure.
 */
import type { Election } from '../election/definition.ts'
import { CERTIFICATION_PATH } from '../log/certification-form.ts'
import type { LogCourse } from './amendments.ts'
import { type Finding, finding } from './finding.ts'
import { type Found, NOTHING, wrong } from './found.ts'

/** By how much two honest clocks may differ. */
export const CLOCK_SKEW_MS = 10 * 60_000
/** Before it there was no log: what is dated earlier was dated by nobody's clock. */
const FIRST_MS = Date.parse('2020-01-01T00:00:00Z')

export function isFuture(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + CLOCK_SKEW_MS
}

/** Whether a witness can have cosigned at that time, Unix seconds. */
export function isPossibleCosigning(timestampS: number, nowMs: number): boolean {
  return timestampS * 1000 >= FIRST_MS && !isFuture(timestampS * 1000, nowMs)
}

/**
 * How long after voting has ended a log is closed and its entries are public, at the latest
 * (docs/protocol.md).
 */
const CLOSED_WITHIN_MS = 24 * 3_600_000

/** What the clock has to do with, besides the log itself. */
export interface Looks {
  /** When somebody saw the log at a size, this verifier now included; Unix milliseconds. */
  readonly looked: readonly { readonly size: number; readonly atMs: number }[]
  /** Sizes at which a unit was public that had to be held back while voting was open. */
  readonly early: readonly { readonly size: number; readonly unit: string }[]
  /**
   * The tree that witnesses cosigned, and the earliest of their good cosignatures, Unix
   * milliseconds.
   */
  readonly witnessed: { readonly size: number; readonly firstMs: number } | undefined
  /** Whether all of the log was read. */
  readonly isWhole: boolean
}

/**
 * Of a log whose entries are public; with how many looks were taken while voting was open, by the
 * end in force.
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

/** Times of entries that have not come yet. */
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

export function checkCertifiedAt(at: string, nowMs: number): Found {
  if (!isFuture(Date.parse(at), nowMs)) return NOTHING
  return wrong('certification-in-future', { path: CERTIFICATION_PATH }, at)
}

/**
 * A log that has no close though voting ended long ago, or entries that are still held back then.
 * @param endMs the end of voting in force, as far as it is public: where entries are held back, an
 *   amendment that moved it may be held back with them
 */
export function checkOverdue(stage: 'open' | 'held-back', endMs: number, nowMs: number): Found {
  if (!isFuture(nowMs, endMs + CLOSED_WITHIN_MS)) return NOTHING
  const ended = `voting ended at ${instant(endMs)}`
  if (stage === 'open') return wrong('close-overdue', { path: 'checkpoint' }, ended)
  return wrong('entries-overdue', { path: 'tile/entries' }, `${ended}, as far as that is public`)
}

/**
 * A checkpoint cannot have been cosigned before an entry in it was made.
 * @param cosignedMs the earliest of its good cosignatures, Unix milliseconds
 * @param size of the tree that was cosigned
 */
function cosignedBefore(course: LogCourse, cosignedMs: number, size: number): readonly Finding[] {
  const dated = course.amendments().map(({ leaf, at }) => ({ leaf, atMs: Date.parse(at) }))
  for (const last of [course.end(), course.close()])
    if (last !== undefined) dated.push({ leaf: last.leaf, atMs: last.record.atMs })
  const later = dated.find(({ leaf, atMs }) => leaf < size && isFuture(atMs, cosignedMs))
  if (later === undefined) return []
  const detail = `cosigned at ${instant(cosignedMs)}, an entry is of ${instant(later.atMs)}`
  return [finding('cosignature-time', { leaf: later.leaf }, detail)]
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
