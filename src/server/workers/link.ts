/** A worker's side of the channel to the leading process. */
import type { TokenUses } from '../../gateway/access.ts'
import type { FellowWorkers, Figures } from '../../gateway/worker-figures.ts'
import type { FromWorker, Ready, ToWorker } from './messages.ts'
import type { SharedPorts } from './ports.ts'

/** Set by the leading process: the worker's number, from 1, and its ports, as JSON. */
export const WORKER = 'ELECTIONS_WORKER'
/** Longer than the leading process waits for the others. */
const ANSWER_MS = 3_000

export interface WorkerLink extends FellowWorkers {
  /**
   * Whether this worker does everything in the server's role, and not only voting: the first one
   * does.
   */
  readonly leads: boolean
  readonly ports: SharedPorts
  readonly ready: (ready: Ready) => void
  /**
   * @param stop ends this process in good order
   * @param look checks for a newer certificate
   */
  readonly onOrders: (stop: () => void, look: () => void) => void
}

/** Returns undefined if this process is not a worker. */
export function workerLink(): WorkerLink | undefined {
  const settings = process.env[WORKER]
  if (settings === undefined || process.channel === undefined) return undefined
  const { number, ports } = JSON.parse(settings) as { number: number; ports: SharedPorts }
  const waiting = new Map<number, (all: readonly Figures[]) => void>()
  let asked = 0
  let own: () => Promise<Figures> = async () => []
  let used: (uses: TokenUses) => void = () => {}
  let orders = { stop: () => {}, look: () => {} }
  let stopCame = false
  const say = (message: FromWorker): void => {
    // The leading process may have ended: then this one ends.
    if (process.connected) process.send!(message)
  }
  const tell = (question: number): void => {
    own().then(
      (figures) => say({ says: 'figures', question, figures }),
      // The leading process uses the figures it had before.
      () => {},
    )
  }
  process.on('message', (message: ToWorker) => {
    if (message.says === 'tell') tell(message.question)
    else if (message.says === 'all') waiting.get(message.question)?.(message.figures)
    else if (message.says === 'used') used(message.uses)
    else if (message.says === 'look') orders.look()
    else {
      stopCame = true
      orders.stop()
    }
  })
  return {
    leads: number === 1,
    ports,
    ready: (ready) => say({ says: 'ready', ready }),
    onOrders: (stop, look) => {
      orders = { stop, look }
      // The leading process may have ended while this one started: no worker may remain at its
      // port.
      if (stopCame || !process.connected) stop()
    },
    reportUses: (uses) => say({ says: 'used', uses }),
    onUses: (listener) => {
      used = listener
    },
    onAsked: (how) => {
      own = how
    },
    all: () =>
      new Promise((resolve, reject) => {
        const question = asked++
        const late = setTimeout(() => {
          waiting.delete(question)
          reject(new Error('the process that leads the workers does not answer'))
        }, ANSWER_MS)
        waiting.set(question, (all) => {
          clearTimeout(late)
          waiting.delete(question)
          resolve(all)
        })
        say({ says: 'ask', question })
      }),
  }
}
