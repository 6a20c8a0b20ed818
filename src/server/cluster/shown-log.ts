/**
 * The public log as a server of a cluster shows it, whichever process publishes it: from this
 * process's publisher, from the folder or bucket where another one writes, or from where it is
 * published.
 *
 * A folder that is not written any more, a copy that `init` made or one of an earlier publisher,
 * tells an older log: to serve it would look like a rollback. So a folder is served only as long as
 * it has what the publisher has told of.
 */
import type { PublicLogState } from '../../core/status/public-log-state.ts'
import { sizeOf } from '../../organise/cluster/cluster-log.ts'
import type { ProveStep } from '../../pipeline/prove.ts'
import type { PublisherSnapshot } from '../../ports/pipeline-record.ts'
import type { PublicLog } from '../../ports/public-log.ts'
import type { LogReads } from './bucket-reads.ts'

const CHECKPOINT = 'checkpoint'

export interface ShownLogDeps {
  /**
   * This process's publisher where it has one; its state is null as long as another process
   * publishes.
   */
  readonly own: Pick<PublicLog, 'state' | 'onChange' | 'proof'> | null
  readonly folder: LogReads
  /** Over the same folder. */
  readonly prove: ProveStep
  /** Where the log is published, with a slash at its end; null where nobody said. */
  readonly address: string | null
  /** Whether proofs are answered here all the same: a bucket has the files and proves nothing. */
  readonly provesAll: boolean
  readonly keysUsed: () => number
  /** Told once when the folder turns out to be behind. */
  readonly onStale: () => void
}

export interface ShownLog extends PublicLog {
  /** Takes what the publisher has told everybody; undefined where there has been none. */
  readonly hear: (told: PublisherSnapshot | undefined) => void
}

export function shownLog(deps: ShownLogDeps): ShownLog {
  const { own, folder, prove, address, provesAll, keysUsed, onStale } = deps
  const listeners: (() => void)[] = []
  let heard: { readonly told: PublisherSnapshot | undefined } | undefined
  let folderSize = 0
  let shown: { readonly size: number; readonly bytes: Uint8Array } = { size: 0, bytes: new Uint8Array() }
  let saidStale = false

  const state = (): PublicLogState | null => {
    const ours = own?.state() ?? null
    if (ours !== null) return ours
    if (heard?.told === undefined) return null
    const { ballots, ...rest } = heard.told
    return { ...rest, behind: Math.max(0, keysUsed() - ballots) }
  }
  const publishes = (): boolean => (own?.state() ?? null) !== null

  const isHere = async (): Promise<boolean> => {
    if (publishes()) return true
    if (heard === undefined) return false
    const size = heard.told?.size ?? 1
    if (folderSize >= size) return true
    const note = await folder.checkpoint()
    if (note !== undefined) folderSize = sizeOf(note)
    if (folderSize >= size) return true
    if (!saidStale) onStale()
    saidStale = true
    return false
  }

  /**
   * A publisher that was stopped in the middle of writing and woken after its relief puts an older
   * checkpoint in place until the next one is written. It is true, and would look like a rollback
   * all the same.
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
    hear: (told) => {
      const news = JSON.stringify(told) !== JSON.stringify(heard?.told)
      heard = { told }
      if (news) for (const listener of listeners) listener()
    },
  }
}
