/**
 * The public log as a server of a cluster shows it, whichever process publishes it: from this
 * process's publisher, from the folder or bucket in which another process writes, or from its
 * public address.
 *
 * A folder that is no longer written (a copy from `init`, or one of an earlier publisher) has an
 * older log: serving it would look like a rollback. So a folder is served only while it has what
 * the publisher has reported.
 */
import type { PublicLogState } from '../../core/status/public-log-state.ts'
import { sizeOf } from '../../organise/cluster/cluster-log.ts'
import type { ProveStep } from '../../pipeline/prove.ts'
import type { PublisherSnapshot } from '../../ports/pipeline-record.ts'
import type { PublicLog } from '../../ports/public-log.ts'
import type { LogReads } from './bucket-reads.ts'

const CHECKPOINT = 'checkpoint'

export interface ShownLogDeps {
  /** This process's publisher, if it has one; its state is null while another process publishes. */
  readonly own: Pick<PublicLog, 'state' | 'onChange' | 'proof'> | null
  readonly folder: LogReads
  /** Over the same folder. */
  readonly prove: ProveStep
  /** The address where the log is published, with a slash at its end; null if not configured. */
  readonly address: string | null
  /**
   * Whether this server answers proofs itself in any case: a bucket has the files, but no proofs.
   */
  readonly provesAll: boolean
  readonly keysUsed: () => number
  /** Called once if the folder is found to be behind. */
  readonly onStale: () => void
}

export interface ShownLog extends PublicLog {
  /** Accepts the publisher's report; undefined without one. */
  readonly hear: (report: PublisherSnapshot | undefined) => void
}

export function shownLog(deps: ShownLogDeps): ShownLog {
  const { own, folder, prove, address, provesAll, keysUsed, onStale } = deps
  const listeners: (() => void)[] = []
  let latest: { readonly report: PublisherSnapshot | undefined } | undefined
  let folderSize = 0
  let shown: { readonly size: number; readonly bytes: Uint8Array } = { size: 0, bytes: new Uint8Array() }
  let saidStale = false

  const state = (): PublicLogState | null => {
    const ours = own?.state() ?? null
    if (ours !== null) return ours
    if (latest?.report === undefined) return null
    const { ballots, ...rest } = latest.report
    return { ...rest, behind: Math.max(0, keysUsed() - ballots) }
  }
  const publishes = (): boolean => (own?.state() ?? null) !== null

  const isHere = async (): Promise<boolean> => {
    if (publishes()) return true
    if (latest === undefined) return false
    const size = latest.report?.size ?? 1
    if (folderSize >= size) return true
    const note = await folder.checkpoint()
    if (note !== undefined) folderSize = sizeOf(note)
    if (folderSize >= size) return true
    if (!saidStale) onStale()
    saidStale = true
    return false
  }

  /**
   * A publisher that was suspended while writing and resumed after its successor took over puts an
   * older checkpoint in place until the next one is written. That checkpoint is true, but would
   * look like a rollback.
   */
  const neverSmaller = (bytes: Uint8Array): Uint8Array => {
    const size = sizeOf(Buffer.from(bytes).toString('utf8'))
    if (size >= shown.size) shown = { size, bytes }
    return shown.bytes
  }

  own?.onChange(() => {
    for (const listener of listeners) listener()
  })

  return {
    state,
    onChange: (listener) => listeners.push(listener),
    elsewhere: (what) => (publishes() || (provesAll && what === 'proof') ? null : address),
    read: async (path) => {
      if (!(await isHere())) return undefined
      const bytes = await folder.read(path)
      return path === CHECKPOINT && bytes !== undefined ? neverSmaller(bytes) : bytes
    },
    proof: async (leaf) => {
      if (own !== null && publishes()) return own.proof(leaf)
      const proof = (await isHere()) ? await prove(leaf) : undefined
      if (proof !== undefined) return { proof }
      return (state()?.behind ?? 0) > 0 ? 'not-yet-published' : 'not-found'
    },
    hear: (report) => {
      const news = JSON.stringify(report) !== JSON.stringify(latest?.report)
      latest = { report }
      if (news) for (const listener of listeners) listener()
    },
  }
}
