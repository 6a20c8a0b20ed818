/**
 * The choices on the ballot in hand, by contest and option id, and the one rule about them. Pure.
 */

/** Options chosen per contest id. */
export type Marks = Readonly<Record<string, readonly string[]>>

interface Votes {
  readonly id: string
  readonly votes?: number | undefined
}

export const votesIn = (contest: Votes): number => contest.votes ?? 1

export function marksIn(marks: Marks, contest: Votes): readonly string[] {
  return marks[contest.id] ?? []
}

/** With one vote the new choice takes the old one's place, as radio buttons do. */
export function choose(marks: Marks, contest: Votes, option: string): Marks {
  return { ...marks, [contest.id]: [option] }
}

/**
 * Adds or takes away a choice; undefined where there is no vote left for it: nothing is swapped
 * silently.
 */
export function toggle(marks: Marks, contest: Votes, option: string): Marks | undefined {
  const chosen = marksIn(marks, contest)
  if (chosen.includes(option)) return { ...marks, [contest.id]: chosen.filter((id) => id !== option) }
  return chosen.length < votesIn(contest) ? { ...marks, [contest.id]: [...chosen, option] } : undefined
}

export function clear(marks: Marks, contest: Votes): Marks {
  return { ...marks, [contest.id]: [] }
}

export function isBlank(marks: Marks): boolean {
  return Object.values(marks).every((chosen) => chosen.length === 0)
}

/** What of earlier marks fits the contests still; null where there is none. */
export function stillOn(
  contests: readonly (Votes & { readonly options: readonly { readonly id: string }[] })[],
  marks: Marks | null,
): Marks | null {
  const kept = contests.map((contest) => {
    const chosen = contest.options.map(({ id }) => id).filter((id) => marks?.[contest.id]?.includes(id))
    return [contest.id, chosen.length > votesIn(contest) ? [] : chosen] as const
  })
  return kept.some(([, chosen]) => chosen.length > 0) ? Object.fromEntries(kept) : null
}
