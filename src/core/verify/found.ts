/** The result of a check, and the sum of several results: bounded, in the order of the checks. */
import { type CheckName, type Finding, type FindingCode, finding, type Where } from './finding.ts'

export interface Findings {
  readonly findings: readonly Finding[]
  /** Numbers of further findings that were counted but not kept, by code. */
  readonly more?: ReadonlyMap<FindingCode, number>
}

/** How many things each check has checked. */
export type Checked = Readonly<Partial<Record<CheckName, number>>>

export interface Found extends Findings {
  readonly checked?: Checked
  /** What could not be checked and why, as sentences. */
  readonly notChecked?: readonly string[]
}

/** How many findings of one code are kept; further ones are only counted. */
const KEPT = 20

export const NOTHING: Found = { findings: [] }

/** A result with one finding. */
export function wrong(code: FindingCode, where?: Where, detail?: string): Found {
  return { findings: [finding(code, where, detail)] }
}

/** A result without findings, with the number of things that one check has checked. */
export function looked(check: CheckName, count: number): Found {
  return { findings: [], checked: { [check]: count } }
}

/** A result that says what could not be checked. */
export function unchecked(why: string): Found {
  return { findings: [], notChecked: [why] }
}

/**
 * Adds up results: findings in the order of the parts, and the counts of each check. At most 20
 * findings of a code are kept; further ones are counted in `more`.
 */
export function addedUp(parts: readonly Found[]): Required<Found> {
  const findings: Finding[] = []
  const kept = new Map<FindingCode, number>()
  const more = new Map<FindingCode, number>()
  const checked: Partial<Record<CheckName, number>> = {}
  const count = <Key>(counts: Map<Key, number>, key: Key, by: number) =>
    counts.set(key, (counts.get(key) ?? 0) + by)
  for (const part of parts) {
    for (const each of part.findings) {
      if ((kept.get(each.code) ?? 0) === KEPT) {
        count(more, each.code, 1)
        continue
      }
      count(kept, each.code, 1)
      findings.push(each)
    }
    for (const [code, times] of part.more ?? []) count(more, code, times)
    for (const [check, times] of Object.entries(part.checked ?? {}) as [CheckName, number][])
      checked[check] = (checked[check] ?? 0) + times
  }
  return { findings, more, checked, notChecked: parts.flatMap(({ notChecked }) => notChecked ?? []) }
}

/** @returns the number of all findings, including those that were not kept */
export function countOf({ findings, more = new Map() }: Findings): number {
  return [...more.values()].reduce((sum, times) => sum + times, findings.length)
}

/** @returns whether a finding with one of these codes was kept */
export function hasAny({ findings }: Findings, codes: readonly FindingCode[]): boolean {
  return findings.some(({ code }) => codes.includes(code))
}
