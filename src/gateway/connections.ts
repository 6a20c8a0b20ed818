/**
 * The places that a server has for connections, and which connection loses its place if there are
 * none left: the one that has waited longest without a complete request. A stranger who occupies
 * places with slow or idle connections loses one to each newcomer. A voter's request is complete
 * within moments and does not.
 *
 * A connection keeps its place while its request is being answered, while its result stream is
 * open, and while it imports ballots.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { socketNetwork } from './address.ts'
import { ByTurns } from './by-turns.ts'

const SWEEP_MS = 1_000
/** Connections that are checked for each newcomer. */
const TRIES = 64
/** New connections after which unfinished requests are counted: a flood brings 4,000 a second. */
const CHECK_AFTER = 1_000
/**
 * The most requests whose body is incomplete: the oldest beyond that lose their places. A voter's
 * body arrives with its headers or soon after; each incomplete request costs the server about
 * 16 KB.
 */
const MOST_UNFINISHED = 4_000
/**
 * Younger connections lose their place only if no older one can: a slow voter's request needs time
 * to arrive.
 */
const YOUNG_MS = 1_000
const WARN_EVERY_MS = 60_000

const CONNECTION = Symbol('state of a connection')

export interface Connection {
  /** The socket that carries HTTP; with TLS, the TCP socket until the handshake is complete. */
  socket: Socket & { [CONNECTION]?: Connection }
  readonly network: string
  /** When its present request began, or when its last request ended. */
  sinceMs: number
  /** Its newest request, until the answer is sent. */
  request: IncomingMessage | null
  response: ServerResponse | null
  /** Whether its request has many ballots: such requests have their own time limits. */
  isImport: boolean
  /** Whether that import has brought ballots. */
  hasBallots: boolean
  /** The answer says that the connection ends: later requests on it are ignored. */
  closing: boolean
}

export interface ConnectionsOptions {
  /** Places in all. */
  readonly most: number
  /** Places for one address, that of the socket and not of a header; 0 is no limit. */
  readonly perAddress: number
  /** How long the body of a request may take, except for an import's. */
  readonly bodyMs: number
  readonly onSlowBody: (connection: Connection) => void
  /**
   * Called at most once a minute if places ran out: all of them, those of one address, or those of
   * incomplete requests.
   */
  readonly onFull: (what: FullPlaces, connections: number) => void
  /** A clock that never goes back, in ms; that of this process if left out. */
  readonly clock?: () => number
}

export type FullPlaces = 'all' | 'address' | 'unfinished'

/** @throws if `Connections` never saw the request's socket */
export function connectionOf(request: IncomingMessage): Connection {
  return (request.socket as Connection['socket'])[CONNECTION]!
}

export class Connections {
  readonly #options: ConnectionsOptions
  readonly #all = new ByTurns<Connection>()
  readonly #byNetwork = new Map<string, ByTurns<Connection>>()
  readonly #sweep: NodeJS.Timeout
  readonly #clock: () => number
  /** Updated by each connection and each second, so that a vote does not read the clock. */
  #nowMs: number
  #unchecked = 0
  #warnedMs: Record<FullPlaces, number> = {
    ...{ all: Number.NEGATIVE_INFINITY, address: Number.NEGATIVE_INFINITY },
    unfinished: Number.NEGATIVE_INFINITY,
  }

  constructor(options: ConnectionsOptions) {
    this.#options = options
    this.#clock = options.clock ?? (() => performance.now())
    this.#nowMs = this.#clock()
    this.#sweep = setInterval(() => this.#look(), SWEEP_MS)
    this.#sweep.unref()
  }

  /** Gives a new connection a place, or closes it if no other can lose one. */
  add(socket: Socket): void {
    this.#nowMs = this.#clock()
    if (++this.#unchecked >= CHECK_AFTER) this.#limitUnfinished()
    const { most, perAddress } = this.#options
    const network = socketNetwork(socket.remoteAddress).own
    const ofNetwork = this.#byNetwork.get(network) ?? new ByTurns<Connection>()
    if (perAddress > 0 && ofNetwork.size >= perAddress && !this.#makeRoom('address', ofNetwork))
      return void socket.destroy()
    if (this.#all.size >= most && !this.#makeRoom('all', this.#all)) return void socket.destroy()
    const connection: Connection = {
      ...{ socket, network, sinceMs: this.#nowMs, request: null, response: null },
      ...{ isImport: false, hasBallots: false, closing: false },
    }
    connection.socket[CONNECTION] = connection
    this.#all.add(connection)
    ofNetwork.add(connection)
    this.#byNetwork.set(network, ofNetwork)
    socket.once('close', () => this.#forget(connection))
  }

  /** From now on this socket carries HTTP. The handshake counts as waiting. */
  ready(socket: Socket, raw: Socket): void {
    if (socket === raw) return
    const connection = (raw as Connection['socket'])[CONNECTION]
    if (connection === undefined || connection.closing) return void socket.destroy()
    connection.socket = socket
    connection.socket[CONNECTION] = connection
  }

  /** A request's headers have arrived. */
  began(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
    connection.sinceMs = this.#nowMs
    connection.request = request
    connection.response = response
    connection.isImport = false
    connection.hasBallots = false
  }

  stop(): void {
    clearInterval(this.#sweep)
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection)
    const ofNetwork = this.#byNetwork.get(connection.network)
    ofNetwork?.delete(connection)
    if (ofNetwork?.size === 0) this.#byNetwork.delete(connection.network)
  }

  #makeRoom(what: Exclude<FullPlaces, 'unfinished'>, among: ByTurns<Connection>): boolean {
    this.#warn(what, among.size)
    let young: Connection | undefined
    for (const connection of among.next(TRIES)) {
      if (keepsItsPlace(connection)) continue
      if (this.#nowMs - connection.sinceMs >= YOUNG_MS) return this.#letGo(connection)
      if (young === undefined || connection.sinceMs < young.sinceMs) young = connection
    }
    return young !== undefined && this.#letGo(young)
  }

  #letGo(connection: Connection): true {
    // Its place is free at once; the socket closes later.
    this.#forget(connection)
    connection.closing = true
    connection.socket.destroy()
    return true
  }

  /** Frees what was answered, and ends requests whose body takes too long. */
  #look(): void {
    this.#nowMs = this.#clock()
    for (const connection of this.#all) {
      const { request, response } = connection
      if (request === null) continue
      if (response!.writableFinished && request.complete) {
        connection.request = null
        connection.response = null
        connection.sinceMs = this.#nowMs
      } else if (
        !request.complete &&
        !connection.isImport &&
        this.#nowMs - connection.sinceMs > this.#options.bodyMs
      ) {
        // It was answered a second ago and is still open: the client does not read its answer.
        if (connection.closing) connection.socket.destroy()
        else this.#options.onSlowBody(connection)
      }
    }
    this.#limitUnfinished()
  }

  #limitUnfinished(): void {
    this.#unchecked = 0
    const old: Connection[] = []
    let young = 0
    for (const connection of this.#all) {
      const { request, hasBallots, sinceMs } = connection
      if (request === null || request.complete || hasBallots) continue
      if (this.#nowMs - sinceMs < YOUNG_MS) young++
      else old.push(connection)
    }
    const tooMany = old.length + young - MOST_UNFINISHED
    if (tooMany <= 0 || old.length === 0) return
    this.#warn('unfinished', old.length + young)
    const oldestFirst = old.sort((a, b) => a.sinceMs - b.sinceMs)
    for (const connection of oldestFirst.slice(0, tooMany)) this.#letGo(connection)
  }

  #warn(what: FullPlaces, connections: number): void {
    if (this.#nowMs - this.#warnedMs[what] < WARN_EVERY_MS) return
    this.#warnedMs[what] = this.#nowMs
    this.#options.onFull(what, connections)
  }
}

function keepsItsPlace({ request, response, isImport, hasBallots }: Connection): boolean {
  if (request === null || response!.writableFinished) return false
  return isImport ? hasBallots : request.complete
}
