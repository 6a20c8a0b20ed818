/**
 * The generated types are those of the document, and the document's types those of the server's own
 * code.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { API_TYPES, apiTypes } from '../../scripts/api-client.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Certification } from '../core/log/certification-form.ts'
import type { Pulse } from '../core/status/pulse.ts'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import type { HistorySnapshot } from '../core/tally/history.ts'
import type { components } from './api-types.ts'
import { apiClient } from './client.ts'

test('the generated file is up to date: `npm run api` writes it', async () => {
  assert.equal(readFileSync(API_TYPES, 'utf8'), await apiTypes())
})

type Api = components['schemas']
/** Lists that may not be changed are those that may be, as far as JSON goes. */
type Wire<T> = T extends readonly [infer A, infer B]
  ? [Wire<A>, Wire<B>]
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { -readonly [Name in keyof T]: Wire<T[Name]> }
      : T
type Fits<Documented, Made extends Documented> = [Documented, Made]

/**
 * Compiled, not run: a member that the code gains and the document does not have in its kind ends
 * here.
 */
export type Documented = [
  Fits<Api['Snapshot'], Wire<ResultsSnapshot>>,
  Fits<Wire<ResultsSnapshot>, Api['Snapshot']>,
  Fits<Api['History'], Wire<HistorySnapshot>>,
  Fits<Wire<HistorySnapshot>, Api['History']>,
  Fits<Api['Pulse'], Wire<Pulse>>,
  Fits<Api['RefusalCode'], RefusalCode>,
  Fits<RefusalCode, Api['RefusalCode']>,
  Fits<Omit<Api['Certification'], 'note'>, Wire<Certification>>,
]

test('the client sends what it is typed to send, and hands over answers and refusals', async () => {
  const sent: Request[] = []
  const answers = [
    Response.json({ status: 'recorded', election: 'e', tracker: 't' }, { status: 201 }),
    Response.json({ type: 'urn:x', title: 'Used', status: 409, code: 'key-already-used' }, { status: 409 }),
  ]
  const api = apiClient({
    baseUrl: 'http://server/below',
    fetch: async (request) => {
      sent.push(request)
      return answers.shift()!
    },
  })
  const body = { personal_id: 'P1', guid: 'g', candidate: 'ada' }
  const first = await api.POST('/vote', { body, params: { header: { 'Idempotency-Key': 'k' } } })
  assert.equal(first.data?.tracker, 't')
  const second = await api.POST('/elections/{id}/ballots', {
    params: { path: { id: 'a b' } },
    body: { personal_id: 'P1', guid: 'g', contests: {} },
  })
  assert.equal(second.error && 'code' in second.error && second.error.code, 'key-already-used')
  assert.deepEqual(
    sent.map(({ url, headers }) => [url, headers.get('idempotency-key')]),
    [
      ['http://server/below/vote', 'k'],
      ['http://server/below/elections/a%20b/ballots', null],
    ],
  )
  assert.deepEqual(await sent[0]!.json(), body)
})
