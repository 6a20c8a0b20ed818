/**
 * Several processes at one port, and the one that leads them: it starts them, starts one again that
 * has ended, and ends all of them in good order. It takes no request itself, so that there is
 * little in it that could fail.
 *
 * Each listens at the port by itself (SO_REUSEPORT), and the system spreads connections over them.
 * What Node's own `cluster` does instead, one process that accepts and hands over, leaves a
 * connection without anybody where the process dies that it was just handed to; here the system
 * ends it, and who sent it asks again.
 *
 * Worker 1 does what the server's role says, the others are gateways: what is to be one, the count
 * and the publisher, is one. Where the leading process is killed its workers notice, answer what
 * they have, and end.
 */
import { type ChildProcess, fork } from 'node:child_process'
import type { Logger } from 'pino'
import { type Doubling, doublingMs } from '../../core/doubling.ts'
import { EXIT } from '../../core/fault.ts'
import { gathered } from './gathered.ts'
import { WORKER } from './link.ts'
import type { FromWorker, Ready, ToWorker } from './messages.ts'
import type { SharedPorts } from './ports.ts'

const AGAIN: Doubling = { firstMs: 200, mostMs: 10_000 }
/** A worker that ran this long and ended had not failed to start. */
const LONG_MS = 60_000
/**
 * Ends in a row, while no worker answers, after which the server ends: whoever started it may start
 * it again.
 */
const MOST_ENDS = 5

/** A worker did not end well, and has said why: before it was ready, or when it was told to end. */
export class WorkerFailed extends Error {
  readonly code: number

  constructor(code: number) {
    super(`a worker ended with ${code}`)
    this.code = code
  }
}

export interface Led extends Ready {
  readonly pids: () => readonly number[]
  /** Passes on that there may be a newer certificate. */
  readonly look: () => void
  /** Ends all workers in good order. @throws where one did not end well */
  readonly stop: () => Promise<void>
}

export interface LeadOptions {
  readonly workers: number
  readonly ports: SharedPorts
  readonly log: Logger
  /** Told the exit code where the server cannot go on. */
  readonly onHopeless: (code: number) => void
}

/**
 * One after the other: what is wrong with the settings or the engines is told once. @throws
 * {WorkerFailed}
 */
export async function leadWorkers(options: LeadOptions): Promise<Led> {
  const { workers: wanted } = options
  const led = new Workers(options)
  let first: Ready | undefined
  for (let number = 1; number <= wanted; number++) {
    const ready = await led.start(number)
    first ??= ready
  }
  return { ...first!, pids: () => led.pids(), look: () => led.tell({ says: 'look' }), stop: () => led.stop() }
}

interface Running {
  readonly worker: ChildProcess
  readonly startedMs: number
  isReady: boolean
}

class Workers {
  readonly #options: LeadOptions
  readonly #running = new Map<number, Running>()
  readonly #again = new Set<NodeJS.Timeout>()
  readonly #figures = gathered(() => ({
    wanted: this.#options.workers,
    ready: this.#ready().length,
    restarts: this.#restarts,
  }))
  /** In a row, by worker. */
  readonly #ends = new Map<number, number>()
  #restarts = 0
  #stopping = false
  #stopped: { readonly done: () => void; worst: number } | undefined

  constructor(options: LeadOptions) {
    this.#options = options
  }

  /** Resolves when it is ready. @throws {WorkerFailed} */
  start(number: number): Promise<Ready> {
    const [main, ...args] = process.argv.slice(1) as [string, ...string[]]
    const worker = fork(main, args, {
      env: { ...process.env, [WORKER]: JSON.stringify({ number, ports: this.#options.ports }) },
      // Figures that are no numbers are to arrive as such.
      serialization: 'advanced',
    })
    const running: Running = { worker, startedMs: performance.now(), isReady: false }
    this.#running.set(number, running)
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.says === 'ready') {
          running.isReady = true
          resolve(message.ready)
        } else if (message.says === 'ask') this.#answer(running, message.question)
        else if (message.says === 'used') this.#tellOthers(running, message)
        else this.#figures.onFigures(number, message.question, message.figures)
      })
      const onGone = (code: number | null, signal: string | null): void => {
        this.#running.delete(number)
        this.#figures.onEnded(number)
        if (this.#stopped !== undefined) return this.#noteEnd(code)
        if (!running.isReady) return reject(new WorkerFailed(code ?? EXIT.fault))
        if (!this.#stopping) this.#onEnd(number, running, code, signal)
      }
      worker.on('error', (err) => {
        this.#options.log.warn({ err, worker: number }, 'a worker cannot be started or reached')
        // One that could not be started tells of no end.
        if (worker.pid === undefined) onGone(EXIT.fault, null)
      })
      worker.on('exit', onGone)
    })
  }

  #pidOf(number: number): number | undefined {
    return this.#running.get(number)?.worker.pid
  }

  pids(): readonly number[] {
    return [...this.#running.values()].map(({ worker }) => worker.pid!)
  }

  tell(message: ToWorker): void {
    for (const { worker } of this.#running.values()) send(worker, message)
  }

  #tellOthers(teller: Running, message: ToWorker): void {
    for (const running of this.#running.values()) if (running !== teller) send(running.worker, message)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const timer of this.#again) clearTimeout(timer)
    if (this.#running.size === 0) return
    const { promise: allEnded, resolve } = Promise.withResolvers<void>()
    this.#stopped = { done: resolve, worst: 0 }
    this.tell({ says: 'stop' })
    await allEnded
    if (this.#stopped.worst !== 0) throw new WorkerFailed(this.#stopped.worst)
  }

  #noteEnd(code: number | null): void {
    const stopped = this.#stopped!
    stopped.worst = Math.max(stopped.worst, code ?? EXIT.fault)
    if (this.#running.size === 0) stopped.done()
  }

  #ready(): readonly Running[] {
    return [...this.#running.values()].filter(({ isReady }) => isReady)
  }

  /** Tells the one who asked, if it is there still. */
  async #answer({ worker }: Running, question: number): Promise<void> {
    const figures = await this.#figures.gather((round) => {
      const asked = [...this.#running].filter(([, { isReady }]) => isReady)
      for (const [, running] of asked) send(running.worker, { says: 'tell', question: round })
      return asked.map(([number]) => number)
    })
    send(worker, { says: 'all', question, figures })
  }

  #onEnd(number: number, { startedMs }: Running, code: number | null, signal: string | null): void {
    const { log } = this.#options
    if (performance.now() - startedMs > LONG_MS) this.#ends.delete(number)
    log.error({ worker: number, code, signal }, 'a worker ended unexpectedly: starting it again')
    this.#startAgain(number, code)
  }

  /** @param code what it ended with; null for a signal */
  #startAgain(number: number, code: number | null): void {
    const ends = this.#ends.get(number) ?? 0
    this.#ends.set(number, ends + 1)
    // Starting again does not mend what it read; and where nobody answers, whoever started the
    // server is to know.
    if (code === EXIT.broken) return this.#options.onHopeless(EXIT.broken)
    if (ends + 1 >= MOST_ENDS && this.#ready().length === 0) return this.#options.onHopeless(EXIT.fault)
    const timer = setTimeout(
      () => {
        this.#again.delete(timer)
        this.#restarts++
        this.start(number).then(
          () =>
            this.#options.log.info(
              { worker: number, process: this.#pidOf(number) },
              'the worker is ready again',
            ),
          (failed: WorkerFailed) => {
            if (!this.#stopping) this.#startAgain(number, failed.code)
          },
        )
      },
      doublingMs(ends, AGAIN),
    )
    this.#again.add(timer)
  }
}

/** One that is just ending hears nothing any more. */
function send(worker: ChildProcess, message: ToWorker): void {
  if (worker.connected) worker.send(message, () => {})
}
