/** Answers requests to the control socket after their authentication. */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import {
  CONTROL_VERSION,
  type ControlCode,
  type ControlledElection,
  controlProblem,
  type Hello,
} from '../../adapters/control/wire.ts'
import { answerAboutTokens } from '../../organise/access-tokens.ts'
import type { ServedFolder } from '../one-machine.ts'
import { VERSION } from '../version.ts'
import { repeats } from './repeats.ts'
import { type ControlRequest, changeFrom, REQUEST_ID, stateIn, tokenQuestionFrom } from './requests.ts'

export interface ControlAnswer {
  readonly status: number
  readonly value: unknown
}

/** A request with its body read. */
export interface Incoming {
  readonly request: ControlRequest
  /** UTF-8. */
  readonly body: string
  readonly requestId: string | undefined
  readonly ifMatch: string | undefined
  /** Aborted when the client disconnects. */
  readonly left: AbortSignal
}

export type ControlApi = (incoming: Incoming) => Promise<ControlAnswer>

/** The number of answers kept for repeated requests. */
const KEPT_ANSWERS = 256

export function controlApi(folder: ServedFolder, log: Logger): ControlApi {
  const known = repeats<ControlAnswer>(KEPT_ANSWERS)
  return async (incoming) => {
    const { request, requestId } = incoming
    if (request.kind === 'hello') return { status: 200, value: hello(folder) }
    if (requestId === undefined || !REQUEST_ID.test(requestId))
      return problem('malformed', 'request-id must be a UUID in lower case')
    const question = createHash('sha256')
      .update(JSON.stringify([request, incoming.body, incoming.ifMatch ?? null]))
      .digest('hex')
    const answer = await known.answer(requestId, question, incoming.left, (signal) => {
      if (request.kind === 'look') return looked(folder, log)
      if (request.kind === 'tokens') return askedForTokens(folder, log, incoming.body, request.question)
      return changed(folder, log, incoming, request, signal)
    })
    return answer === 'reused' ? problem('request-id-reused') : answer
  }
}

function problem(code: ControlCode, detail?: string, notes?: readonly string[]): ControlAnswer {
  const value = controlProblem(code, detail, notes)
  return { status: value.status, value }
}

function hello({ elections, open }: ServedFolder): Hello {
  const default_ = elections.default.election.id
  return {
    control: CONTROL_VERSION,
    software: `digital-elections ${VERSION}`,
    pid: process.pid,
    elections: [...open].map(([id, { served, state }]): ControlledElection => {
      const { closesAtMs, keysIssued, hash } = state()
      return {
        ...{ id, default: id === default_, phase: served.phase() },
        ...{ closes_at: new Date(closesAtMs).toISOString(), keys_issued: keysIssued, state: hash },
      }
    }),
  }
}

async function looked(folder: ServedFolder, log: Logger): Promise<ControlAnswer> {
  try {
    await folder.look()
    return { status: 200, value: hello(folder) }
  } catch (err) {
    log.error({ err }, 'the elections of the data folder could not be read')
    return problem('fault')
  }
}

async function askedForTokens(
  { tokens }: ServedFolder,
  log: Logger,
  body: string,
  kind: Extract<ControlRequest, { kind: 'tokens' }>['question'],
): Promise<ControlAnswer> {
  const question = tokenQuestionFrom(kind, body)
  if (question === undefined) return problem('malformed')
  try {
    const result = await answerAboutTokens(tokens, question)
    if (question.kind === 'add') {
      const { id, name, scopes } = question.token
      log.info({ token: id, name, scopes, result }, 'an access token was added')
    } else if (question.kind === 'revoke')
      log.info({ token: question.id, result }, 'an access token was revoked')
    return { status: 200, value: { result, notes: [] } }
  } catch (err) {
    log.error({ err }, 'the access tokens could not be changed')
    return problem('fault')
  }
}

async function changed(
  folder: ServedFolder,
  log: Logger,
  { body, ifMatch }: Incoming,
  { election, change }: Extract<ControlRequest, { kind: 'change' }>,
  signal: AbortSignal,
): Promise<ControlAnswer> {
  const ask = changeFrom(change, body)
  if (ask === undefined) return problem('malformed')
  const state = stateIn(ifMatch)
  if (state === undefined) return problem('state-missing')
  try {
    const ended = await folder.change(election, ask, state, signal)
    if (typeof ended === 'string') return problem(ended)
    const { end, notes } = ended
    if (end === 'refused') return problem('refused', ended.reason, notes)
    if (end === 'failed') {
      log.error({ election, change, reason: ended.reason }, 'a change of an election failed')
      return problem('fault', undefined, notes)
    }
    log.info({ election, change, result: ended.result }, 'an election was changed')
    return { status: 200, value: { result: ended.result, notes } }
  } catch (err) {
    log.error({ err, election, change }, 'a change of an election failed')
    return problem('fault')
  }
}
