/**
 * All files of a public log where whoever publishes it keeps them: the log's own
 * (ports/log-store.ts), the cosigned checkpoint (ports/witness.ts), and what is said of a closed
 * log beside it.
 *
 * The contract, beside those two: where the store can compare and write in one step, a checkpoint
 * takes the place of the one that this object read or wrote last, and no other; and a file that is
 * there is never written over by `write`. Where it cannot, the caller makes sure that nobody else
 * writes (ports/log-lead.ts).
 */
import type { LogStore, StoredFile } from './log-store.ts'
import type { WitnessedStore } from './witness.ts'

export interface PublishedFiles extends LogStore, WitnessedStore {
  /**
   * Puts a file in place whose bytes may become others: a certification, its PDF. Durable when it
   * resolves.
   * @param before what it takes the place of; undefined where nothing is there
   * @throws {ReplacedMeanwhile} where something else is there by now, which stays
   */
  readonly replace: (file: StoredFile, before: Uint8Array | undefined) => Promise<void>
  /**
   * Removes partial files whose full file was there at the last call already; a store that keeps
   * them does nothing.
   * @returns how many folders of partial files were removed
   */
  readonly removeSuperseded: () => Promise<number>
}

export class ReplacedMeanwhile extends Error {
  override readonly name = 'ReplacedMeanwhile'
  constructor(path: string) {
    super(`${path} of the public log has become another one meanwhile`)
  }
}
