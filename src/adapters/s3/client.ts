/**
 * The two requests that a public log needs of a store that speaks S3: an object read, an object put
 * whole. Signed by Signature Version 4, the body's hash in the signature, so that a store takes no
 * part of an object for all of it. What is busy, silent, skewed or expired is tried again a few
 * times, within a bound; then it is the caller's to come later.
 */
import { createHash, randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { Agent, request } from 'undici'
import { boundedBody } from '../node/bounded-body.ts'
import type { CredentialSource } from './credentials.ts'
import { objectUrl, type S3Place } from './place.ts'
import { codeIn, S3Fault, troubleOf } from './s3-fault.ts'

export interface StoredObject {
  readonly bytes: Uint8Array
  /** As the store names these bytes, with its quotation marks. */
  readonly etag: string
}

/**
 * `new`: nothing has the key. Else an ETag: what has the key are these bytes. null: whatever is
 * there.
 */
export type PutCondition = 'new' | { readonly etag: string } | null

export interface S3Client {
  /** @returns undefined where there is no such object @throws {S3Fault} */
  readonly get: (key: string) => Promise<StoredObject | undefined>
  /**
   * @returns its ETag
   * @throws {S3Fault} `changed` where the condition does not hold; `silent` where it is unknown
   *   whether it was put
   */
  readonly put: (key: string, bytes: Uint8Array, type: string, condition: PutCondition) => Promise<string>
  readonly close: () => Promise<void>
}

export interface S3ClientOptions {
  readonly place: S3Place
  readonly credentials: CredentialSource
  readonly nowMs: () => number
  /** Told when this machine's clock is not the store's; by how many milliseconds it is behind. */
  readonly onSkew?: (behindMs: number) => void
  /** For tests. */
  readonly timeoutMs?: number
  readonly pauseMs?: number
}

const CONNECTIONS = 32
const CONNECT_MS = 5_000
/** Of one try, from its first byte to the last of the answer. */
const TRY_MS = 15_000
const TRIES = 4
/** Before the second try at most; twice as long before each further one. */
const PAUSE_MS = 400
/** No file of a log is longer: 256 entries of at most 64 KiB, each with its length. */
const MOST_BYTES = 17 * 1024 * 1024
const MOST_ERROR_BYTES = 16_384
const AGAIN = new Set(['busy', 'silent', 'skewed', 'expired'])

export function s3Client(options: S3ClientOptions): S3Client {
  const sender = new Sender(options)
  return {
    get: async (key) => {
      const { status, bytes, etag, code } = await sender.send('GET', key, {})
      if (status === 200) return { bytes, etag }
      if (status === 404 && code === 'NoSuchKey') return undefined
      throw sender.faultOf(status, code)
    },
    put: async (key, bytes, type, condition) => {
      const { status, etag, code } = await sender.send(
        'PUT',
        key,
        { 'content-type': type, ...headersOf(condition) },
        bytes,
      )
      if (status === 200 && etag !== '') return etag
      // An object that was to be replaced and is gone is one more way for a condition not to hold.
      if (status === 404 && code === 'NoSuchKey' && condition !== null)
        throw new S3Fault('changed', 'the object that was to be replaced is gone')
      throw sender.faultOf(status, code)
    },
    close: sender.close,
  }
}

function headersOf(condition: PutCondition): Readonly<Record<string, string>> {
  if (condition === null) return {}
  return condition === 'new' ? { 'if-none-match': '*' } : { 'if-match': condition.etag }
}

interface Answer {
  readonly status: number
  readonly bytes: Uint8Array
  readonly etag: string
  /** Of an error; '' otherwise. */
  readonly code: string
}

class Sender {
  readonly #options: S3ClientOptions
  readonly #agent: Agent
  /** What is added to this machine's clock. */
  #aheadMs = 0

  constructor(options: S3ClientOptions) {
    this.#options = options
    const bound = options.timeoutMs ?? TRY_MS
    this.#agent = new Agent({
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: Math.min(CONNECT_MS, bound) },
      headersTimeout: bound,
      bodyTimeout: bound,
    })
  }

  readonly close = async (): Promise<void> => {
    await this.#agent.destroy()
  }

  faultOf(status: number, code: string): S3Fault {
    const { bucket } = this.#options.place
    const trouble = troubleOf(status, code)
    const said = code === '' ? String(status) : `${status} ${code}`
    const hint =
      trouble === 'refused'
        ? ': see the credentials and the rights (s3:GetObject, s3:PutObject, s3:ListBucket)'
        : trouble === 'skewed'
          ? ': set this machine’s clock'
          : ''
    return new S3Fault(trouble, `the log’s bucket ${bucket} answers ${said}${hint}`)
  }

  /**
   * @returns the first answer that another try would not better @throws {S3Fault} where none came
   */
  async send(
    method: 'GET' | 'PUT',
    key: string,
    headers: Readonly<Record<string, string>>,
    body?: Uint8Array,
  ): Promise<Answer> {
    for (let left = TRIES - 1; ; left--) {
      const outcome = await this.#once(method, key, headers, body).catch((cause: unknown) => {
        if (cause instanceof S3Fault && AGAIN.has(cause.trouble) && left > 0) return cause
        throw cause
      })
      if (!(outcome instanceof S3Fault)) {
        const isOver = outcome.status < 400 || left === 0
        if (isOver || !AGAIN.has(troubleOf(outcome.status, outcome.code))) return outcome
      }
      const most = (this.#options.pauseMs ?? PAUSE_MS) * 2 ** (TRIES - 1 - left)
      // Those who were refused together do not come back together.
      await wait(randomInt(Math.ceil(most / 2), most + 1))
    }
  }

  async #once(
    method: 'GET' | 'PUT',
    key: string,
    headers: Readonly<Record<string, string>>,
    body?: Uint8Array,
  ): Promise<Answer> {
    const { place, credentials, nowMs } = this.#options
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials.get()
    const signed = await new AwsV4Signer({
      ...{
        method,
        url: objectUrl(place, key),
        accessKeyId,
        secretAccessKey,
        service: 's3',
        region: place.region,
      },
      ...(sessionToken !== undefined && { sessionToken }),
      headers: { ...headers, 'x-amz-content-sha256': sha256(body ?? '') },
      datetime: amzDate(nowMs() + this.#aheadMs),
    }).sign()
    const answer = await this.#exchange(method, signed.url, Object.fromEntries(signed.headers), body)
    if (troubleOf(answer.status, answer.code) === 'expired') credentials.forget()
    return answer
  }

  async #exchange(
    method: 'GET' | 'PUT',
    url: URL,
    headers: Record<string, string>,
    body: Uint8Array | undefined,
  ): Promise<Answer> {
    const { timeoutMs = TRY_MS, place } = this.#options
    try {
      const answer = await request(url, {
        ...{ method, headers, dispatcher: this.#agent, signal: AbortSignal.timeout(timeoutMs) },
        body: body ?? null,
      })
      const isWanted = method === 'GET' && answer.statusCode === 200
      const most = isWanted ? MOST_BYTES : MOST_ERROR_BYTES
      const bytes = await boundedBody(answer.body, most)
      if (bytes === undefined) throw new S3Fault('odd', `the log’s bucket sends more than ${most} bytes`)
      const { etag } = answer.headers
      const code = answer.statusCode < 400 ? '' : codeIn(bytes.toString('utf8'))
      if (code === 'RequestTimeTooSkewed') this.#setClock(answer.headers.date)
      return { status: answer.statusCode, bytes, etag: typeof etag === 'string' ? etag : '', code }
    } catch (cause) {
      if (cause instanceof S3Fault) throw cause
      const { code, name } = cause as NodeJS.ErrnoException
      throw new S3Fault('silent', `the log’s bucket ${place.bucket} does not answer (${code ?? name})`, {
        cause,
      })
    }
  }

  #setClock(date: string | string[] | undefined): void {
    const theirsMs = Date.parse(String(date))
    if (Number.isNaN(theirsMs)) return
    this.#aheadMs = theirsMs - this.#options.nowMs()
    this.#options.onSkew?.(this.#aheadMs)
  }
}

const sha256 = (body: Uint8Array | string): string => createHash('sha256').update(body).digest('hex')

/** `20261129T201500Z` */
function amzDate(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[:-]|\.\d{3}/g, '')
}
