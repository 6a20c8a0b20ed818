/**
 * What the booth asks the server, and what came of it.
 *
 * Only an answer that is surely this server's counts as one. Anything else (a cut connection, a
 * captive portal's page, a proxy's error, half an answer) is `lost`: the ballot may be recorded or
 * not, and the only honest thing is to ask again.
 */
import type { DefinitionFile } from '../../core/election/definition.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import { at } from '../shared/base.ts'
import type { Marks } from './marks.ts'

const TIMEOUT_MS = 20_000

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly serverMs: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  /** Surely nothing recorded; to be asked again, not before so many seconds. */
  | { readonly kind: 'later'; readonly code: RefusalCode; readonly seconds: number }
  | { readonly kind: 'lost' }

export interface BallotStyle {
  readonly district: string
  readonly contests: readonly string[]
}

/** As the server answered it: what is saved, whole, as the receipt's file. */
export interface Receipt {
  readonly tracker: string
  /**
   * That the log will hold the ballot: by a time, or so many seconds after voting closes; none from
   * a server that keeps no log.
   */
  readonly promise?: { readonly publish_by: number } | { readonly v: 2; readonly within: number }
}

export interface Calls {
  readonly definition: () => Promise<Answer<DefinitionFile>>
  readonly ballotStyle: (key: VoterKeyPair) => Promise<Answer<BallotStyle>>
  readonly cast: (key: VoterKeyPair, idempotencyKey: string, marks: Marks) => Promise<Answer<Receipt>>
}

export function callsFor(electionId: string): Calls {
  const base = at(`/elections/${encodeURIComponent(electionId)}`)
  const post = async ({ personalId, guid }: VoterKeyPair, path: string, body: object = {}, mark = {}) => {
    const send = (solution: object = {}) =>
      ask(base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...mark, ...solution },
        body: JSON.stringify({ personal_id: personalId, guid, ...body }),
      })
    const answer = await send()
    return (answer as { readonly code?: RefusalCode }).code === 'challenge-needed'
      ? import('./challenge.ts').then(
          ({ solved }) => solved(send),
          () => answer,
        )
      : answer
  }
  return {
    definition: async () => checked(await ask(base, {}), withContests),
    ballotStyle: async (key) => checked(await post(key, '/ballot-style'), withContests),
    cast: async (key, idempotencyKey, contests) =>
      checked(
        await post(key, '/ballots', { contests }, { 'idempotency-key': idempotencyKey }),
        (body) => body.status === 'recorded' && typeof body.tracker === 'string' && body,
      ),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of which nothing is known yet
type Body = any

const withContests = (body: Body) => Array.isArray(body.contests) && body

/**
 * Throws where the browser lacks what it takes to ask: that is no lost answer, and asking again
 * does not help.
 */
async function ask(url: string, init: RequestInit): Promise<Answer<Body>> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
  const asked = fetch(url, { ...init, cache: 'no-store', redirect: 'error', signal: abort.signal })
  try {
    const response = await asked
    const body = await response.json()
    const { status, headers } = response
    if (response.ok)
      return { kind: 'ok', value: body, serverMs: Date.parse(headers.get('date') ?? '') || Date.now() }
    if (typeof body.code !== 'string' || body.code === 'outcome-unknown') return { kind: 'lost' }
    if (status === 503 || status === 429)
      return { kind: 'later', code: body.code, seconds: Number(headers.get('retry-after')) || 1 }
    return status < 500 ? { kind: 'refused', code: body.code } : { kind: 'lost' }
  } catch {
    return { kind: 'lost' }
  } finally {
    clearTimeout(timer)
  }
}

function checked<T>(answer: Answer<Body>, read: (body: Body) => T | false): Answer<T> {
  if (answer.kind !== 'ok') return answer
  const value = answer.value && read(answer.value)
  return value ? { ...answer, value } : { kind: 'lost' }
}
