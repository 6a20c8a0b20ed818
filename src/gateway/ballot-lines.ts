/**
 * Many ballots in one request: NDJSON in, one line of answer per line, in order. While some lines
 * are being stored, the next ones are read and parsed; memory holds only these. Other requests get
 * a turn in between.
 *
 * A request without ballots is not read to its end: docs/protocol.md, "HTTP", has the limits.
 */
import type { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { REFUSALS, type RefusalCode } from '../core/election/refusal.ts'
import type { CastAnswer, Vote } from '../pipeline/cast.ts'
import { parseBallotLine } from './ballot-body.ts'
import { BodyLines, type Line } from './body-lines.ts'
import type { ImportBudget, Importer, ImportShare } from './import-budget.ts'
import { receiptLine } from './receipt.ts'
import type { ServedElection } from './served-election.ts'

export const LINES_QUERY = {
  type: 'object',
  properties: {
    receipts: {
      type: 'string',
      enum: ['full', 'trackers'],
      default: 'trackers',
      description:
        'For NDJSON: with "full" the line of a recorded ballot has the promise as well as the tracker',
    },
  },
}

const UNDER_WAY = 4
/**
 * The most lines without a ballot: not JSON, too long, or refused before their key was looked up.
 */
const NO_BALLOTS_LIMIT = 100
/** The most blank lines beyond one per other line. */
const BLANKS_LIMIT = 1_000

/**
 * `full`: with the promise, which has several times the bytes. A polling place that hands out
 * receipts requests it.
 */
export type LineReceipts = 'full' | 'trackers'

export interface LineEvents {
  /** Returns the answer for a wrong key; the request ends with the first `too-many-attempts`. */
  readonly wrongKey: (personalId: string) => 'unknown-key' | 'too-many-attempts'
  readonly onAnswers: (answers: readonly CastAnswer[]) => void
  readonly onRecorded: () => void
  /** The request was not read to its end. */
  readonly onEnded: () => void
  readonly onFault: (fault: unknown) => void
}

/**
 * Yields the answers as text, a few lines at a time. A blank line gets no answer; a line that is
 * too long gets `body-too-large`, and reading goes on after it. If the request is not read to its
 * end, the last line says why.
 * @param whose the sender
 * @throws the fault of an unknown write, which cuts the answer off after the certain answers
 */
export async function* ballotLines(
  body: Readable,
  served: ServedElection,
  receipts: LineReceipts,
  budget: ImportBudget,
  whose: Importer,
  events: LineEvents,
): AsyncGenerator<string> {
  const lines = new BodyLines(body, budget.limits)
  const casting = new LineCasting(served, receipts, budget.begin(whose), events)
  const underWay: Promise<string>[] = []
  try {
    for (let isOpen = true; isOpen; ) {
      const bytes = await lines.next()
      if (bytes === 'gone') break
      isOpen = bytes !== undefined
      const answers = await casting.begin((take) => lines.each(bytes, take))
      underWay.push(answers.text)
      casting.ended ??= lines.ended
      if (casting.ended !== null) break
      if (underWay.length >= UNDER_WAY) yield await underWay.shift()!
    }
    while (underWay.length > 0) yield await underWay.shift()!
    if (casting.ended === null) return
    lines.stop()
    events.onEnded()
    yield endLine(casting.ended, casting.answered)
  } catch (fault) {
    await Promise.allSettled(underWay)
    throw fault
  }
}

/** The state of one request. */
class LineCasting {
  readonly #served: ServedElection
  readonly #receipts: LineReceipts
  readonly #share: ImportShare
  readonly #events: LineEvents
  #noBallots = 0
  #blanks = 0
  #others = 0
  answered = 0
  /** Why the rest is not read; null while reading goes on. */
  ended: RefusalCode | null = null

  constructor(served: ServedElection, receipts: LineReceipts, share: ImportShare, events: LineEvents) {
    this.#served = served
    this.#receipts = receipts
    this.#share = share
    this.#events = events
  }

  /**
   * Casts some lines when it is this request's turn. The text is wrapped, so that waiting for the
   * turn is not waiting for the text.
   * @throws nothing; the text rejects with the fault of an unknown write
   */
  async begin(read: (take: (line: Line) => boolean) => void): Promise<{ readonly text: Promise<string> }> {
    const refused = await this.#share.mayWork()
    if (refused !== null) {
      this.ended ??= refused
      return { text: Promise.resolve('') }
    }
    const done = this.#share.work()
    const { answers, votes, places } = this.#parse(read)
    const cast = votes.length === 0 ? Promise.resolve([]) : this.#served.cast(votes, this.#receipts)
    const text = this.#answer(answers, { places, votes }, cast, done())
    // The caller awaits it later, in order; until then a rejection must not count as unhandled.
    text.catch(() => {})
    await nextTurn()
    return { text }
  }

  #parse(read: (take: (line: Line) => boolean) => void): {
    readonly answers: CastAnswer[]
    readonly votes: readonly Vote[]
    readonly places: readonly number[]
  } {
    const answers: CastAnswer[] = []
    const votes: Vote[] = []
    const places: number[] = []
    read((line) => {
      if (line === '') return this.#passOver()
      this.#others++
      const vote = line === null ? 'body-too-large' : parseBallotLine(line, this.#served.rules)
      if (typeof vote === 'string') {
        answers.push(vote)
        return this.#passNoBallot()
      }
      votes.push(vote)
      places.push(answers.length)
      // A placeholder for the answer.
      answers.push('unknown-key')
      return true
    })
    return { answers, votes, places }
  }

  #passOver(): boolean {
    if (++this.#blanks > BLANKS_LIMIT + this.#others) this.ended = 'no-ballots'
    return this.ended === null
  }

  #passNoBallot(): boolean {
    this.#share.countNoBallot()
    if (++this.#noBallots >= (this.#share.isFromOffender ? 1 : NO_BALLOTS_LIMIT)) this.ended = 'no-ballots'
    return this.ended === null
  }

  async #answer(
    answers: CastAnswer[],
    { places, votes }: { readonly places: readonly number[]; readonly votes: readonly Vote[] },
    cast: Promise<readonly CastAnswer[]>,
    tookMs: number,
  ): Promise<string> {
    let outcomes: readonly CastAnswer[]
    try {
      outcomes = await cast
    } catch (fault) {
      this.#events.onFault(fault)
      throw fault
    }
    let recorded = 0
    for (let i = 0; i < places.length; i++) {
      let outcome = outcomes[i]!
      if (outcome === 'unknown-key') outcome = this.#events.wrongKey(votes[i]!.personalId)
      if (outcome === 'too-many-attempts') this.ended ??= outcome
      if (typeof outcome !== 'string') recorded++
      answers[places[i]!] = outcome
    }
    this.#share.recorded(recorded, answers.length, tookMs)
    if (recorded > 0) this.#events.onRecorded()
    this.#events.onAnswers(answers)
    this.answered += answers.length
    let text = ''
    for (const answer of answers)
      text += typeof answer === 'string' ? refusalLine(answer) : receiptLine(answer)
    return text
  }
}

function refusalLine(code: RefusalCode): string {
  return `{"status":${REFUSALS[code].status},"code":"${code}"}\n`
}

/**
 * The last line: `ended` distinguishes it from an answer, `lines` is the number of lines answered,
 * so that the rest can be sent again.
 */
function endLine(code: RefusalCode, lines: number): string {
  return `{"ended":true,"lines":${lines},"status":${REFUSALS[code].status},"code":"${code}"}\n`
}
