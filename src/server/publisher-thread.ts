/**
 * The publisher's thread: messages from and to pipeline/publish/publisher-loop.ts, until that has
 * ended.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { PublisherMessage } from '../pipeline/publish/publisher-messages.ts'
import { openPublishing, type PublishingData } from './publishing.ts'

const port = parentPort!
const { loop, close, letGo } = await openPublishing(workerData as PublishingData, (event) =>
  port.postMessage(event),
)
port.on('message', (message: PublisherMessage) => loop.hear(message))
await loop.run()
await close()
// The rest of what was asked is answered before the files are let go.
setImmediate(() => {
  letGo()
  port.close()
})
