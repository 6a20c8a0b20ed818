/**
 * An input file that cannot be used, with every problem in it, in words for the person who made it.
 */
import { Fault } from '../../core/fault.ts'

export interface InputProblem {
  /** 1 is the first line; left out if the problem concerns the whole file. */
  readonly line?: number
  readonly column?: number
  readonly message: string
}

const SHOWN = 20

export class BadInput extends Fault<'bad-input'> {
  readonly file: string
  /** The first 20, in the order of their lines. */
  readonly problems: readonly InputProblem[]

  /**
   * @param total how many problems there are, if `problems` does not list all of them
   * @param hint where the reader finds the rest
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

/**
 * At most this many problems are kept until the whole file was read; further ones are only counted.
 */
const KEPT = 1000

export interface ProblemList {
  readonly add: (line: number, message: string) => void
  /** Counts problems that need not be listed. */
  readonly addUnlisted: (count: number) => void
  readonly isEmpty: () => boolean
  /** @throws {BadInput} if there is any problem */
  readonly refuseIfAny: () => void
}

/** Receives each problem as it is found. */
export interface ProblemListeners {
  readonly onProblem?: ((line: number, message: string) => void) | undefined
  /** Where the reader finds the problems that are not shown, in words. */
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
