/** Sorts and saves issued keys in a thread with a lower priority than votes. */
import { parentPort, workerData } from 'node:worker_threads'
import { stepBackBehindVotes } from '../node/thread-priority.ts'
import { type KeyIndex, sortedTags } from './key-index.ts'
import { type SavedRows, writeSavedKeys } from './saved-keys.ts'

export interface ToSave {
  readonly path: string
  readonly macKey: Uint8Array
  readonly rows: SavedRows
  readonly issued: ReturnType<KeyIndex['issued']>
}

stepBackBehindVotes()
const { path, macKey, rows, issued } = workerData as ToSave
writeSavedKeys(path, macKey, { ...rows, ...sortedTags(issued) })
parentPort!.postMessage('saved')
