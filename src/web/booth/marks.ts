/** The choices on the current ballot, by contest and option id, and their only rule. */

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

/** With one vote the new choice replaces the old one, like radio buttons. */
export function choose(marks: Marks, contest: Votes, option: string): Marks {
  return { ...marks, [contest.id]: [option] }
}

/**
 * Adds or removes a choice; returns undefined if no vote is left, and replaces nothing silently.
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

/** Returns the earlier choices that the contests still have, or null. */
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
