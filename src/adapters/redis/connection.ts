/**
 * One connection to Redis that reconnects on its own. Every call on it ends: with an answer, with
 * the certainty that nothing was done, or in doubt.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { SecureContext } from 'node:tls'
import { ClientOfflineError, createClient, ErrorReply, RESP_TYPES } from '@redis/client'
import { doublingMs } from '../../core/doubling.ts'
import type { EngineUrl } from '../../ports/engine-address.ts'
import { engineContext, serverName } from '../node/engine-tls.ts'
import { followedPrimary, type Primary } from './primary.ts'
import type { Script } from './scripts.ts'

const CONNECT_TIMEOUT_MS = 2_000
const RECONNECT = { firstMs: 50, mostMs: 1_000 } as const
/**
 * A connection without a byte for this time is closed; a ping every second keeps a working one
 * open.
 */
const SILENCE_MS = 5_000
const PING_MS = 1_000

/** Errors after which Redis has done nothing. */
const DID_NOTHING = new RegExp(
  '^(NOSCRIPT|OOM|MISCONF|READONLY|LOADING|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|NOAUTH|NOPERM|BUSY|' +
    'MASTERDOWN|NOREPLICAS|ANOTHER)\\b',
)

/** The call certainly did nothing. */
export class RedisUnavailable extends Error {}
/** It is unknown whether the call did its work. */
export class RedisInDoubt extends Error {}

export interface RedisConnection {
  /**
   * Runs a script.
   * @throws {RedisUnavailable}, {RedisInDoubt}
   */
  readonly run: (
    script: Script,
    keys: readonly string[],
    args: readonly (string | Buffer)[],
  ) => Promise<unknown>
  /** Runs a command. @throws {RedisUnavailable}, {RedisInDoubt} */
  readonly send: (...args: readonly string[]) => Promise<unknown>
  readonly close: () => Promise<void>
}

/** Its address is `redis[s]://[[user]:password@]host[:port][/database]`. */
export interface RedisOptions extends EngineUrl {
  /** How long a call may take. */
  readonly timeoutMs?: number
  /** Called when the connection is lost and when it is restored. */
  readonly onState?: (up: boolean) => void
}

const DEFAULT_TIMEOUT_MS = 2_000
/**
 * Time for finding the writing node during a failover; after that the connection is used as it is.
 */
const FIND_MS = 5_000
const NO_CONNECTION = 'there is no connection to Redis'
/**
 * Asks for a key that does not exist: a cluster node that does not accept writes names the one that
 * does.
 */
const WHO_WRITES = ['EXISTS', 'elections:primary'] as const

/**
 * Connects, or rejects if that does not succeed at once, so that a wrong address is reported at the
 * start.
 * @throws {RedisUnavailable} without any password
 */
export async function connectRedis(options: RedisOptions): Promise<RedisConnection> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const held: HeldClient = heldClient(options, () => void bounded(WHO_WRITES).catch(() => {}))
  const bounded = boundedCalls(held, timeoutMs)
  await held.client.connect().catch((cause: Error) => {
    throw new RedisUnavailable(`Redis does not answer: ${cause.message}`, { cause })
  })
  await found(bounded)
  return {
    send: (...args) => bounded(args),
    run: (script, keys, args) => {
      const rest = [String(keys.length), ...keys, ...args]
      return bounded(['EVALSHA', script.sha, ...rest]).catch((error: Error) => {
        if (!error.message.startsWith('NOSCRIPT')) throw error
        return bounded(['EVAL', script.text, ...rest])
      })
    },
    close: async () => held.close(),
  }
}

type Client = ReturnType<typeof newClient>

interface HeldClient {
  client: Client
  /**
   * The node does not accept writes: nothing more is sent to it, because the outcome would be in
   * doubt.
   */
  isLeaving: boolean
  readonly primary: Primary
  readonly close: () => void
}

/**
 * A client that reconnects on its own once it was connected. A client keeps the TLS files that it
 * read; if they have changed when a connection is lost, a new client replaces it.
 */
function heldClient({ url, tls, onState = () => {} }: RedisOptions, onReady: () => void): HeldClient {
  let everReady = false
  let closed = false
  const primary = followedPrimary()
  const opened = (): Client => {
    const context = url.startsWith('rediss:') ? engineContext(tls) : undefined
    const client = newClient(url, { context, primary }, (retries) => {
      if (!everReady || closed) return false
      if (context === undefined || engineContext(tls) === context) return doublingMs(retries, RECONNECT)
      held.client = opened()
      held.client.connect().catch(() => {})
      return false
    })
    client.on('error', () => onState(false))
    client.on('ready', () => {
      everReady = true
      held.isLeaving = false
      onState(true)
      onReady()
    })
    return client
  }
  const held: HeldClient = {
    client: opened(),
    isLeaving: false,
    primary,
    close: () => {
      closed = true
      if (held.client.isOpen) held.client.destroy()
    },
  }
  return held
}

function newClient(
  url: string,
  way: { readonly context: SecureContext | undefined; readonly primary: Primary },
  reconnectStrategy: (retries: number) => number | false,
) {
  const { context: secureContext, primary } = way
  // The client passes options that it does not know to the socket.
  const resolved: object = { lookup: primary.lookup }
  const patience = {
    ...resolved,
    ...{ connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS, reconnectStrategy },
  }
  const servername = serverName(new URL(url).hostname)
  return createClient({
    url,
    disableOfflineQueue: true,
    disableClientInfo: true,
    pingInterval: PING_MS,
    maintNotifications: 'disabled',
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    socket:
      secureContext === undefined
        ? patience
        : { ...patience, tls: true, secureContext, ...(servername && { servername }) },
  })
}

/**
 * Leaves a node that does not accept writes, once per connection. Earlier commands are answered
 * first, so that their outcome is not in doubt.
 */
function leave(held: HeldClient, message: string): void {
  if (!held.primary.isElsewhere(message) || held.isLeaving) return
  held.isLeaving = true
  held.client.sendCommand(['QUIT']).catch(() => {})
}

/** Waits until the connection is to the writing node, if the first node does not accept writes. */
async function found(bounded: Bounded): Promise<void> {
  const giveUpMs = performance.now() + FIND_MS
  while (performance.now() < giveUpMs) {
    const fault = await bounded(WHO_WRITES).then(
      () => undefined,
      (error: Error) => error,
    )
    if (fault === undefined || !(fault.message.startsWith('MOVED') || fault.message === NO_CONNECTION)) return
    await delay(RECONNECT.firstMs)
  }
}

type Bounded = (args: readonly (string | Buffer)[]) => Promise<unknown>

/** Commands that end in time: answered, certainly not done, or in doubt. */
function boundedCalls(held: HeldClient, timeoutMs: number): Bounded {
  /**
   * Calls that exceeded their time. While there are any, Redis hangs, and a new call would only
   * queue behind them.
   */
  let overdue = 0
  return (args) => {
    if (overdue > 0) return Promise.reject(new RedisUnavailable('Redis does not answer'))
    const { client } = held
    if (!client.isReady || held.isLeaving) return Promise.reject(new RedisUnavailable(NO_CONNECTION))
    return new Promise((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        overdue++
        reject(new RedisInDoubt(`Redis did not answer within ${timeoutMs} ms`))
      }, timeoutMs)
      const ended = () => {
        clearTimeout(timer)
        if (late) overdue--
      }
      client.sendCommand(args).then(
        (reply) => {
          ended()
          resolve(reply)
        },
        (cause: Error) => {
          ended()
          if (cause instanceof ErrorReply) leave(held, cause.message)
          reject(faultOf(cause))
        },
      )
    })
  }
}

/** Returns what a failed call means: Redis did nothing, or may have done it. */
function faultOf(cause: Error): RedisUnavailable | RedisInDoubt {
  const nothing = cause instanceof ErrorReply && DID_NOTHING.test(cause.message)
  const Kind = nothing || cause instanceof ClientOfflineError ? RedisUnavailable : RedisInDoubt
  return new Kind(cause.message, { cause })
}
