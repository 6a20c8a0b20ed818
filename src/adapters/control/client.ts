/** The client of the process that owns a data folder. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { Fault } from '../../core/fault.ts'
import { type ControlPlace, readPlace } from './place.ts'
import {
  CONTROL_VERSION,
  type ControlledElection,
  type ControlProblem,
  type Done,
  type Hello,
  MAX_ANSWER_BYTES,
  REQUEST_ID_HEADER,
  VERSION_HEADER,
} from './wire.ts'

/** The owner refused: nothing was changed. */
export class ControlRefused extends Fault<'owner-refused'> {
  readonly problem: ControlProblem
  constructor(problem: ControlProblem) {
    super('owner-refused', { why: problem.detail ?? problem.title })
    this.problem = problem
  }
}

/** The owner speaks another version. */
export class ControlVersion extends Fault<'owner-version'> {}

/**
 * The owner did not answer the request, so this process does not know whether the change took
 * place.
 */
export class OutcomeUnknown extends Fault<'outcome-unknown'> {}

export interface ControlClient {
  readonly hello: Hello
  /**
   * Requests a change of an election, based on the state in `hello`.
   * @param change the last part of its address
   * @throws {ControlRefused} {OutcomeUnknown}
   */
  readonly change: <Result>(
    election: string,
    change: string,
    body: unknown,
    options?: { readonly signal?: AbortSignal; readonly onNote?: (words: string) => void },
  ) => Promise<Result>
  /**
   * Requests the list of access tokens, a new token, or the revocation of one.
   * @param question its kind is the last part of the address
   * @throws {ControlRefused} {OutcomeUnknown}
   */
  readonly tokens: <Result>(question: { readonly kind: string }) => Promise<Result>
  /**
   * Makes the owner look for added and removed elections.
   * @returns those it then serves
   */
  readonly look: () => Promise<readonly ControlledElection[]>
}

const HELLO_MS = 30_000
/** The owner reads, hashes and compares a roll of millions. */
const CHANGE_MS = 1_800_000
/** The owner has ended, or never existed. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTSOCK', 'EPIPE'])

/**
 * @param file `control.json`
 * @returns undefined if no owner answers
 * @throws {ControlVersion} {ControlRefused}
 */
export async function reachOwner(file: string): Promise<ControlClient | undefined> {
  const place = readPlace(file)
  if (place === undefined) return undefined
  if (place.control !== CONTROL_VERSION) throw otherVersion(place.control)
  let answer: Answer
  try {
    answer = await ask(place, { method: 'GET', path: '/', timeoutMs: HELLO_MS })
  } catch (cause) {
    if (NOBODY.has((cause as NodeJS.ErrnoException).code ?? '')) return undefined
    throw cause
  }
  // Another owner has taken the folder since the file was read; the caller reads it again.
  if (answer.status === 401) return undefined
  const hello = resultOf<Hello>(answer)
  if (hello.control !== CONTROL_VERSION) throw otherVersion(hello.control)
  return clientOf(place, hello)
}

function clientOf(place: ControlPlace, hello: Hello): ControlClient {
  return {
    hello,
    change: async (election, change, body, { signal, onNote } = {}) => {
      const known = hello.elections.find(({ id }) => id === election)
      const question: Question = {
        method: 'POST',
        path: `/elections/${encodeURIComponent(election)}/${change}`,
        timeoutMs: CHANGE_MS,
        body: JSON.stringify(body),
        requestId: randomUUID(),
        ...(known && { state: known.state }),
        ...(signal && { signal }),
      }
      const answer = await askTwice(place, question)
      const { notes = [] } = answer.value as { notes?: readonly string[] }
      for (const note of notes) onNote?.(note)
      return resultOf<Done<never>>(answer).result
    },
    tokens: async ({ kind, ...rest }) => {
      const question: Question = {
        ...{ method: 'POST', path: `/tokens/${kind}`, timeoutMs: HELLO_MS },
        ...{ body: JSON.stringify(rest), requestId: randomUUID() },
      }
      return resultOf<Done<never>>(await askTwice(place, question)).result
    },
    look: async () => {
      const requestId = randomUUID()
      const answer = await ask(place, {
        method: 'POST',
        path: '/look',
        timeoutMs: CHANGE_MS,
        body: '{}',
        requestId,
      })
      return resultOf<Hello>(answer).elections
    },
  }
}

interface Question {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly timeoutMs: number
  readonly body?: string
  readonly requestId?: string
  readonly state?: string
  readonly signal?: AbortSignal
}

interface Answer {
  readonly status: number
  readonly value: unknown
}

/**
 * Sends the request again under the same id if the first answer was lost or the first request was
 * interrupted. When its client disconnects, the owner cancels the change unless it is already
 * decided; the second answer says which.
 */
async function askTwice(place: ControlPlace, { signal, ...question }: Question): Promise<Answer> {
  try {
    return await ask(place, { ...question, ...(signal && { signal }) })
  } catch {
    // The error of the second attempt is reported.
  }
  try {
    return await ask(place, question)
  } catch (cause) {
    throw new OutcomeUnknown('outcome-unknown', { why: (cause as Error).message }, { cause })
  }
}

function ask(place: ControlPlace, question: Question): Promise<Answer> {
  const { method, path, timeoutMs, body, requestId, state, signal } = question
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const outgoing = request(
    {
      ...{ socketPath: place.address, method, path, agent: false, signal },
      headers: {
        host: 'localhost',
        authorization: `Bearer ${place.token}`,
        [VERSION_HEADER]: CONTROL_VERSION,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
        ...(requestId !== undefined && { [REQUEST_ID_HEADER]: requestId }),
        ...(state !== undefined && { 'if-match': `"${state}"` }),
      },
    },
    (response) => {
      const pieces: Buffer[] = []
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
        if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(new Error('its answer is too long'))
        else pieces.push(piece)
      })
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve({
            status: response.statusCode ?? 0,
            value: JSON.parse(Buffer.concat(pieces).toString('utf8')),
          })
        } catch (cause) {
          reject(new Error('its answer is not JSON', { cause }))
        }
      })
    },
  )
  const late = setTimeout(() => outgoing.destroy(new Error('it took too long')), timeoutMs)
  outgoing.on('close', () => clearTimeout(late))
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

/** @throws {ControlRefused} */
function resultOf<Result>({ status, value }: Answer): Result {
  if (status === 200) return value as Result
  const problem = value as Partial<ControlProblem> | null
  if (problem?.code === 'wrong-version') throw otherVersion(Number((value as { control?: unknown }).control))
  if (typeof problem?.title !== 'string') throw new Error(`the server answered with status ${status}`)
  throw new ControlRefused(problem as ControlProblem)
}

function otherVersion(theirs: number): ControlVersion {
  return new ControlVersion('owner-version', { theirs, ours: CONTROL_VERSION })
}
