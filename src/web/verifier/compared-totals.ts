/** The totals counted here beside the published ones, with names for people. */
import { MOST_DEFINITION_BYTES } from '../../core/log/resource-bounds.ts'
import { utf8Text } from '../../core/tlog/utf8.ts'
import { DEFINITION_PATH, electionOf } from '../../core/verify/beginning.ts'
import type { LogReader } from '../../core/verify/range.ts'

export interface ComparedContest {
  readonly title: string
  readonly options: readonly {
    readonly name: string
    readonly counted: number
    /** Null if the published result has no such number. */
    readonly published: number | null
  }[]
}

/**
 * @param totals votes per option of each contest, from a log with a verified definition
 * @param published the result document, not checked; undefined if none was read
 */
export async function comparedTotals(
  read: LogReader,
  totals: readonly (readonly number[])[],
  published: Uint8Array | undefined,
): Promise<readonly ComparedContest[] | null> {
  const definition = await read(DEFINITION_PATH, MOST_DEFINITION_BYTES)
  if (definition === undefined) return null
  const claimed = votesIn(published)
  return electionOf(definition).contests.map(({ id, title, options }, c) => ({
    title,
    options: options.map((option, o) => ({
      name: option.name,
      counted: totals[c]?.[o] ?? 0,
      published: claimed.get(`${id}\n${option.id}`) ?? null,
    })),
  }))
}

/** Published votes by contest and option, as far as the document can be read. */
function votesIn(document: Uint8Array | undefined): ReadonlyMap<string, number> {
  const votes = new Map<string, number>()
  try {
    // biome-ignore lint/suspicious/noExplicitAny: JSON of which nothing is known yet
    const { contests } = JSON.parse(utf8Text(document ?? new Uint8Array(0))) as any
    for (const { id, options } of contests)
      for (const option of options)
        if (Number.isSafeInteger(option.votes)) votes.set(`${id}\n${option.id}`, option.votes)
  } catch {} // no document, or an unknown one: there is nothing to compare
  return votes
}
