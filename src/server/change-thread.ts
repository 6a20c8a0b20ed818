/**
 * The thread of one change: messages from and to organise/served-change.ts, until that has ended.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { BadInput } from '../adapters/files/bad-input.ts'
import { faultOf } from '../adapters/node/system-fault.ts'
import { EXIT, faultLine } from '../core/fault.ts'
import { changeServed, type ServedChange } from '../organise/served-change.ts'
import type { FromChange, ToChange } from './change-messages.ts'

type Answer = Extract<ToChange, { readonly answer: string }>

const change = workerData as ServedChange
const port = parentPort!
const aborting = new AbortController()
let answered: (answer: Answer) => void = () => {}

function send(message: FromChange): void {
  port.postMessage(message)
}

/** One question at a time. */
function asked(message: FromChange): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  answered = resolve
  send(message)
  return promise
}

port.on('message', (message: ToChange) => {
  if ('answer' in message) answered(message)
  else aborting.abort(new BadInput(change.dir, [{ message: 'interrupted: nothing was changed' }]))
})

try {
  const result = await changeServed(change, {
    publish: async (entry, extendedToMs) => {
      const end = await asked({ ask: 'publish', entry, extendedToMs })
      if (end.answer === 'not-published') throw new Error(`the public log did not take it: ${end.reason}`)
      return end.answer === 'ended' ? 'ended' : 'published'
    },
    takeRoll: async (pages) => {
      await asked({ ask: 'grown', pages })
    },
    note: (words) => send({ kind: 'note', words }),
    signal: aborting.signal,
  })
  send({ kind: 'done', result })
} catch (cause) {
  const { message, stack } = cause as Error
  const fault = faultOf(cause)
  send(
    fault?.exit === EXIT.badInput
      ? { kind: 'refused', reason: faultLine(fault) }
      : { kind: 'failed', reason: stack ?? message ?? String(cause) },
  )
} finally {
  port.close()
}
