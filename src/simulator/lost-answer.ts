/** Why a request is sent again, as far as its sender knows. */
import type { Answer } from './outcome.ts'

/**
 * How an answer was lost. `no-connection`: the request was not sent. `closed`: the connection ended
 * before a complete head of an answer. `cut`: it ended within an answer. `silent`: nothing arrived
 * in time.
 */
export type Loss = 'no-connection' | 'closed' | 'cut' | 'silent'

/**
 * `try-later`: a refusal with a time (Retry-After); `try-again`: one without a time; `fault`: a 5xx
 * that is not a refusal.
 */
export type ResentBecause = Loss | 'try-later' | 'try-again' | 'fault'

export const RESENT_IN_WORDS: Readonly<Record<ResentBecause, string>> = {
  'no-connection': 'no connection',
  closed: 'closed before an answer',
  cut: 'closed within an answer',
  silent: 'no answer in time',
  'try-later': 'refused with Retry-After',
  'try-again': 'refused without Retry-After',
  fault: 'a fault',
}

/** No complete answer arrived: whether the server acted on the request is unknown. */
export class LostAnswer extends Error {
  readonly loss: Loss

  constructor(loss: Loss, cause: unknown) {
    super(RESENT_IN_WORDS[loss], { cause })
    this.loss = loss
  }
}

const NO_CONNECTION =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ENOTFOUND|EAI_AGAIN)$/
const SILENT = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/

/** @param begun whether the head of an answer had arrived */
export function lossOf(error: unknown, begun: boolean): Loss {
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: readonly unknown[] }
  const text = String(code ?? (errors?.[0] as { readonly code?: unknown } | undefined)?.code)
  if (NO_CONNECTION.test(text)) return 'no-connection'
  if (SILENT.test(text)) return 'silent'
  return begun ? 'cut' : 'closed'
}

/** @param answer that says to try again, or is a fault */
export function becauseOf({ retryAfterMs }: Answer, isFault: boolean): ResentBecause {
  if (isFault) return 'fault'
  return retryAfterMs === null ? 'try-again' : 'try-later'
}
