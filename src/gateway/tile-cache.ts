/**
 * Tiles and bundles of the public log that were requested lately: each is read, hashed and
 * compressed once. The content of a name never changes. Clients that read a whole large log exceed
 * any cache, so compressing has its own budget.
 */
import { type SharedDocument, sharedDocument } from './shared-document.ts'
import { SpareTime } from './spare-time.ts'

const LIMIT_BYTES = 32_000_000

export interface TileAsk {
  /** The name of one tile of one log. */
  readonly name: string
  /** false for hashes, which do not get shorter. */
  readonly compressible: boolean
  readonly read: () => Promise<Uint8Array | undefined>
}

export class TileCache {
  readonly #documents = new Map<string, SharedDocument>()
  readonly #spare = new SpareTime()
  #bytes = 0

  /** @returns undefined if there is no such tile */
  async get({ name, compressible, read }: TileAsk): Promise<SharedDocument | undefined> {
    const known = this.#documents.get(name)
    if (known !== undefined) {
      // The latest is moved to the end.
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

/** Includes the compressed copy, which may be created later. */
function costOf({ bytes }: SharedDocument): number {
  return 2 * bytes.buffer.byteLength
}
