/** The margin of a contest in words. Pure. */
import type { Formats } from '../shared/format.ts'
import { isolate } from '../shared/isolate.ts'
import type { Counted, Margin } from './ranking.ts'
import type { Strings } from './strings/en.ts'

/** Tied options named; of more, how many there are. */
const NAMED = 4

interface Named extends Counted {
  readonly name: string
}

export function marginSentence(
  margin: Exclude<Margin<Named>, { kind: 'none' }>,
  places: number,
  t: Strings,
  f: Formats,
): string {
  if (margin.kind === 'lead') {
    const { last, next, votes, share } = margin
    return places === 1
      ? t.ahead(last.name, next.name, f.figure(votes), f.points(share))
      : t.aheadAtLastPlace(f.count(places), last.name, next.name, f.figure(votes), f.points(share))
  }
  const names = margin.options.slice(0, NAMED).map(({ name }) => isolate(name))
  const more = margin.options.length - names.length
  const list = f.list(more > 0 ? [...names, t.andMore(f.figure(more))] : names)
  return places === 1 ? t.tied(list) : t.tiedForLastPlace(f.count(places), list)
}
