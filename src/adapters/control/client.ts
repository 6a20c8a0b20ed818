/** Asks the process that owns a data folder. */
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

/** The owner said no: nothing was changed. */
export class ControlRefused extends Fault<'owner-refused'> {
  readonly problem: ControlProblem
  constructor(problem: ControlProblem) {
    super('owner-refused', { why: problem.detail ?? problem.title })
    this.problem = problem
  }
}

/** The owner speaks another version. */
export class ControlVersion extends Fault<'owner-version'> {}

/** The owner was asked and did not answer: nobody here knows what became of the change. */
export class OutcomeUnknown extends Fault<'outcome-unknown'> {}

export interface ControlClient {
  readonly hello: Hello
  /**
   * Asks for a change of an election, from the state that `hello` has.
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
   * Asks for access tokens, a new one, or one revoked.
   * @param question its kind is the last part of the address
   * @throws {ControlRefused} {OutcomeUnknown}
   */
  readonly tokens: <Result>(question: { readonly kind: string }) => Promise<Result>
  /** Makes the owner look for elections that have come or gone. @returns those it serves then */
  readonly look: () => Promise<readonly ControlledElection[]>
}

const HELLO_MS = 30_000
/** A roll of millions is read, hashed and compared. */
const CHANGE_MS = 1_800_000
/** The owner is gone, or was never there. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTSOCK', 'EPIPE'])

/**
 * @param file `control.json`
 * @returns undefined where nobody answers
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
  // Another owner has taken the folder since the file was read: it is read again.
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
 * The second time, under the same id, is for an answer that was lost, and for who was interrupted:
 * the owner takes the change back when its asker goes, unless it is decided, and says which.
 */
async function askTwice(place: ControlPlace, { signal, ...question }: Question): Promise<Answer> {
  try {
    return await ask(place, { ...question, ...(signal && { signal }) })
  } catch {
    // What went wrong the second time is told.
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
  const asked = request(
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
        if (bytes > MAX_ANSWER_BYTES) asked.destroy(new Error('its answer is too long'))
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
  const late = setTimeout(() => asked.destroy(new Error('it took too long')), timeoutMs)
  asked.on('close', () => clearTimeout(late))
  asked.on('error', reject)
  asked.end(body)
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
