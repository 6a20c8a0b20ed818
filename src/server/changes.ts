/**
 * Makes changes of an election that is served: starts a thread for each, and does what that may not
 * do itself.
 */
import { Worker } from 'node:worker_threads'
import type { RollPage } from '../adapters/embedded/roll-pages.ts'
import type { Extended } from '../organise/extend.ts'
import type { VotersAdded } from '../organise/late-voters/add-voters.ts'
import type { ChangeAsk, ServedChange } from '../organise/served-change.ts'
import type { FromChange, ToChange } from './change-messages.ts'

export type ChangeEnd = { readonly notes: readonly string[] } & (
  | { readonly end: 'done'; readonly result: Extended | VotersAdded }
  /** Lines for the one who asked. */
  | { readonly end: 'refused'; readonly reason: string }
  /** For the log of the server. */
  | { readonly end: 'failed'; readonly reason: string }
)

export interface ChangeDeps {
  readonly dir: string
  /** Keys that may vote by now. */
  readonly known: () => number
  /** @throws where the log did not take it */
  readonly publish: (entry: string, extendedToMs: number | undefined) => Promise<'published' | 'ended'>
  /**
   * Takes the late voters among these rows of the roll.
   * @throws where they are not as the log says
   */
  readonly takeRoll: (pages: readonly RollPage[]) => Promise<void>
}

/** Notes kept of one change, and the length of each. */
const MOST_NOTES = 50
const NOTE_CHARACTERS = 5_000

/**
 * One at a time: the caller sees to it.
 * @param signal heeded until the change is decided
 * @throws what `takeRoll` throws: what the server knows is then not what the log says
 */
export function changeElection(deps: ChangeDeps, ask: ChangeAsk, signal: AbortSignal): Promise<ChangeEnd> {
  const data: ServedChange = { dir: deps.dir, ask, known: deps.known() }
  const worker = new Worker(new URL('./change-thread.ts', import.meta.url), { workerData: data })
  const { promise, resolve, reject } = Promise.withResolvers<ChangeEnd>()
  const notes: string[] = []
  let end: ChangeEnd = { end: 'failed', reason: 'its thread ended', notes }
  const answer = (message: ToChange): void => worker.postMessage(message)
  const abort = (): void => answer({ ask: 'abort' })
  const hear = async (message: FromChange): Promise<void> => {
    if ('ask' in message) {
      if (message.ask === 'publish') return answer(await published(deps, message))
      await deps.takeRoll(message.pages)
      return answer({ answer: 'grown' })
    }
    if (message.kind === 'note') {
      if (notes.length < MOST_NOTES) notes.push(message.words.slice(0, NOTE_CHARACTERS))
    } else if (message.kind === 'done') end = { end: 'done', result: message.result, notes }
    else end = { end: message.kind, reason: message.reason, notes }
  }
  worker.on('message', (message: FromChange) => void hear(message).catch(reject))
  worker.on('error', (cause: Error) => {
    end = { end: 'failed', reason: cause.stack ?? cause.message, notes }
  })
  worker.on('exit', () => resolve(end))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  return promise.finally(() => signal.removeEventListener('abort', abort))
}

async function published(
  { publish }: ChangeDeps,
  { entry, extendedToMs }: Extract<FromChange, { ask: 'publish' }>,
): Promise<ToChange> {
  try {
    return { answer: await publish(entry, extendedToMs) }
  } catch (cause) {
    return { answer: 'not-published', reason: (cause as Error).message }
  }
}
