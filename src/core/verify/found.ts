/**
 * What a check returns, and how what several returned is added up: bounded, in the order of the
 * checks.
 */
import { type CheckName, type Finding, type FindingCode, finding, type Where } from './finding.ts'

export interface Findings {
  readonly findings: readonly Finding[]
  /** Findings that are counted and not kept, by code. */
  readonly more?: ReadonlyMap<FindingCode, number>
}

/** How much each check that ran has looked at. */
export type Checked = Readonly<Partial<Record<CheckName, number>>>

export interface Found extends Findings {
  readonly checked?: Checked
  /** What could not be checked, and why, in words. */
  readonly notChecked?: readonly string[]
}

/** Findings of one code that are kept one by one; those past them are counted. */
const KEPT = 20

export const NOTHING: Found = { findings: [] }

/** One thing that is wrong. */
export function wrong(code: FindingCode, where?: Where, detail?: string): Found {
  return { findings: [finding(code, where, detail)] }
}

/** How much one check has looked at. */
export function looked(check: CheckName, count: number): Found {
  return { findings: [], checked: { [check]: count } }
}

/** What could not be checked, in words. */
export function unchecked(why: string): Found {
  return { findings: [], notChecked: [why] }
}

/**
 * Findings in the order of the parts, counts of one check together. Twenty findings of a code are
 * kept.
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

/** All findings, those not kept among them. */
export function countOf({ findings, more = new Map() }: Findings): number {
  return [...more.values()].reduce((sum, times) => sum + times, findings.length)
}

export function hasAny({ findings }: Findings, codes: readonly FindingCode[]): boolean {
  return findings.some(({ code }) => codes.includes(code))
}
