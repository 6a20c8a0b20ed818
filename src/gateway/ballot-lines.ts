/**
 * Many ballots over one request: NDJSON in, a line of answer per line, in order. While one batch of lines is being
 * stored the next is read and parsed; no more is ever held than these.
 */
import { REFUSALS, type RefusalCode } from '../core/election/refusal.ts'
import type { CastAnswer, Vote } from '../pipeline/cast.ts'
import { parseBallotLine } from './ballot-body.ts'
import { receiptLine } from './receipt.ts'
import type { ServedElection } from './served-election.ts'

const MAX_LINE_CHARACTERS = 65_536
const LINES_PER_BATCH = 1024
const BATCHES_UNDER_WAY = 4

/** `full`: with the promise, several times the bytes. A polling place that hands out receipts asks for it. */
export type LineReceipts = 'full' | 'trackers'

export interface LineEvents {
  readonly onAnswers: (answers: readonly CastAnswer[]) => void
  readonly onFault: (fault: unknown) => void
}

/**
 * Answers as text, some lines at a time. Lines that are blank get no answer; one that is too long is answered
 * `body-too-large`, whatever comes after it is read on.
 * @throws the fault of an unknown write, which cuts the answer off where the certain ones end
 */
export async function* ballotLines(
  body: AsyncIterable<Buffer>,
  served: ServedElection,
  receipts: LineReceipts,
  events: LineEvents,
): AsyncGenerator<string> {
  const underWay: Promise<string>[] = []
  try {
    for await (const lines of lineBatches(body)) {
      const answers = castLines(lines, served, receipts, events)
      // Awaited in order below; until then a rejection must not count as unhandled.
      answers.catch(() => {})
      underWay.push(answers)
      if (underWay.length >= BATCHES_UNDER_WAY) yield await underWay.shift()!
    }
    while (underWay.length > 0) yield await underWay.shift()!
  } catch (fault) {
    await Promise.allSettled(underWay)
    throw fault
  }
}

async function castLines(
  lines: readonly (string | null)[],
  served: ServedElection,
  receipts: LineReceipts,
  events: LineEvents,
): Promise<string> {
  const answers = new Array<CastAnswer>(lines.length)
  const votes: Vote[] = []
  const places: number[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const vote = line === null ? 'body-too-large' : parseBallotLine(line, served.rules)
    if (typeof vote === 'string') answers[i] = vote
    else {
      votes.push(vote)
      places.push(i)
    }
  }
  let outcomes: readonly CastAnswer[]
  try {
    outcomes = await served.cast(votes, receipts)
  } catch (fault) {
    events.onFault(fault)
    throw fault
  }
  for (let i = 0; i < places.length; i++) answers[places[i]!] = outcomes[i]!
  events.onAnswers(answers)
  let text = ''
  for (const answer of answers) text += typeof answer === 'string' ? refusalLine(answer) : receiptLine(answer)
  return text
}

function refusalLine(code: RefusalCode): string {
  return `{"status":${REFUSALS[code].status},"code":"${code}"}\n`
}

/** Splits bytes into lines, some hundred at a time; `null` stands for a line that is too long. */
async function* lineBatches(body: AsyncIterable<Buffer>): AsyncGenerator<(string | null)[]> {
  const decoder = new TextDecoder('utf-8')
  let rest = ''
  let skipping = false
  let batch: (string | null)[] = []
  const take = (line: string): void => {
    if (skipping) {
      skipping = false
      batch.push(null)
    } else if (line.length > MAX_LINE_CHARACTERS) batch.push(null)
    else if (line !== '' && line !== '\r') batch.push(line)
  }
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      take(line)
      if (batch.length >= LINES_PER_BATCH) {
        yield batch
        batch = []
      }
    }
    if (rest.length > MAX_LINE_CHARACTERS) {
      skipping = true
      rest = ''
    }
    if (batch.length > 0) {
      yield batch
      batch = []
    }
  }
  rest += decoder.decode()
  if (rest !== '' || skipping) take(rest)
  if (batch.length > 0) yield batch
}
