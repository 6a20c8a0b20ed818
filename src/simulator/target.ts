/**
 * The election a simulation is run against, as its server tells of it: asked by the typed client,
 * over the simulator's own connections. Ballots go past the client, which makes a Request and a
 * Response of each (connection.ts).
 */
import { type Api, type ApiClient, apiClient } from '../client/client.ts'
import { type Election, electionFrom } from '../core/election/definition.ts'
import { CannotSimulate } from './cannot-simulate.ts'
import type { Connection } from './connection.ts'
import { LostAnswer } from './lost-answer.ts'

export interface Target {
  readonly election: Election
  /** Whether the short API of the server speaks for it. */
  readonly isDefault: boolean
}

/** The server gave no answer: it may yet, later. */
export class Unreachable extends CannotSimulate {}

/**
 * @param id the election’s id; the server’s default one if undefined
 * @throws {CannotSimulate} where there is no such election or server
 */
export async function findTarget(connection: Connection, url: URL, id: string | undefined): Promise<Target> {
  const api = apiOver(connection)
  const { default: defaultId, elections } = await answered(url, '/elections', api.GET('/elections'))
  if (typeof defaultId !== 'string' || !Array.isArray(elections)) throw notOurs(url)
  const wanted = id ?? defaultId
  const ids = elections.map((entry: { id?: unknown } | null) => String(entry?.id))
  if (!ids.includes(wanted))
    throw new CannotSimulate(`${url.href} has no election "${wanted}"; it has ${ids.slice(0, 20).join(', ')}`)
  const params = { path: { id: wanted } }
  const file = await answered(url, `/elections/${wanted}`, api.GET('/elections/{id}', { params }))
  if (!Array.isArray(file.contests) || file.contests.length === 0) throw notOurs(url)
  return { election: electionFrom(file), isDefault: wanted === defaultId }
}

/** @throws {CannotSimulate} */
export function readResults(
  connection: Connection,
  url: URL,
  { election: { id } }: Target,
): Promise<Api['Snapshot']> {
  const asked = apiOver(connection).GET('/elections/{id}/results', { params: { path: { id } } })
  // The client's types take the pairs of `turnout` for lists.
  return answered(url, `/elections/${id}/results`, asked) as Promise<Api['Snapshot']>
}

/** The connection puts the server's address and any path in it before what it is sent. */
function apiOver(connection: Connection): ApiClient {
  return apiClient({
    baseUrl: 'http://server',
    fetch: async ({ url }) => {
      const { pathname, search } = new URL(url)
      const answer = await connection.send({
        method: 'GET',
        path: pathname + search,
        body: null,
        headers: {},
      })
      return new Response(answer.body, { status: answer.status })
    },
  })
}

/** What it was asked for, from an answer that may be anything: the server may be another's. */
async function answered<T>(
  url: URL,
  path: string,
  asked: Promise<{ readonly data?: T; readonly response: Response }>,
): Promise<T> {
  let status: number | undefined
  try {
    const { data, response } = await asked
    status = response.status
    if (typeof data === 'object' && data !== null) return data
  } catch (error) {
    // What is no JSON came from a server all the same.
    if (error instanceof SyntaxError) throw notOurs(url, `it answers ${path} with 200 and no JSON`)
    const { code, message } = (error instanceof LostAnswer ? error.cause : error) as NodeJS.ErrnoException
    throw new Unreachable(`cannot reach ${url.href}: ${code ?? message}`, { cause: error })
  }
  if (status === 503) throw new Unreachable(`${url.href} is not ready: it answers ${path} with ${status}`)
  throw notOurs(url, `it answers ${path} with ${status}`)
}

function notOurs(url: URL, why = 'its list of elections cannot be read'): CannotSimulate {
  return new CannotSimulate(`${url.href} is no Digital Elections server: ${why}`)
}
