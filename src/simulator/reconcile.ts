/**
 * The balance sheet of a run: its own books against themselves and against what the server counted
 * meanwhile. Pure.
 */
import type { ContestSnapshot, ResultsSnapshot } from '../core/status/snapshot.ts'
import type { Books, ContestBook } from './books.ts'
import { isRefusal, isTryAgain, KINDS, type Kind } from './outcome.ts'
import { type CountedElsewhere, isWhole } from './settled.ts'

export interface SheetLine {
  readonly what: string
  /** What must be found; a range where the fate of some votes is unknown. */
  readonly expected: number
  readonly expectedAtMost: number
  /** null where it could not be found out. */
  readonly found: number | null
  readonly balances: boolean
  /** What an imbalance means, or what to know about a balance. */
  readonly note: string | null
}

export interface BalanceSheet {
  readonly balances: boolean
  readonly lines: readonly SheetLine[]
}

/** The run’s requests, each in one place. */
export interface Totals {
  readonly sent: number
  readonly accepted: number
  readonly repeated: number
  /** By reason, every kind together. */
  readonly refused: Readonly<Record<string, number>>
  /** Answers that are neither a receipt that was due nor a refusal. */
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
 * @param after its count after the last answer; null where the server could not be asked
 * @param elsewhere what other servers of the election tell then
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
    less: 'requests went missing in the simulator itself',
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
  const told = misanswers.map(([outcome, times]) => `${times} × ${outcome}`).join(', ')
  const usedBefore = kind === 'first' && misanswers.some(([outcome]) => outcome === 'key-already-used')
  const less = `answered otherwise: ${told}${usedBefore ? ' (were these keys used before this run?)' : ''}`
  return [line(MUST[kind], answered, answered, found, { less, more: '' })]
}

/**
 * Answers that may meet any request: come back later, or the polls closed while the run went on.
 */
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
    more: 'the server counted more than this run cast: did anybody else vote meanwhile?',
  })
}

function contestLines(books: Books, before: ResultsSnapshot, after: ResultsSnapshot | null): SheetLine[] {
  // Counts that were hidden at the start are known only where there were none.
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
 * Where ballots are held back (core/log/group-release.ts), nobody outside knows what they say. But
 * how many they are is told: in a contest that everybody votes in, they and the votes counted make
 * up all ballots.
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
    const what = `${prefixOf(contest, after)}accepted = counted + held back`
    const compared = line(what, totals.accepted, totals.accepted + unknown, found, VOTES_APART)
    const k = after.election.suppress_below
    const words = `held back now: ${held}; of each district or pool ${k} to ${2 * k - 1} ballots stay untold until voting has closed`
    return [compared.balances ? { ...compared, note: words } : compared]
  })
}

/** Once voting has closed, the public log tells the rest, and the count is of every ballot. */
function closedLine(after: ResultsSnapshot | null): SheetLine[] {
  if (after?.phase !== 'closed') return []
  const told = after.contests === null ? 0 : after.cast - (after.held ?? 0)
  const compared = line('voting has closed: counted = cast', after.cast, after.cast, told, NOT_TOLD)
  return [isWhole(after) ? compared : { ...compared, balances: false, note: NOT_TOLD.less }]
}

const NOT_TOLD = {
  less: 'the public log has not told every ballot yet: see the server’s log, or give more --patience',
  more: '',
}

/** Worked out from the votes, not taken from the number of ballots told with them. */
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
   * Votes accepted, less those that may be held back, up to those that may have been counted
   * besides.
   */
  const within = (what: string, sure: number, perhaps: number, found: number): SheetLine => {
    if (held.before + held.after === 0) return line(what, sure, sure + perhaps, found, VOTES_APART)
    const least = Math.max(0, sure - held.after)
    const compared = line(what, least, sure + perhaps + held.before, found, VOTES_APART)
    return compared.balances ? { ...compared, note: `accepted: ${sure}; some may be held back` } : compared
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
  more: 'counted more than this run cast: did anybody else vote meanwhile?',
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

const BEHIND = 'the engines have not caught up: see the dashboard’s pipeline panel, or give more --patience'

/** Another server of the election tells the same count. */
function elsewhereLine({ where, results }: CountedElsewhere, after: ResultsSnapshot | null): SheetLine {
  const cast = after?.cast ?? 0
  const told = line(`${where} counts the same`, cast, cast, results && after ? results.cast : null, ELSEWHERE)
  const [here, there] = [after?.checkpoint?.size ?? 0, results?.checkpoint?.size ?? 0]
  if (told.balances && here !== there)
    return {
      ...told,
      balances: false,
      note: `its count is of ${there} leaves of the public log, not ${here}`,
    }
  if (!told.balances || JSON.stringify(results!.contests) === JSON.stringify(after!.contests)) return told
  return { ...told, balances: false, note: 'as many ballots, but other votes' }
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
  if (found === null)
    return { ...common, balances: false, note: 'the server could not be asked for its count' }
  if (found < expected) return { ...common, balances: false, note: words.less }
  if (found > expectedAtMost) return { ...common, balances: false, note: words.more }
  const note = expectedAtMost > expected ? `${found - expected} of the unanswered votes were counted` : null
  return { ...common, balances: true, note }
}

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0)
}
