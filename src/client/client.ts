/**
 * A typed client of the API: addresses, parameters, bodies and answers are checked by the compiler
 * against the server's own OpenAPI document.
 *
 *     const api = apiClient({ baseUrl: 'https://vote.example.org' })
 *     const { data, error } = await api.POST('/vote', { body: { personal_id, guid, candidate: 'ada' } })
 *     if (error?.code === 'key-already-used') …
 */
import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { components, paths } from './api-types.ts'

/** Each schema of the document by its name. */
export type Api = components['schemas']

export type ApiClient = Client<paths>

/** @param options `baseUrl` of the server, and headers or a `fetch` of one's own */
export function apiClient(options: ClientOptions & { readonly baseUrl: string }): ApiClient {
  return createClient<paths>(options)
}
