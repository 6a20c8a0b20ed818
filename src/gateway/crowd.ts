/**
 * Readers of one stream: written to a slice at a time, so that votes come first; one who reads too
 * slowly is left out until it has read, and holds nothing but what it was last sent.
 */
import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { GZIP_HEAD, storedPiece } from './gzip-pieces.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { SpareTime } from './spare-time.ts'

/** Viewers written to before anybody else has a turn, at most: a few milliseconds. */
const SLICE = 250
const SLICE_BYTES = 1_000_000
/**
 * A viewer that has not taken what it was sent for so long is gone, or only there to hold a place.
 */
const STUCK_MS = 60_000

export interface Viewer {
  readonly response: ServerResponse
  /**
   * Where events are written: the socket, without what a response does for each write, a fifth of
   * the work. The response itself where it waits for another one on its connection.
   */
  readonly out: Writable
  /** It reads pieces of gzip (gzip-pieces.ts). */
  readonly zipped: boolean
  /** The event it was last sent. */
  sentId: string
  /** Since when it has not taken what it was sent; null when it has. */
  behindSinceMs: number | null
  /** Lets go of what it is behind with. */
  release: () => void
}

export interface CrowdDeps {
  /** What viewers who are behind hold. */
  readonly held: HeldBytes
  /** This thread's, for whatever can wait. */
  readonly spare: SpareTime
  /** A viewer has caught up. */
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

  /** Begins the viewer's stream. @param sentId the event it has */
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

  /** Some words of its own for one viewer, compressed for who reads gzip. */
  say({ out, zipped }: Viewer, text: string): void {
    out.write(zipped ? storedPiece(text) : text)
  }

  /** Buffers in the viewer's form; it is behind until it has taken them. */
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

  /** The same words for all who keep up; ends the places of those who have been stuck too long. */
  sayToAll(text: string): void {
    const nowMs = performance.now()
    for (const { response, behindSinceMs } of this.#viewers)
      if (behindSinceMs !== null && nowMs - behindSinceMs > STUCK_MS) response.destroy()
    const forms = { plain: Buffer.from(text), zipped: storedPiece(text) }
    const { length } = forms.zipped
    this.forEach(length, ({ out, zipped }) => out.write(zipped ? forms.zipped : forms.plain))
  }

  /** Ends every stream with some words. */
  end(text: string): void {
    for (const { response, zipped } of this.#viewers) response.end(zipped ? storedPiece(text) : text)
    this.#viewers.clear()
  }

  /** Does `work`, `bytes` written, for every viewer who keeps up, slice by slice, then `done`. */
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
      // A write has some to do when this turn ends, and that has, too: neither is somebody else's.
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
  /** Whether the viewer takes gzip. */
  readonly zipped: boolean
  /** Whether any site's page may read it. */
  readonly isPublic: boolean
}

function beginStream(response: ServerResponse, { zipped, isPublic }: StreamHeads): void {
  // No chunks: the stream ends with its connection, and an event is one write of one buffer all
  // viewers share.
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

/**
 * A stream is open for hours: what its request brought along, up to 16 KB, is of no use any more.
 */
function forgetHeaders({ req }: ServerResponse): void {
  req.rawHeaders = []
  req.headers = {}
  req.url = ''
}
