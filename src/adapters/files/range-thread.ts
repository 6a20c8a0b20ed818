/**
 * A thread that checks stretches of a log in a folder (core/verify/range-pool.ts), reading its
 * files by itself.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { rangeThread } from '../../core/verify/range-pool.ts'
import { nodeTreeHasher } from '../node/tree-hasher.ts'
import { logFolderReader } from './log-reading.ts'

const { dir } = workerData as { dir: string | undefined }
const port = parentPort!
port.on(
  'message',
  rangeThread(
    (message, transfer) => port.postMessage(message, transfer),
    nodeTreeHasher(),
    dir === undefined ? undefined : logFolderReader(dir),
  ),
)
