/**
 * The places a server has for connections, and who loses theirs when there are none left: the one
 * that has waited longest without a whole request under way. So a stranger who holds places with
 * slow or idle connections loses one to each newcomer, and a voter, whose request is there within
 * moments, does not.
 *
 * A request whose answer is being made, an open result stream and an import that has brought
 * ballots keep their places.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { socketNetwork } from './address.ts'
import { ByTurns } from './by-turns.ts'

const SWEEP_MS = 1_000
/** Looked at per newcomer for one that may go. */
const TRIES = 64
/**
 * Requests whose body is still coming in after a second, at most: the oldest of more lose their
 * places. A voter's body comes with its headers or soon after; each one held open costs the server
 * some 16 KB.
 */
const MOST_UNFINISHED = 8_000
/** Not let go while others may: time for a slow voter's request to come in. */
const YOUNG_MS = 1_000
const WARN_EVERY_MS = 60_000

const CONNECTION = Symbol('what is known of a connection')

export interface Connection {
  /** On which HTTP is spoken; with TLS, the TCP socket until a key is agreed. */
  socket: Socket & { [CONNECTION]?: Connection }
  readonly network: string
  /** Since when its request is under way, or since when it has none. */
  sinceMs: number
  /** The newest request on it, until its answer is out. */
  request: IncomingMessage | null
  response: ServerResponse | null
  /** Many ballots in one request: its time has bounds of its own. */
  isImport: boolean
  /** Whether that import has brought ballots. */
  hasBallots: boolean
  /** An answer says that the connection ends: no request after it is heard. */
  closing: boolean
}

export interface ConnectionsOptions {
  /** Places in all. */
  readonly most: number
  /** Places for one address: the socket's, not what a header says; 0 is no limit. */
  readonly perAddress: number
  /** How long the body of a request may take, but for an import's. */
  readonly bodyMs: number
  readonly onSlowBody: (connection: Connection) => void
  /**
   * Told at most once a minute that places ran out: all of them, those of one address, or those of
   * unfinished requests.
   */
  readonly onFull: (what: FullPlaces, connections: number) => void
}

export type FullPlaces = 'all' | 'address' | 'unfinished'

/** @throws where `Connections` never met the request's socket */
export function connectionOf(request: IncomingMessage): Connection {
  return (request.socket as Connection['socket'])[CONNECTION]!
}

export class Connections {
  readonly #options: ConnectionsOptions
  readonly #all = new ByTurns<Connection>()
  readonly #byNetwork = new Map<string, ByTurns<Connection>>()
  readonly #sweep: NodeJS.Timeout
  /** Read once a second, so that a vote need not ask for the time. */
  #nowMs = performance.now()
  #warnedMs: Record<FullPlaces, number> = {
    ...{ all: Number.NEGATIVE_INFINITY, address: Number.NEGATIVE_INFINITY },
    unfinished: Number.NEGATIVE_INFINITY,
  }

  constructor(options: ConnectionsOptions) {
    this.#options = options
    this.#sweep = setInterval(() => this.#look(), SWEEP_MS)
    this.#sweep.unref()
  }

  /** Takes a new connection in, or ends it where no other may go for it. */
  add(socket: Socket): void {
    this.#nowMs = performance.now()
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

  /** HTTP may be spoken on this socket from now on. What the handshake took counts as waiting. */
  ready(socket: Socket, raw: Socket): void {
    if (socket === raw) return
    const connection = (raw as Connection['socket'])[CONNECTION]
    if (connection === undefined || connection.closing) return void socket.destroy()
    connection.socket = socket
    connection.socket[CONNECTION] = connection
  }

  /** A request's headers are there. */
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
      if (this.#nowMs - connection.sinceMs < YOUNG_MS) young ??= connection
      else return this.#letGo(connection)
    }
    return young !== undefined && this.#letGo(young)
  }

  #letGo(connection: Connection): true {
    // Its place is free at once; the socket's close comes later.
    this.#forget(connection)
    connection.closing = true
    connection.socket.destroy()
    return true
  }

  #look(): void {
    this.#nowMs = performance.now()
    const unfinished: Connection[] = []
    for (const connection of this.#all) {
      const { request, response } = connection
      if (request === null) continue
      if (!request.complete && !connection.hasBallots && this.#nowMs - connection.sinceMs >= YOUNG_MS)
        unfinished.push(connection)
      if (response!.writableFinished && request.complete) {
        connection.request = null
        connection.response = null
        connection.sinceMs = this.#nowMs
      } else if (
        !request.complete &&
        !connection.isImport &&
        this.#nowMs - connection.sinceMs > this.#options.bodyMs
      ) {
        // Told and still there a second later: it does not take its answer.
        if (connection.closing) connection.socket.destroy()
        else this.#options.onSlowBody(connection)
      }
    }
    if (unfinished.length > MOST_UNFINISHED) this.#letOldestGo(unfinished)
  }

  #letOldestGo(unfinished: Connection[]): void {
    this.#warn('unfinished', unfinished.length)
    const oldestFirst = unfinished.sort((a, b) => a.sinceMs - b.sinceMs)
    for (const connection of oldestFirst.slice(0, -MOST_UNFINISHED)) this.#letGo(connection)
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
