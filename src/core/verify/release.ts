/** The release policy of version 1 (docs/protocol.md, "Release"): whether what was public while voting was open may have been. Pure. */
import type { TallyCounts } from '../tally/plurality.ts'
import { releasedDistricts } from '../tally/release.ts'
import type { EntryRules } from './ballot.ts'

/** A unit with ballots that had to be held back at that count, in words. */
export function tooEarly(rules: EntryRules, counted: TallyCounts): string | undefined {
  const { election, issued } = rules
  const released = releasedDistricts(election, issued, counted)
  const d = election.districts.findIndex((_, i) => counted.perDistrict[i]! > 0 && !released[i])
  if (d === -1) return undefined
  return `${unitInWords(rules, d)} with ${counted.perDistrict[d]} ballots`
}

/** The unit that a district belongs to. */
export function unitInWords({ election, named, styleOf }: EntryRules, d: number): string {
  return named[d] ? `district "${election.districts[d]!.id}"` : `small districts of style "${styleOf[d]}"`
}
