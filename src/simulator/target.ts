/** The election a simulation is run against, as its server tells of it. */
import { type DefinitionFile, type Election, electionFrom } from '../core/election/definition.ts'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import { CannotSimulate } from './cannot-simulate.ts'
import type { Connection } from './connection.ts'

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
  const catalogue = await getJson<{ default?: unknown; elections?: unknown }>(connection, url, '/elections')
  const { default: defaultId, elections } = catalogue
  if (typeof defaultId !== 'string' || !Array.isArray(elections)) throw notOurs(url)
  const wanted = id ?? defaultId
  const ids = elections.map((entry: { id?: unknown } | null) => String(entry?.id))
  if (!ids.includes(wanted))
    throw new CannotSimulate(`${url.href} has no election "${wanted}"; it has ${ids.slice(0, 20).join(', ')}`)
  const file = await getJson<DefinitionFile>(connection, url, `/elections/${wanted}`)
  if (!Array.isArray(file.contests) || file.contests.length === 0) throw notOurs(url)
  return { election: electionFrom(file), isDefault: wanted === defaultId }
}

/** @throws {CannotSimulate} */
export function readResults(
  connection: Connection,
  url: URL,
  { election }: Target,
): Promise<ResultsSnapshot> {
  return getJson<ResultsSnapshot>(connection, url, `/elections/${election.id}/results`)
}

async function getJson<T>(connection: Connection, url: URL, path: string): Promise<T> {
  let body: string
  let status: number
  try {
    const answer = await connection.send({ method: 'GET', path, body: null, headers: {} })
    body = answer.body
    status = answer.status
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Unreachable(`cannot reach ${url.href}: ${code ?? message}`, { cause: error })
  }
  if (status === 503) throw new Unreachable(`${url.href} is not ready: it answers ${path} with ${status}`)
  try {
    const value: unknown = JSON.parse(body)
    if (status === 200 && typeof value === 'object' && value !== null) return value as T
  } catch {
    // Told below.
  }
  throw notOurs(url, `it answers ${path} with ${status}`)
}

function notOurs(url: URL, why = 'its list of elections cannot be read'): CannotSimulate {
  return new CannotSimulate(`${url.href} is no Digital Elections server: ${why}`)
}
