/**
 * Tiles and bundles of the public log that were asked for lately, read, hashed and compressed once.
 * What is under a name never changes. Whoever asks for one after the other of a large log gets past
 * any cache: compressing has its own budget.
 */
import { type SharedDocument, sharedDocument } from './shared-document.ts'
import { SpareTime } from './spare-time.ts'

const LIMIT_BYTES = 32_000_000

export interface TileAsk {
  /** Of one tile of one log. */
  readonly name: string
  /** false: hashes, which get no shorter. */
  readonly compressible: boolean
  readonly read: () => Promise<Uint8Array | undefined>
}

export class TileCache {
  readonly #documents = new Map<string, SharedDocument>()
  readonly #spare = new SpareTime()
  #bytes = 0

  /** @returns undefined where there is no such tile */
  async get({ name, compressible, read }: TileAsk): Promise<SharedDocument | undefined> {
    const known = this.#documents.get(name)
    if (known !== undefined) {
      // The last asked for goes last.
      this.#documents.delete(name)
      this.#documents.set(name, known)
      return known
    }
    const bytes = await read()
    if (bytes === undefined) return undefined
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const made = sharedDocument(buffer, undefined, compressible ? this.#spare : 'never')
    if (!this.#documents.has(name)) this.#bytes += costOf(made)
    this.#documents.set(name, made)
    for (const [oldest, document] of this.#documents) {
      if (this.#bytes <= LIMIT_BYTES) break
      this.#documents.delete(oldest)
      this.#bytes -= costOf(document)
    }
    return made
  }
}

/** The compressed copy, which may come later, included. */
function costOf({ bytes }: SharedDocument): number {
  return 2 * bytes.buffer.byteLength
}
