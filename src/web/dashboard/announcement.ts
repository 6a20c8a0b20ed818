/**
 * The text that a screen reader announces every 30 s instead of at each update: turnout and
 * leaders.
 */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import type { Formats } from '../shared/format.ts'
import { outcomeIn, outcomeSaid } from './outcome-statement.ts'
import type { Strings } from './strings/en.ts'

/** At most this many contests are announced. The others are on the page. */
const CONTESTS = 3

export function announcementOf(snapshot: ResultsSnapshot, t: Strings, f: Formats): string {
  const turnout = snapshot.eligible === 0 ? null : snapshot.cast / snapshot.eligible
  const sentences = [t.announceTurnout(f.figure(snapshot.cast), f.share(turnout))]
  for (const contest of snapshot.contests?.slice(0, CONTESTS) ?? []) {
    sentences.push(...outcomeSaid(contest, outcomeIn(contest, snapshot), t, f).result)
  }
  return sentences.join(' ')
}
