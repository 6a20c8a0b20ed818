/** The protocol of the control socket, for both ends (docs/operations.md, "The control socket"). */

/** The version of the protocol; both ends must have the same. */
export const CONTROL_VERSION = 1
export const VERSION_HEADER = 'elections-control'
/** A UUID that the client chooses: a repeated request with the same id gets the same answer. */
export const REQUEST_ID_HEADER = 'request-id'
/** Limit of a request; rolls and keys are passed by path. */
export const MAX_REQUEST_BYTES = 65_536
/** Limit of an answer. */
export const MAX_ANSWER_BYTES = 1_048_576

/** An election as a client sees it before it requests a change. */
export interface ControlledElection {
  readonly id: string
  readonly default: boolean
  readonly phase: string
  /** RFC 3339, including extensions so far. */
  readonly closes_at: string
  readonly keys_issued: number
  /**
   * SHA-256, 64 hex digits, of everything that a change may depend on; a change names it in
   * `If-Match`.
   */
  readonly state: string
}

/** `GET /`. */
export interface Hello {
  readonly control: number
  /** The program's name and version. */
  readonly software: string
  readonly pid: number
  readonly elections: readonly ControlledElection[]
}

/** A change that took place. */
export interface Done<Result> {
  readonly result: Result
  /** Oddities that are no reason to refuse. */
  readonly notes: readonly string[]
}

/** Every refusal, in the format of RFC 9457. */
export interface ControlProblem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ControlCode
  /** Lines for the person who made the request. */
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
  'unknown-election': { status: 404, title: 'This server has no such election' },
  'method-not-allowed': { status: 405, title: 'This address does not allow that method' },
  'too-slow': { status: 408, title: 'The request took too long to arrive' },
  refused: { status: 409, title: 'The change was refused, and nothing was changed' },
  outdated: {
    status: 412,
    title: 'The election has changed since the request was prepared: read its state again',
  },
  'body-too-large': { status: 413, title: 'The request is larger than allowed' },
  'not-json': { status: 415, title: 'The request must be application/json' },
  'request-id-reused': { status: 422, title: 'Another request had this id' },
  'state-missing': { status: 428, title: 'A change must name the state that it is based on in If-Match' },
  fault: { status: 500, title: 'The change failed: the server’s log has the reason' },
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
