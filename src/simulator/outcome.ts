/** What an answer says, in one word. */
import { REFUSALS, type RefusalCode } from '../core/election/refusal.ts'

export const KINDS = ['first', 'double', 'wrong', 'unknown-candidate', 'malformed', 'retry'] as const
/** The kinds of request a simulation sends. */
export type Kind = (typeof KINDS)[number]

/**
 * `accepted`: a receipt. `repeated`: the receipt given before. `another-receipt`: not the one given
 * before. `http-NNN`: an answer that is neither a receipt nor a refusal of ours.
 */
export type Outcome = 'accepted' | 'repeated' | 'another-receipt' | RefusalCode | `http-${number}`

export interface Answer {
  readonly status: number
  readonly body: string
  /** From `Retry-After`; null where the answer has none. */
  readonly retryAfterMs: number | null
}

export interface Verdict {
  readonly outcome: Outcome
  /** Of a receipt; null otherwise. */
  readonly tracker: string | null
}

/**
 * @param earlier the tracker this very request was answered with before; null where it was not
 */
export function verdictOn({ status, body }: Answer, earlier: string | null): Verdict {
  const answer = parse(body)
  if (status === 200 || status === 201) {
    const tracker = answer?.tracker
    if (typeof tracker !== 'string' || tracker === '') return { outcome: `http-${status}`, tracker: null }
    if (earlier !== null) return { outcome: tracker === earlier ? 'repeated' : 'another-receipt', tracker }
    return { outcome: status === 201 ? 'accepted' : 'repeated', tracker }
  }
  const code = answer?.code
  const isOurs = typeof code === 'string' && isRefusal(code) && REFUSALS[code].status === status
  return { outcome: isOurs ? code : `http-${status}`, tracker: null }
}

/** The server says it recorded nothing, and the same request may succeed later. */
export function isTryAgain(outcome: string): boolean {
  return isRefusal(outcome) && (REFUSALS[outcome].status === 503 || REFUSALS[outcome].status === 429)
}

/** An answer of the 5xx kind that is no refusal: nobody knows whether the request was acted on. */
export function isServerFault(outcome: string): boolean {
  return /^http-5\d\d$/.test(outcome)
}

export function isRefusal(outcome: string): outcome is RefusalCode {
  return Object.hasOwn(REFUSALS, outcome)
}

function parse(body: string): { readonly tracker?: unknown; readonly code?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
