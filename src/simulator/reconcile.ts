/**
 * The balance sheet of a run: compares its books with each other and with what the server counted
 * during the run.
 */
import type { ContestSnapshot, ResultsSnapshot } from '../core/status/snapshot.ts'
import type { Books, ContestBook } from './books.ts'
import { isRefusal, isTryAgain, KINDS, type Kind } from './outcome.ts'
import { type CountedElsewhere, isWhole } from './settled.ts'

export interface SheetLine {
  readonly what: string
  /** The expected number; a range if the outcome of some votes is unknown. */
  readonly expected: number
  readonly expectedAtMost: number
  /** null if the number is not available. */
  readonly found: number | null
  readonly balances: boolean
  /** What an imbalance means, or a remark about a balance. */
  readonly note: string | null
}

export interface BalanceSheet {
  readonly balances: boolean
  readonly lines: readonly SheetLine[]
}

/** The run’s requests, each counted once. */
export interface Totals {
  readonly sent: number
  readonly accepted: number
  readonly repeated: number
  /** By reason, for all kinds together. */
  readonly refused: Readonly<Record<string, number>>
  /** Answers that are neither an expected receipt nor a refusal. */
  readonly strange: Readonly<Record<string, number>>
  readonly unanswered: number
}

const MUST: Readonly<Record<Kind, string>> = {
  first: 'first votes were accepted',
  double: 'double votes were refused as such',
  wrong: 'wrong keys were refused as such',
  'unknown-candidate': 'unknown candidates were refused as such',
  malformed: 'malformed requests were refused as such',
  retry: 'late retries got their receipt again',
}

export function totalsOf(books: Books): Totals {
  const refused: Record<string, number> = {}
  const strange: Record<string, number> = {}
  let accepted = 0
  let repeated = 0
  for (const kind of KINDS)
    for (const [outcome, times = 0] of Object.entries(books.answers[kind] ?? {})) {
      if (outcome === 'accepted') accepted += times
      else if (outcome === 'repeated') repeated += times
      else {
        const table = isRefusal(outcome) ? refused : strange
        table[outcome] = (table[outcome] ?? 0) + times
      }
    }
  return {
    sent: sum(Object.values(books.sent)),
    accepted,
    repeated,
    refused,
    strange,
    unanswered: sum(Object.values(books.unanswered)),
  }
}

/**
 * @param before the server’s count before the first request
 * @param after its count after the last answer; null if the server did not answer
 * @param elsewhere the counts of the election's other servers at that time
 */
export function reconcile(
  books: Books,
  before: ResultsSnapshot,
  after: ResultsSnapshot | null,
  elsewhere: readonly CountedElsewhere[] = [],
): BalanceSheet {
  const totals = totalsOf(books)
  const lines = [
    sentLine(totals),
    ...KINDS.flatMap((kind) => kindLine(kind, books, after)),
    countedLine(totals, books, before, after),
    ...contestLines(books, before, after),
    ...heldLines(totals, books, before, after),
    ...closedLine(after),
    invariantLine(after),
    ...elsewhere.map((other) => elsewhereLine(other, after)),
  ]
  return { balances: lines.every((line) => line.balances), lines }
}

function sentLine(totals: Totals): SheetLine {
  const { accepted, repeated, refused, strange, unanswered } = totals
  const found = accepted + repeated + sum(Object.values(refused)) + sum(Object.values(strange)) + unanswered
  return line('sent = accepted + refused + repeated + unanswered', totals.sent, totals.sent, found, {
    less: 'requests were lost in the simulator itself',
    more: 'requests were entered twice in the simulator itself',
  })
}

function kindLine(kind: Kind, books: Books, after: ResultsSnapshot | null): SheetLine[] {
  if ((books.sent[kind] ?? 0) === 0) return []
  const answered = sum(Object.values(books.answers[kind] ?? {}))
  const misanswers = Object.entries(books.misanswers[kind] ?? {}).filter(
    ([outcome]) => !isExcused(outcome, after),
  )
  const found = answered - sum(misanswers.map(([, times]) => times))
  const wrong = misanswers.map(([outcome, times]) => `${times} × ${outcome}`).join(', ')
  const usedBefore = kind === 'first' && misanswers.some(([outcome]) => outcome === 'key-already-used')
  const hint = usedBefore ? ' (check whether these keys were used before this run)' : ''
  const less = `wrong answers: ${wrong}${hint}`
  return [line(MUST[kind], answered, answered, found, { less, more: '' })]
}

/** Answers that any request may get: try again later, or the polls closed during the run. */
function isExcused(outcome: string, after: ResultsSnapshot | null): boolean {
  return isTryAgain(outcome) || (outcome === 'polls-closed' && after?.phase === 'closed')
}

function countedLine(
  totals: Totals,
  books: Books,
  before: ResultsSnapshot,
  after: ResultsSnapshot | null,
): SheetLine {
  const unknown = books.unanswered.first ?? 0
  const found = after === null ? null : after.cast - before.cast
  return line('accepted = counted by the server', totals.accepted, totals.accepted + unknown, found, {
    less: 'accepted votes are missing from the count',
    more: 'the server counted more than this run cast: check whether somebody else voted meanwhile',
  })
}

function contestLines(books: Books, before: ResultsSnapshot, after: ResultsSnapshot | null): SheetLine[] {
  // If counts were hidden at the start, they are known only if they were zero.
  if (!after?.contests || (!before.contests && before.cast > 0)) return []
  const held = { before: before.held ?? 0, after: after.held ?? 0 }
  return after.contests.flatMap((contest, i) =>
    contestLine(
      contest,
      before.contests?.[i],
      books.acceptedVotes[i],
      books.unansweredVotes[i],
      held,
      prefixOf(contest, after),
    ),
  )
}

function prefixOf(contest: ContestSnapshot, { contests }: ResultsSnapshot): string {
  return contests!.length > 1 ? `${contest.title}: ` : ''
}

/**
 * The content of held ballots (core/log/group-release.ts) is not public, but their number is: in a
 * contest that every voter votes in, held ballots and counted votes together make up all ballots.
 */
function heldLines(
  totals: Totals,
  books: Books,
  before: ResultsSnapshot,
  after: ResultsSnapshot | null,
): SheetLine[] {
  if (!after?.contests || !(after.held || before.held)) return []
  const unknown = books.unanswered.first ?? 0
  const held = after.held ?? 0
  return after.contests.flatMap((contest, i) => {
    if (contest.eligible !== after.eligible) return []
    const found = ballotsIn(contest) + held - ballotsIn(before.contests?.[i]) - (before.held ?? 0)
    const what = `${prefixOf(contest, after)}accepted = counted + held`
    const compared = line(what, totals.accepted, totals.accepted + unknown, found, VOTES_APART)
    const k = after.election.suppress_below
    const words =
      `held now: ${held}; ` + `of each unit ${k} to ${2 * k - 1} ballots stay held until voting has closed`
    return [compared.balances ? { ...compared, note: words } : compared]
  })
}

/**
 * Once voting has closed, the public log publishes the rest, and the count includes every ballot.
 */
function closedLine(after: ResultsSnapshot | null): SheetLine[] {
  if (after?.phase !== 'closed') return []
  const counted = after.contests === null ? 0 : after.cast - (after.held ?? 0)
  const compared = line('voting has closed: counted = cast', after.cast, after.cast, counted, UNPUBLISHED)
  return [isWhole(after) ? compared : { ...compared, balances: false, note: UNPUBLISHED.less }]
}

const UNPUBLISHED = {
  less: 'not every ballot is published yet: see the server’s logger output, or increase --patience',
  more: '',
}

/** Computed from the votes, not read from the published number of ballots. */
function ballotsIn(contest: ContestSnapshot | undefined): number {
  if (contest === undefined) return 0
  const given = sum(contest.options.map(({ votes }) => votes))
  return (given + contest.undervotes) / contest.votes_allowed
}

function contestLine(
  contest: ContestSnapshot,
  before: ContestSnapshot | undefined,
  accepted: ContestBook | undefined,
  unknown: ContestBook | undefined,
  held: { readonly before: number; readonly after: number },
  prefix: string,
): SheetLine[] {
  /**
   * The expected range: accepted votes less those that may be held, up to accepted votes plus those
   * that may have been counted besides.
   */
  const within = (what: string, sure: number, perhaps: number, found: number): SheetLine => {
    if (held.before + held.after === 0) return line(what, sure, sure + perhaps, found, VOTES_APART)
    const least = Math.max(0, sure - held.after)
    const compared = line(what, least, sure + perhaps + held.before, found, VOTES_APART)
    return compared.balances ? { ...compared, note: `accepted: ${sure}; some may be held` } : compared
  }
  const lines = contest.options.map((option, j) =>
    within(
      prefix + option.name,
      accepted?.votes[j] ?? 0,
      unknown?.votes[j] ?? 0,
      option.votes - (before?.options[j]?.votes ?? 0),
    ),
  )
  const sure = accepted?.blank ?? 0
  const perhaps = unknown?.blank ?? 0
  const found = contest.blank - (before?.blank ?? 0)
  if (sure + perhaps > 0 || found !== 0) lines.push(within(`${prefix}(blank)`, sure, perhaps, found))
  return lines
}

const VOTES_APART = {
  less: 'accepted votes are missing from the count',
  more: 'counted more than this run cast: check whether somebody else voted meanwhile',
}

function invariantLine(after: ResultsSnapshot | null): SheetLine {
  const what = 'keys used = ballots stored = ballots tallied = sum of the tally'
  if (after === null) return line(what, 0, 0, null, { less: '', more: '' })
  const { keys_used, ballots_stored, ballots_tallied, ballots_summed, holds, settling } = after.invariant
  const apart = [keys_used, ballots_tallied, ballots_summed].find((count) => count !== ballots_stored)
  return {
    what,
    expected: ballots_stored,
    expectedAtMost: ballots_stored,
    found: apart ?? ballots_stored,
    balances: holds && apart === undefined,
    note: apart === undefined && holds ? null : settling ? BEHIND : 'the server’s own invariant is broken',
  }
}

const BEHIND = 'the engines have not caught up: see the dashboard’s pipeline panel, or increase --patience'

/** Compares the count of another server of the election. */
function elsewhereLine({ where, results }: CountedElsewhere, after: ResultsSnapshot | null): SheetLine {
  const cast = after?.cast ?? 0
  const compared = line(
    `${where} counts the same`,
    cast,
    cast,
    results && after ? results.cast : null,
    ELSEWHERE,
  )
  const [here, there] = [after?.checkpoint?.size ?? 0, results?.checkpoint?.size ?? 0]
  if (compared.balances && here !== there)
    return {
      ...compared,
      balances: false,
      note: `its count is for ${there} leaves of the public log, not ${here}`,
    }
  if (!compared.balances || JSON.stringify(results!.contests) === JSON.stringify(after!.contests))
    return compared
  return { ...compared, balances: false, note: 'the same number of ballots, but other votes' }
}

const ELSEWHERE = { less: 'it counts fewer ballots', more: 'it counts more ballots' }

function line(
  what: string,
  expected: number,
  expectedAtMost: number,
  found: number | null,
  words: { readonly less: string; readonly more: string },
): SheetLine {
  const common = { what, expected, expectedAtMost, found }
  if (found === null) return { ...common, balances: false, note: 'the server did not answer with its count' }
  if (found < expected) return { ...common, balances: false, note: words.less }
  if (found > expectedAtMost) return { ...common, balances: false, note: words.more }
  const note = expectedAtMost > expected ? `${found - expected} of the unanswered votes were counted` : null
  return { ...common, balances: true, note }
}

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0)
}
