/** What both ends of the control socket keep to (docs/operations.md, "The control socket"). */

/** The version of the conversation; only equal ones understand each other. */
export const CONTROL_VERSION = 1
export const VERSION_HEADER = 'elections-control'
/**
 * A UUID of the client's: a request that comes again under it is answered as it was the first time.
 */
export const REQUEST_ID_HEADER = 'request-id'
/** Of a request; rolls and keys are named by their paths. */
export const MAX_REQUEST_BYTES = 65_536
/** Of an answer. */
export const MAX_ANSWER_BYTES = 1_048_576

/** An election as a request sees it before it asks for a change. */
export interface ControlledElection {
  readonly id: string
  readonly default: boolean
  readonly phase: string
  /** RFC 3339, as extended by now. */
  readonly closes_at: string
  readonly keys_issued: number
  /**
   * SHA-256, 64 hex digits, of all that a change can rest on: what `If-Match` of a change names.
   */
  readonly state: string
}

/** `GET /`. */
export interface Hello {
  readonly control: number
  /** Name and version of the program. */
  readonly software: string
  readonly pid: number
  readonly elections: readonly ControlledElection[]
}

/** A change that was made. */
export interface Done<Result> {
  readonly result: Result
  /** What is odd, and no reason to refuse it. */
  readonly notes: readonly string[]
}

/** Every "no", as RFC 9457 has it. */
export interface ControlProblem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ControlCode
  /** Lines for the one who asked. */
  readonly detail?: string
  readonly notes?: readonly string[]
}

export const CONTROL_PROBLEMS = {
  malformed: { status: 400, title: 'The request could not be read' },
  'wrong-version': {
    status: 400,
    title: `This server speaks version ${CONTROL_VERSION} of the control socket`,
  },
  unauthorised: { status: 401, title: 'The token is not the one in control.json' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'unknown-election': { status: 404, title: 'There is no such election here' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'too-slow': { status: 408, title: 'The request took too long to arrive' },
  refused: { status: 409, title: 'The change was refused, and nothing was changed' },
  outdated: { status: 412, title: 'The election has changed since it was looked at: look again' },
  'body-too-large': { status: 413, title: 'The request is larger than allowed' },
  'not-json': { status: 415, title: 'The request must be application/json' },
  'request-id-reused': { status: 422, title: 'Another request had this id' },
  'state-missing': { status: 428, title: 'A change must name the state it was made from in If-Match' },
  fault: { status: 500, title: 'The change failed: the log of the server says why' },
  'too-busy': { status: 503, title: 'Too many changes wait: try again in a moment' },
  stopping: { status: 503, title: 'The server is stopping' },
} as const satisfies Record<string, { status: number; title: string }>

export type ControlCode = keyof typeof CONTROL_PROBLEMS

export function controlProblem(
  code: ControlCode,
  detail?: string,
  notes: readonly string[] = [],
): ControlProblem {
  const { status, title } = CONTROL_PROBLEMS[code]
  return {
    ...{ type: `urn:digital-elections:control:${code}`, title, status, code },
    ...(detail !== undefined && { detail }),
    ...(notes.length > 0 && { notes }),
  }
}
