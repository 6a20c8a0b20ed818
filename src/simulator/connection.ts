/**
 * The simulator's side of HTTP: keep-alive connections to one server, a small handler per request.
 */
import { StringDecoder } from 'node:string_decoder'
import { type Dispatcher, Pool } from 'undici'
import { LostAnswer, lossOf } from './lost-answer.ts'
import type { Answer } from './outcome.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body: string | null
  readonly headers: Record<string, string>
}

export interface Connection {
  /**
   * @throws {LostAnswer} where no whole answer came: whether the server acted on the request is
   *   then unknown
   */
  readonly send: (request: HttpRequest) => Promise<Answer>
  readonly close: () => Promise<void>
}

const ANSWER_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 5_000

/** @param url the server’s address; a path in it goes before every request’s */
export function connect(url: URL, connections: number): Connection {
  const prefix = url.pathname.replace(/\/+$/, '')
  const pool = new Pool(url.origin, {
    connections,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
  })
  return {
    send: ({ method, path, body, headers }) =>
      new Promise<Answer>((resolve, reject) => {
        pool.dispatch({ method, path: prefix + path, body, headers }, new AnswerHandler(resolve, reject))
      }),
    // Not close(), which waits for requests nobody awaits any more.
    close: () => pool.destroy(),
  }
}

/**
 * Sends each request to the next server in turn, and so one that is sent again to another than
 * before.
 */
export function spread(connections: readonly Connection[]): Pick<Connection, 'send'> {
  let next = 0
  return { send: (request) => connections[next++ % connections.length]!.send(request) }
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: Error) => void
  #status = 0
  #retryAfterMs: number | null = null
  #body = ''
  #decoder: StringDecoder | undefined

  constructor(resolve: (answer: Answer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  // undici takes a handler for one of the current kind by this method.
  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    const seconds = Number(headers['retry-after'])
    this.#retryAfterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#decoder ??= new StringDecoder('utf8')
    this.#body += this.#decoder.write(chunk)
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, body: this.#body, retryAfterMs: this.#retryAfterMs })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(new LostAnswer(lossOf(error, this.#status !== 0), error))
  }
}
