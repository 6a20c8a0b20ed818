/** A worker's side of the channel to the process that leads it. */
import type { TokenUses } from '../../gateway/access.ts'
import type { FellowWorkers, Figures } from '../../gateway/worker-figures.ts'
import type { FromWorker, Ready, ToWorker } from './messages.ts'
import type { SharedPorts } from './ports.ts'

/**
 * Set by the process that leads: which of its workers this is, from 1, and where it listens, as
 * JSON.
 */
export const WORKER = 'ELECTIONS_WORKER'
/** Longer than the process that leads waits for the others. */
const ANSWER_MS = 3_000

export interface WorkerLink extends FellowWorkers {
  /** Whether it does what the server's role says, and not voting alone: the first does. */
  readonly leads: boolean
  readonly ports: SharedPorts
  readonly ready: (ready: Ready) => void
  /** @param stop ends this process in good order; @param look for a newer certificate */
  readonly onOrders: (stop: () => void, look: () => void) => void
}

/** Undefined where this process is no worker. */
export function workerLink(): WorkerLink | undefined {
  const told = process.env[WORKER]
  if (told === undefined || process.channel === undefined) return undefined
  const { number, ports } = JSON.parse(told) as { number: number; ports: SharedPorts }
  const waiting = new Map<number, (all: readonly Figures[]) => void>()
  let asked = 0
  let own: () => Promise<Figures> = async () => []
  let used: (uses: TokenUses) => void = () => {}
  let orders = { stop: () => {}, look: () => {} }
  let stopCame = false
  const say = (message: FromWorker): void => {
    // The process that leads may be gone: then this one ends.
    if (process.connected) process.send!(message)
  }
  const tell = (question: number): void => {
    own().then(
      (figures) => say({ says: 'figures', question, figures }),
      // The process that leads goes by those it had before.
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
      // The process that leads may have gone while this one started: nobody is to stay behind at
      // its port.
      if (stopCame || !process.connected) stop()
    },
    reportUses: (uses) => say({ says: 'used', uses }),
    onUses: (told) => {
      used = told
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
