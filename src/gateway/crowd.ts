/**
 * The clients of one stream. They are written to in slices, so that votes come first. A client that
 * reads too slowly is skipped until it has read, and occupies only the memory of its last event.
 */
import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { GZIP_HEAD, storedPiece } from './gzip-pieces.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { SpareTime } from './spare-time.ts'

/** The most viewers written to before other work gets a turn: a few milliseconds. */
const SLICE = 250
const SLICE_BYTES = 1_000_000
/**
 * A viewer that has not read what it was sent for this long is disconnected or only occupies a
 * place.
 */
const STUCK_MS = 60_000

export interface Viewer {
  readonly response: ServerResponse
  /**
   * The target of events: the socket, without the work of a response for each write, which saves a
   * fifth of the work. The response itself if it waits for another one on its connection.
   */
  readonly out: Writable
  /** Whether it reads pieces of gzip (gzip-pieces.ts). */
  readonly zipped: boolean
  /** The id of the last event it was sent. */
  sentId: string
  /** Since when it has unread data; null if it has none. */
  behindSinceMs: number | null
  /** Releases the bytes of its unread data. */
  release: () => void
}

export interface CrowdDeps {
  /** The bytes held for slow viewers. */
  readonly held: HeldBytes
  /** This thread's spare time, for work that can wait. */
  readonly spare: SpareTime
  /** Called when a viewer has read everything. */
  readonly onCaughtUp: (viewer: Viewer) => void
}

export class Crowd {
  readonly #deps: CrowdDeps
  readonly #viewers = new Set<Viewer>()

  constructor(deps: CrowdDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#viewers.size
  }

  has(viewer: Viewer): boolean {
    return this.#viewers.has(viewer)
  }

  /**
   * Begins the viewer's stream.
   * @param sentId the id of the event that it has
   */
  add(response: ServerResponse, { zipped, isPublic }: StreamHeads, sentId = ''): Viewer {
    forgetHeaders(response)
    beginStream(response, { zipped, isPublic })
    const out = response.socket ?? response
    const viewer: Viewer = { response, out, zipped, sentId, behindSinceMs: null, release: () => {} }
    this.#viewers.add(viewer)
    const drained = (): void => {
      if (viewer.behindSinceMs === null) return
      viewer.behindSinceMs = null
      viewer.release()
      this.#deps.onCaughtUp(viewer)
    }
    out.on('drain', drained)
    response.on('close', () => {
      out.off('drain', drained)
      this.#viewers.delete(viewer)
      viewer.release()
    })
    this.say(viewer, 'retry: 1000\n\n')
    return viewer
  }

  /** Sends text to one viewer, compressed if it reads gzip. */
  say({ out, zipped }: Viewer, text: string): void {
    out.write(zipped ? storedPiece(text) : text)
  }

  /** Sends buffers in the viewer's form; the viewer is behind until it has read them. */
  send(viewer: Viewer, buffers: readonly Buffer[]): void {
    const { out, response } = viewer
    let taken = true
    for (const buffer of buffers) taken = out.write(buffer)
    if (taken) return
    viewer.behindSinceMs = performance.now()
    const releases = buffers.map((buffer) => this.#deps.held.hold(buffer, () => response.destroy()))
    viewer.release = () => {
      for (const release of releases) release()
    }
  }

  /**
   * Sends the same text to all viewers that keep up, and disconnects those that are stuck for too
   * long.
   */
  sayToAll(text: string): void {
    const nowMs = performance.now()
    for (const { response, behindSinceMs } of this.#viewers)
      if (behindSinceMs !== null && nowMs - behindSinceMs > STUCK_MS) response.destroy()
    const forms = { plain: Buffer.from(text), zipped: storedPiece(text) }
    const { length } = forms.zipped
    this.forEach(length, ({ out, zipped }) => out.write(zipped ? forms.zipped : forms.plain))
  }

  /** Ends every stream with a text. */
  end(text: string): void {
    for (const { response, zipped } of this.#viewers) response.end(zipped ? storedPiece(text) : text)
    this.#viewers.clear()
  }

  /**
   * Calls `work`, which writes `bytes`, for every viewer that keeps up, slice by slice, then
   * `done`.
   */
  forEach(bytes: number, work: (viewer: Viewer) => void, done: () => void = () => {}): void {
    const all = [...this.#viewers]
    const atOnce = Math.max(1, Math.min(SLICE, Math.floor(SLICE_BYTES / bytes)))
    let from = 0
    const slice = (): void => {
      const until = Math.min(all.length, from + atOnce)
      const end = this.#deps.spare.begin()
      for (; from < until; from++) {
        const viewer = all[from]!
        if (viewer.behindSinceMs === null && this.#viewers.has(viewer)) work(viewer)
      }
      // A write does some work at the end of this turn, and that work some more: both count as this
      // work's time.
      process.nextTick(() =>
        process.nextTick(() => {
          end()
          if (from < all.length) setImmediate(slice)
          else done()
        }),
      )
    }
    slice()
  }
}

export interface StreamHeads {
  /** Whether the viewer accepts gzip. */
  readonly zipped: boolean
  /** Whether any site's page may read it. */
  readonly isPublic: boolean
}

function beginStream(response: ServerResponse, { zipped, isPublic }: StreamHeads): void {
  // No chunks: the stream ends with its connection, and an event is one write of one buffer, which
  // all viewers share.
  response.removeHeader('transfer-encoding')
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    ...(isPublic && { 'access-control-allow-origin': '*' }),
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    ...(zipped && { 'content-encoding': 'gzip' }),
  })
  if (zipped) response.write(GZIP_HEAD)
  else response.flushHeaders()
}

/** A stream is open for hours: the data of its request, up to 16 KB, is no longer needed. */
function forgetHeaders({ req }: ServerResponse): void {
  req.rawHeaders = []
  req.headers = {}
  req.url = ''
}
