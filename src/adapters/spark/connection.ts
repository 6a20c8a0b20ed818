/**
 * Spark Connect over gRPC: one session of one user, three calls. Every text in an error is
 * redacted.
 */
import { fileURLToPath } from 'node:url'
import {
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import type { EngineTls } from '../../ports/engine-address.ts'
import { engineContext } from '../node/engine-tls.ts'
import type { AnalyzeRequest, AnalyzeResponse, Command, ConfigResponse, ExecuteResponse } from './messages.ts'
import { redacted } from './redacted.ts'
import type { SparkRemote } from './remote.ts'
import { unconnected } from './unconnected.ts'

const PROTO = fileURLToPath(new URL('spark-connect.proto', import.meta.url))
const CLIENT_TYPE = 'digital-elections'
const CALL_LIMIT_MS = 30_000
const CHANNEL = {
  // A server that was restarted is found again at once, not after gRPC's two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // Progress of a query over many partitions is a long text.
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
}

/** A call that failed. `unreachable` if the server cannot be reached or did not answer in time. */
export class SparkFault extends Error {
  override readonly name = 'SparkFault'
  readonly unreachable: boolean
  /** Spark's error class, such as `INVALID_HANDLE.SESSION_CLOSED`, or an empty text. */
  readonly errorClass: string
  constructor(cause: ServiceError) {
    // The cause is dropped: its message quotes the plan.
    const text = redacted(cause.details || cause.message)
    const reason = unconnected(text)
    super(`Spark Connect: ${reason?.message ?? text}`, { cause: reason })
    this.unreachable = cause.code === status.UNAVAILABLE || cause.code === status.DEADLINE_EXCEEDED
    this.errorClass = /^\[([A-Z0-9_.]+)\]/.exec(text)?.[1] ?? ''
  }
}

export interface SparkConnection {
  /**
   * Runs a command and returns its first answer.
   * @throws {SparkFault}
   */
  readonly command: (sessionId: string, command: Command, limitMs?: number) => Promise<ExecuteResponse>
  /** @throws {SparkFault} */
  readonly analyze: (sessionId: string, request: AnalyzeRequest) => Promise<AnalyzeResponse>
  /**
   * Sets options of the session.
   * @throws {SparkFault}
   */
  readonly configure: (sessionId: string, options: Readonly<Record<string, string>>) => Promise<void>
  /**
   * @returns an option's value; an empty text if it has no value
   * @throws {SparkFault}
   */
  readonly option: (sessionId: string, key: string) => Promise<string>
  readonly close: () => void
}

export function connectToSpark(remote: SparkRemote, tls?: EngineTls): SparkConnection {
  const service = loadSync(PROTO, { longs: Number, oneofs: false })[
    'spark.connect.SparkConnectService'
  ] as ServiceDefinition
  const client = new Client(
    remote.address,
    remote.tls ? credentials.createFromSecureContext(engineContext(tls)) : credentials.createInsecure(),
    CHANNEL,
  )
  const metadata = new Metadata()
  if (remote.token !== null) metadata.set('authorization', `Bearer ${remote.token}`)

  const common = (sessionId: string) => ({
    sessionId,
    userContext: { userId: remote.userId },
    clientType: CLIENT_TYPE,
  })

  function unary<Response>(method: MethodDefinition<object, object>, request: object): Promise<Response> {
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize as (bytes: Buffer) => Response,
        request,
        metadata,
        { deadline: Date.now() + CALL_LIMIT_MS },
        (error, response) => (error === null ? resolve(response as Response) : reject(new SparkFault(error))),
      )
    })
  }

  return {
    command: (sessionId, command, limitMs = CALL_LIMIT_MS) =>
      new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = service.ExecutePlan!
        const call = client.makeServerStreamRequest(
          path,
          requestSerialize,
          responseDeserialize as (bytes: Buffer) => ExecuteResponse,
          { ...common(sessionId), plan: { command } },
          metadata,
          { deadline: Date.now() + limitMs },
        )
        let first: ExecuteResponse = {}
        call.on('data', (response: ExecuteResponse) => {
          if (Object.keys(first).length === 0) first = response
        })
        call.on('error', (error: ServiceError) => reject(new SparkFault(error)))
        call.on('end', () => resolve(first))
      }),
    analyze: (sessionId, request) => unary(service.AnalyzePlan!, { ...common(sessionId), ...request }),
    configure: async (sessionId, options) => {
      const pairs = Object.entries(options).map(([key, value]) => ({ key, value }))
      await unary<ConfigResponse>(service.Config!, { ...common(sessionId), operation: { set: { pairs } } })
    },
    option: async (sessionId, key) => {
      const operation = { getWithDefault: { pairs: [{ key, value: '' }] } }
      const { pairs } = await unary<ConfigResponse>(service.Config!, { ...common(sessionId), operation })
      return pairs?.[0]?.value ?? ''
    },
    close: () => client.close(),
  }
}
