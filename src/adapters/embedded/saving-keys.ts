/**
 * Saves issued keys for the next start, in a thread of its own, where reading the roll took long.
 */
import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { LoadedKeys, SavedBefore } from './load.ts'
import type { ToSave } from './saved-keys-thread.ts'

/** Keys that a start reads from the roll in a tenth of a second: fewer are not worth a file. */
export const WORTH_SAVING = 100_000

export interface SavingKeys {
  /** Whether they are saved, once that is over; a start without them is as right, and slower. */
  readonly ended: Promise<boolean>
  readonly stop: () => Promise<void>
}

const NOTHING_TO_SAVE: SavingKeys = { ended: Promise.resolve(false), stop: async () => {} }

/**
 * @param database that the keys were loaded from
 * @param from keys that were read from the roll, from which on they are saved
 */
export function saveKeys(
  database: DatabaseSync,
  { keys, restored }: LoadedKeys,
  { path, macKey }: SavedBefore,
  from = WORTH_SAVING,
): SavingKeys {
  const rows = keys.size
  if (rows - restored < Math.max(1, from)) return NOTHING_TO_SAVE
  const last = database.prepare('SELECT credential FROM voters WHERE voter = ?').get(rows)!
  const lastCredential = last.credential as Uint8Array
  const issued = keys.issued()
  const workerData: ToSave = { path, macKey, rows: { rows, lastCredential }, issued }
  const worker = new Worker(new URL('./saved-keys-thread.ts', import.meta.url), {
    workerData,
    transferList: [issued.tags.buffer, issued.districts.buffer, issued.slots.buffer],
  })
  // A full disk, or an election that was taken away meanwhile, keeps nobody from voting.
  const ended = new Promise<boolean>((resolve) => {
    worker.once('message', () => resolve(true))
    worker.once('error', () => resolve(false))
    worker.once('exit', () => resolve(false))
  })
  worker.unref()
  return {
    ended,
    stop: async () => {
      await worker.terminate()
    },
  }
}
