/**
 * A file handed in that cannot be used: every problem in it at once, in words for the person who
 * made it.
 */
import { Fault } from '../../core/fault.ts'

export interface InputProblem {
  /** 1 is the first line; left out where the whole file is meant. */
  readonly line?: number
  readonly column?: number
  readonly message: string
}

const SHOWN = 20

export class BadInput extends Fault<'bad-input'> {
  readonly file: string
  /** The first ones, in the order of their lines. */
  readonly problems: readonly InputProblem[]

  /**
   * @param total how many there are, where not all of them were kept
   * @param hint where the rest is to be had
   */
  constructor(file: string, problems: readonly InputProblem[], total = problems.length, hint = '') {
    const shown = problems.slice(0, SHOWN)
    super('bad-input', {
      problems: shown.map((problem) => ({ ...problem, place: file })),
      more: total - shown.length,
      hint,
    })
    this.file = file
    this.problems = shown
  }
}

/** Problems kept until the whole file was read; those past this many are only counted. */
const KEPT = 1000

export interface ProblemList {
  readonly add: (line: number, message: string) => void
  /** Counts problems nobody needs to see one by one. */
  readonly addUnlisted: (count: number) => void
  readonly isEmpty: () => boolean
  /** @throws {BadInput} where there is any problem */
  readonly refuseIfAny: () => void
}

/** What hears of each problem as it is found. */
export interface ProblemListeners {
  readonly onProblem?: ((line: number, message: string) => void) | undefined
  /** Where those are that are not shown, in words. */
  readonly hint?: string | undefined
}

export function problemList(file: string, { onProblem, hint }: ProblemListeners = {}): ProblemList {
  const kept: { line: number; message: string }[] = []
  let total = 0
  return {
    add: (line, message) => {
      total++
      onProblem?.(line, message)
      if (kept.length < KEPT) kept.push({ line, message })
    },
    addUnlisted: (count) => {
      total += count
    },
    isEmpty: () => total === 0,
    refuseIfAny: () => {
      if (total === 0) return
      throw new BadInput(
        file,
        kept.sort((a, b) => a.line - b.line),
        total,
        hint,
      )
    },
  }
}
