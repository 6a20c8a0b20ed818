/**
 * One change of an election that is served, in a thread of its own: rolls are read, keys made and hashed while votes are
 * taken. It decides nothing: entries go to the thread that votes are taken in, which publishes them while voting is open.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { rollAfter } from '../adapters/embedded/late-keys.ts'
import { databaseFile, definitionFile } from '../adapters/embedded/layout.ts'
import type { RollPage } from '../adapters/embedded/roll-pages.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { faultOf } from '../adapters/node/system-fault.ts'
import { EXIT, faultLine } from '../core/fault.ts'
import { type Extended, extendVoting } from '../organise/extend.ts'
import type { HeldElection } from '../organise/held-election.ts'
import { addVoters, type LateVoters, type VotersAdded } from '../organise/late-voters/add-voters.ts'
import { openLog } from '../organise/public-log.ts'
import { STRETCH } from '../pipeline/enrol.ts'

export type ChangeAsk =
  | { readonly change: 'extend'; readonly closesAtMs: number }
  | ({ readonly change: 'add-voters' } & LateVoters)

export interface ChangeData {
  /** The election's folder. */
  readonly dir: string
  readonly ask: ChangeAsk
  /** Keys that the server knows. */
  readonly known: number
}

export type ToChange =
  | { readonly answer: 'published' }
  /** Nothing was published. */
  | { readonly answer: 'ended' }
  | { readonly answer: 'not-published'; readonly reason: string }
  | { readonly answer: 'grown' }
  | { readonly ask: 'abort' }

export type FromChange =
  | { readonly ask: 'publish'; readonly entry: string; readonly extendedToMs: number | undefined }
  /** The late voters are among these rows of the stored roll. */
  | { readonly ask: 'grown'; readonly pages: readonly RollPage[] }
  | { readonly tell: 'note'; readonly words: string }
  | { readonly tell: 'done'; readonly result: Extended | VotersAdded }
  | { readonly tell: 'refused'; readonly reason: string }
  | { readonly tell: 'failed'; readonly reason: string }

/**
 * Voters added at once while ballots are taken: the roll takes its new place in one transaction, for which ballots wait,
 * a fraction of a second for so many.
 */
const MOST_VOTERS = 100_000

const { dir, ask, known } = workerData as ChangeData
const port = parentPort!
const aborting = new AbortController()
let answered: (answer: ToChange) => void = () => {}

port.on('message', (message: ToChange) => {
  if ('ask' in message) aborting.abort(new BadInput(dir, [{ message: 'interrupted: nothing was changed' }]))
  else answered(message)
})

function tell(message: FromChange): void {
  port.postMessage(message)
}

function asked(message: FromChange): Promise<ToChange> {
  const { promise, resolve } = Promise.withResolvers<ToChange>()
  answered = resolve
  tell(message)
  return promise
}

async function publish(entry: string, extendedToMs?: number): Promise<void> {
  const end = await asked({ ask: 'publish', entry, extendedToMs })
  if (!('answer' in end) || end.answer === 'published') return
  if (end.answer === 'ended')
    throw new BadInput(dir, [{ message: 'voting has ended, and is not opened again' }])
  throw new Error(`the public log did not take it: ${end.answer === 'not-published' ? end.reason : ''}`)
}

async function rollHasGrown(): Promise<void> {
  // Whoever was added since is among the rows that additions put in order anew.
  const pages = rollAfter(databaseFile(dir), Math.max(0, known - STRETCH))
  await asked({ ask: 'grown', pages })
}

function changed(held: HeldElection): Promise<Extended | VotersAdded> {
  const note = (words: string): void => tell({ tell: 'note', words })
  if (ask.change === 'extend') return extendVoting(held, ask.closesAtMs, { note })
  const { signal } = aborting
  return addVoters(held, ask, {
    ...{ note, signal, most: MOST_VOTERS },
    progress: (_task, heeded, work) => work(() => heeded?.throwIfAborted()),
  })
}

const { election } = await readDefinition(definitionFile(dir))
const log = await openLog(dir, election, { readOnly: true })
try {
  tell({ tell: 'done', result: await changed({ dir, log, publish, rollHasGrown }) })
} catch (cause) {
  const { message, stack } = cause as Error
  const fault = faultOf(cause)
  tell(
    fault?.exit === EXIT.badInput
      ? { tell: 'refused', reason: faultLine(fault) }
      : { tell: 'failed', reason: stack ?? message ?? String(cause) },
  )
} finally {
  await log.close()
  port.close()
}
