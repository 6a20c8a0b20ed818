/**
 * Counts as an engine elsewhere tells them: how many ballots of a district have exactly these marks
 * in a contest, in absolute numbers (docs/protocol.md, "Aggregated votes").
 */
import { isId } from '../election/id.ts'

const MAX_TEXT = 4_096

/** Ballots of a district whose marks in a contest are exactly these. */
export interface MarksCount {
  /** The district's id. */
  readonly district: string
  /** Index into the election's contests; −1 is the whole ballot. */
  readonly contest: number
  /**
   * Option numbers as compact JSON; of the whole ballot `[]` where it marks nothing, else `[1]`.
   */
  readonly marks: string
  readonly ballots: number
}

export const WHOLE_BALLOT = -1

export interface AggregatedRecord extends MarksCount {
  readonly election: string
}

/**
 * Reads the value of an `aggregated_votes` record.
 * @returns undefined where it is not one of version 1, whatever it is instead
 */
export function parseAggregated(text: string): AggregatedRecord | undefined {
  if (text.length > MAX_TEXT) return undefined
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { v, election, district, contest, marks, ballots } = value as Readonly<Record<string, unknown>>
  const sound =
    v === 1 &&
    isId(election) &&
    isId(district) &&
    Number.isSafeInteger(contest) &&
    (contest as number) >= WHOLE_BALLOT &&
    isMarks(marks) &&
    Number.isSafeInteger(ballots) &&
    (ballots as number) > 0
  if (!sound) return undefined
  return {
    election: election as string,
    district: district as string,
    contest: contest as number,
    marks: JSON.stringify(marks),
    ballots: ballots as number,
  }
}

/** Option numbers, ascending, none twice. */
export function isMarks(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.every((mark, i) => Number.isSafeInteger(mark) && mark >= 0 && (i === 0 || mark > value[i - 1]))
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
