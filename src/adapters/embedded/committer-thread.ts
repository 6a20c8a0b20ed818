/**
 * Runs the committer in a separate thread, so that the event loop answers requests while the disk
 * syncs.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { PackedBatch } from './batch.ts'
import { type CommitterOptions, openCommitter } from './commit.ts'

const { file, options } = workerData as { file: string; options: CommitterOptions }
const committer = openCommitter(file, options)
const port = parentPort!
port.on('message', (batch: PackedBatch | 'close') => {
  if (batch === 'close') {
    committer.close()
    port.close()
  } else {
    port.postMessage(committer.commit(batch))
  }
})
port.postMessage('ready')
