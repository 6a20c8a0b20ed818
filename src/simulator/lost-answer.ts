/** Why a request is sent again, as its sender can tell. */
import type { Answer } from './outcome.ts'

/**
 * How an answer went missing. `no-connection`: the request never left. `closed`: the connection
 * ended before a whole head of an answer. `cut`: it ended within an answer. `silent`: nothing came
 * in time.
 */
export type Loss = 'no-connection' | 'closed' | 'cut' | 'silent'

/**
 * `try-later`: a refusal that names a time (Retry-After); `try-again`: one that names none;
 * `fault`: a 5xx that is no refusal.
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

/** No whole answer came: whether the server acted on the request is unknown. */
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

/** @param begun whether the head of an answer had come */
export function lossOf(error: unknown, begun: boolean): Loss {
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: readonly unknown[] }
  const text = String(code ?? (errors?.[0] as { readonly code?: unknown } | undefined)?.code)
  if (NO_CONNECTION.test(text)) return 'no-connection'
  if (SILENT.test(text)) return 'silent'
  return begun ? 'cut' : 'closed'
}

/** @param answer that said to try again, or was a fault */
export function becauseOf({ retryAfterMs }: Answer, isFault: boolean): ResentBecause {
  if (isFault) return 'fault'
  return retryAfterMs === null ? 'try-again' : 'try-later'
}
