/**
 * Composes the publisher of an election's public log in its thread. It has its own connections, so
 * that votes never wait for it.
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
  /** The most milliseconds from a ballot's record to its leaf in the published log. */
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /** The cluster with its ballots and its journal; null: the folder has them. */
  readonly cluster: ClusterLogPlace | null
  /** Whether this process takes votes, which then have priority. */
  readonly takesVotes: boolean
}

export interface Publishing {
  readonly loop: PublisherLoop
  /** Call this after the loop has ended: resolves when nothing is being written. */
  readonly close: () => Promise<void>
  /** Closes the log's files and connections. */
  readonly letGo: () => void
}

/** @throws {BadInput} if the folder does not belong to the log in its journal */
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
  // Only now: a start that waits for its turn would delay the server's readiness.
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
