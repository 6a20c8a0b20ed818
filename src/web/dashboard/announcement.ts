/**
 * What a screen reader is told now and then (never on each tick): how many voted, and who is ahead.
 * Pure.
 */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import type { Formats } from '../shared/format.ts'
import { outcomeIn, outcomeSaid } from './outcome-statement.ts'
import type { Strings } from './strings/en.ts'

/** Contests told of; the rest can be read on the page. */
const CONTESTS = 3

export function announcementOf(snapshot: ResultsSnapshot, t: Strings, f: Formats): string {
  const turnout = snapshot.eligible === 0 ? null : snapshot.cast / snapshot.eligible
  const sentences = [t.announceTurnout(f.figure(snapshot.cast), f.share(turnout))]
  for (const contest of snapshot.contests?.slice(0, CONTESTS) ?? []) {
    sentences.push(...outcomeSaid(contest, outcomeIn(contest, snapshot), t, f).result)
  }
  return sentences.join(' ')
}
