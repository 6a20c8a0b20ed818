/**
 * The static files of a public log, which any web server can serve (C2SP tlog-tiles).
 *
 * The contract:
 * - A file exists completely or not at all, for every reader and after every crash.
 * - What `write` and `writeCheckpoint` wrote is durable when the promise resolves. A file is only
 *   written again with the same bytes.
 */
export interface StoredFile {
  /** Below the log's folder, with slashes, as core/tlog/tile.ts writes it, or a plain name. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface LogStore {
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /** Writes files in any order; no path occurs twice. */
  readonly write: (files: readonly StoredFile[]) => Promise<void>
  /** Returns the signed note that readers see; undefined before the first. */
  readonly checkpoint: () => Promise<string | undefined>
  /** Replaces the signed note atomically. */
  readonly writeCheckpoint: (note: string) => Promise<void>
}
