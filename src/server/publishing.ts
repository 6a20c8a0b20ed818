/**
 * Composes the publisher of an election's public log, in the thread where it works: over
 * connections of its own, so that votes never wait for it.
 */
import { definitionFile } from '../adapters/embedded/layout.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { stepBackBehindVotes } from '../adapters/node/thread-priority.ts'
import { systemTimer } from '../adapters/node/timer.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { amended } from '../core/log/amended.ts'
import { closingTexts } from '../organise/close-entry.ts'
import type { ClusterLogPlace } from '../organise/cluster/cluster-log.ts'
import { type OpenLog, openLog } from '../organise/public-log.ts'
import { proveStep } from '../pipeline/prove.ts'
import { type ClosingTexts, openPublisher } from '../pipeline/publish/publish.ts'
import { PublisherLoop } from '../pipeline/publish/publisher-loop.ts'
import type { CloseAsked, PublisherEvent } from '../pipeline/publish/publisher-messages.ts'
import { type Witnessing, witnessing } from '../pipeline/witness/witness.ts'
import { openWitnesses, type WitnessSettings } from './witnesses.ts'

export interface PublishingData {
  /** The election's folder. */
  readonly dir: string
  /** Milliseconds from a ballot's record to its leaf in the published log, at most. */
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /** Where its ballots and its journal lie where that is a cluster; null: in the folder. */
  readonly cluster: ClusterLogPlace | null
  /** Whether this process takes votes: they go first then. */
  readonly takesVotes: boolean
}

export interface Publishing {
  readonly loop: PublisherLoop
  /** Once the loop has ended: resolves when nothing is being written any more. */
  readonly close: () => Promise<void>
  /** Lets go of the log's files and connections. */
  readonly letGo: () => void
}

/** @throws {BadInput} where the folder is not of the log in its journal */
export async function openPublishing(
  { dir, publishEveryMs, witnesses: settings, cluster, takesVotes }: PublishingData,
  send: (event: PublisherEvent) => void,
): Promise<Publishing> {
  const { election } = await readDefinition(definitionFile(dir))
  const log =
    cluster === null
      ? await openLog(dir, election)
      : await (await import('../organise/cluster/cluster-log.ts')).openClusterLog(dir, election, cluster)
  const witnesses = openWitnesses(settings)
  const witnessed = witnesses.length === 0 ? null : witnessingBy(log, witnesses, settings, send)
  // Not before it is open: a start that waits for its turn would keep the server from being ready.
  const setLate = takesVotes ? stepBackBehindVotes() : () => {}
  const store = witnessed === null ? log.folder : { ...log.folder, ...witnessed.store }

  const loop = new PublisherLoop({
    open: (hears) => openPublisher({ ...log.deps, store, ...hears }),
    journal: log.deps.journal,
    lead: log.lead,
    closingTexts: (asked) => textsFor(log, asked),
    prove: proveStep({ store: log.folder, hasher: nodeTreeHasher() }),
    beginWitnessing: async () => {
      if (witnessed === null) return
      await witnessed.begin()
      send(witnessesOf(witnessed))
    },
    removeSuperseded: log.folder.removeSuperseded,
    setLate,
    publishEveryMs,
    timer: systemTimer,
    send,
  })
  return {
    loop,
    close: async () => {
      await witnessed?.stop()
      for (const witness of witnesses) await witness.close()
    },
    letGo: () => void log.close(),
  }
}

function witnessingBy(
  log: OpenLog,
  witnesses: ReturnType<typeof openWitnesses>,
  { quorum = witnesses.length }: WitnessSettings,
  send: (event: PublisherEvent) => void,
): Witnessing {
  const witnessed = witnessing({
    ...{ witnesses, quorum },
    store: log.folder,
    log: log.deps.signer,
    hasher: nodeTreeHasher(),
    verify: ed25519Verify,
    timer: systemTimer,
    onChange: () => send(witnessesOf(witnessed)),
    onProblem: (name, problem, reason) => send({ kind: 'witness-failed', name, problem, reason }),
  })
  return witnessed
}

function witnessesOf({ states, witnessed }: Witnessing): PublisherEvent {
  return { kind: 'witnesses', states: states(), witnessed: witnessed() }
}

async function textsFor({ deps, election, issued }: OpenLog, asked: CloseAsked): Promise<ClosingTexts> {
  const { journal, source, release } = deps
  const records = (await journal.records()).map(({ record }) => record!)
  return closingTexts({ ...amended(election, records), v: release.version, issued, source, ...asked })
}
