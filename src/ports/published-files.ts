/**
 * All files of a public log in the storage of the process that publishes it: the log's own
 * (ports/log-store.ts), the cosigned checkpoint (ports/witness.ts), and the documents beside a
 * closed log.
 *
 * The contract, besides those two: if the store can compare and write atomically, a checkpoint only
 * replaces the one that this object read or wrote last, and `write` never overwrites an existing
 * file. Otherwise the caller ensures that no other process writes (ports/log-lead.ts).
 */
import type { LogStore, StoredFile } from './log-store.ts'
import type { WitnessedStore } from './witness.ts'

export interface PublishedFiles extends LogStore, WitnessedStore {
  /**
   * Writes a file whose bytes may change: a certification or its PDF. It is durable when the
   * promise resolves.
   * @param before the bytes that it replaces; undefined if there is no such file
   * @throws {ReplacedMeanwhile} if the file has other bytes by now, which stay
   */
  readonly replace: (file: StoredFile, before: Uint8Array | undefined) => Promise<void>
  /**
   * Removes partial files whose full file already existed at the last call. A store that keeps them
   * does nothing.
   * @returns the number of folders of partial files that were removed
   */
  readonly removeSuperseded: () => Promise<number>
}

export class ReplacedMeanwhile extends Error {
  override readonly name = 'ReplacedMeanwhile'
  constructor(path: string) {
    super(`${path} of the public log was replaced by another process`)
  }
}
