/**
 * The static files of a public log, which any web server can serve (c2sp.org/tlog-tiles).
 *
 * The contract:
 * - A file is there whole or not at all, whoever reads it and whatever crashes.
 * - What `write` and `writeCheckpoint` have written is durable when they resolve. A file is written
 *   again only with the bytes it has.
 */
export interface StoredFile {
  /** Below the log's folder, with slashes, as core/tlog/tile.ts writes it, or a plain name. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface LogStore {
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /** In no order; no path twice. */
  readonly write: (files: readonly StoredFile[]) => Promise<void>
  /** The signed note readers see; undefined before the first. */
  readonly checkpoint: () => Promise<string | undefined>
  /** Replaces it in one step. */
  readonly writeCheckpoint: (note: string) => Promise<void>
}
