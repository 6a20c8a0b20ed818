/**
 * The publisher's thread: messages from and to pipeline/publish/publisher-loop.ts, until that has
 * ended.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemTimer } from '../adapters/node/timer.ts'
import { BrokenLog } from '../core/log/broken-log.ts'
import { BeforeOpening } from '../pipeline/publish/before-opening.ts'
import type { PublisherEvent, PublisherMessage } from '../pipeline/publish/publisher-messages.ts'
import { openPublishing, type Publishing, type PublishingData } from './publishing.ts'

const port = parentPort!
const data = workerData as PublishingData
const send = (event: PublisherEvent): void => port.postMessage(event)

const early = new BeforeOpening(send, systemTimer)
const hearEarly = (message: PublisherMessage): void => early.hear(message)
port.on('message', hearEarly)
const publishing = await early.open(() => openPublishing(data, send), isFinal)
port.off('message', hearEarly)
if (publishing === undefined) port.close()
else await publish(publishing)

async function publish({ loop, close, letGo }: Publishing): Promise<void> {
  port.on('message', (message: PublisherMessage) => loop.hear(message))
  for (const message of early.kept()) loop.hear(message)
  await loop.run()
  await close()
  // The rest of what was asked is answered before the files are let go.
  setImmediate(() => {
    letGo()
    port.close()
  })
}

/**
 * An engine of a cluster comes back; wrong files, and a log that would fork, stay what they are.
 */
function isFinal(cause: unknown): boolean {
  if (data.cluster === null || cause instanceof BrokenLog || cause instanceof BadInput) return true
  return (cause as NodeJS.ErrnoException).path !== undefined
}
