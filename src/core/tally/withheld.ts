/**
 * Which districts of a contest tell too much (small-cell suppression). Pure: sizes and counts in, a set of rows out.
 *
 * A row is risky when fewer than `below` voters stand behind it, or when it says how every one of them voted. Totals
 * are public, so what is withheld can be added up: the rows withheld together must themselves be no risky row, and
 * where one of them is all alike the others must leave open which way. Until that holds, the smallest other row is
 * withheld too. Turnout is public: a row without ballots has nothing to hide, and hides nothing.
 *
 * This protects the rows of a count. Whoever records every snapshot of a live count sees each ballot arrive; where
 * that matters, results are for after the close.
 */
export interface CountedRow {
  readonly ballots: number
  readonly blank: number
  /** Votes per option. */
  readonly votes: readonly number[]
}

/** @param below 1 withholds nothing; the rows returned are indexes */
export function withheldRows(rows: readonly CountedRow[], below: number): ReadonlySet<number> {
  const withheld = new Set<number>()
  if (below <= 1) return withheld
  const alike: number[] = []
  for (const [i, row] of rows.entries()) {
    if (row.ballots === 0) continue
    const told = isAlike(row)
    if (told) alike.push(row.ballots)
    if (told || row.ballots < below) withheld.add(i)
  }
  if (withheld.size === 0) return withheld
  const sum = sumOf(rows, withheld)
  const largestAlike = Math.max(0, ...alike)
  const others = [...rows.keys()]
    .filter((i) => rows[i]!.ballots > 0 && !withheld.has(i))
    .sort((a, b) => rows[a]!.ballots - rows[b]!.ballots || a - b)
  for (const i of others) {
    if (withheld.size > 1 && isSafe(sum, below, largestAlike)) break
    withheld.add(i)
    add(sum, rows[i]!)
  }
  return withheld
}

/** Whether the row says of every voter that they chose some option, or none. */
export function isAlike({ ballots, blank, votes }: CountedRow): boolean {
  return ballots > 0 && (blank === ballots || votes.some((count) => count === ballots))
}

interface Sum {
  ballots: number
  blank: number
  readonly votes: number[]
}

function isSafe(sum: Sum, below: number, largestAlike: number): boolean {
  if (sum.ballots < below || isAlike(sum)) return false
  // A row known to be all alike must have two ways to be so.
  const ways = [sum.blank, ...sum.votes].filter((count) => count >= largestAlike).length
  return largestAlike === 0 || ways > 1
}

function sumOf(rows: readonly CountedRow[], which: ReadonlySet<number>): Sum {
  const sum: Sum = { ballots: 0, blank: 0, votes: rows[0]!.votes.map(() => 0) }
  for (const i of which) add(sum, rows[i]!)
  return sum
}

function add(sum: Sum, row: CountedRow): void {
  sum.ballots += row.ballots
  sum.blank += row.blank
  for (const [j, count] of row.votes.entries()) sum.votes[j]! += count
}
