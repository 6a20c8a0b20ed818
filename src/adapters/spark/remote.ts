/**
 * SPARK_REMOTE, the connection string of Spark Connect: `sc://host[:port][/;name=value…]`, after
 * Spark's "connection string" document. Pure.
 */
import { Fault } from '../../core/fault.ts'

export interface SparkRemote {
  /** Host and port as gRPC takes them. */
  readonly address: string
  readonly tls: boolean
  /** Sent as a bearer token; a secret. */
  readonly token: string | null
  readonly userId: string
}

const DEFAULT_PORT = 15002
const DEFAULT_USER = 'elections'
const FORM = 'sc://HOST:PORT or sc://HOST:PORT/;token=TOKEN'
const TAKEN = ['token', 'use_ssl', 'user_id']
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * The address cannot be used; the message says why in one line and never repeats the address, which
 * may hold a token.
 */
export class BadSparkRemote extends Fault<'bad-address'> {
  constructor(what: string) {
    super('bad-address', { why: `SPARK_REMOTE: ${what}; expected ${FORM}` })
  }
}

/**
 * A token is sent over TLS alone, unless the host is this machine's loopback, where Spark's own
 * token check runs without (`spark.connect.authenticate.token`).
 *
 * @throws {BadSparkRemote}
 */
export function parseSparkRemote(text: string): SparkRemote {
  const match = /^sc:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(?:\/(;.*)?)?$/.exec(text)
  if (match === null) throw new BadSparkRemote('not a Spark Connect address')
  const [, host = '', portText, tail = ''] = match
  const port = portText === undefined ? DEFAULT_PORT : Number(portText)
  if (port < 1 || port > 65535) throw new BadSparkRemote(`port ${port} is invalid`)
  const parameters = parametersOf(tail)
  const token = parameters.get('token') ?? null
  const userId = parameters.get('user_id') ?? DEFAULT_USER
  const useSsl = parameters.get('use_ssl')
  if (useSsl !== undefined && useSsl !== 'true' && useSsl !== 'false')
    throw new BadSparkRemote('use_ssl is true or false')
  const loopback = LOOPBACK.test(host)
  if (token !== null && useSsl === 'false' && !loopback)
    throw new BadSparkRemote('a token is not sent over the network without use_ssl=true')
  const tls = useSsl === 'true' || (token !== null && useSsl === undefined && !loopback)
  return { address: `${host}:${port}`, tls, token, userId }
}

function parametersOf(tail: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const part of tail.split(';').filter((text) => text !== '')) {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(at, 0))
    if (!TAKEN.includes(name))
      throw new BadSparkRemote(
        /^[a-z_-]{1,40}$/.test(name)
          ? `parameter "${name}" is not supported`
          : 'a parameter is not name=value',
      )
    if (parameters.has(name)) throw new BadSparkRemote(`"${name}" is given twice`)
    const value = decoded(part.slice(at + 1))
    if (value === null || !/^[\x21-\x7e]+$/.test(value))
      throw new BadSparkRemote(`the value of "${name}" is not plain text`)
    parameters.set(name, value)
  }
  return parameters
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
