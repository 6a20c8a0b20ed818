/** What the public log is made from and where it goes. */

import type { LogVersion } from '../../core/log/record.ts'
import type { ReleaseRule } from '../../core/log/release-rule.ts'
import type { PublishedBatch } from '../../core/tally/published-batch.ts'
import type { TreeHasher } from '../../core/tlog/merkle.ts'
import type { Verify } from '../../core/tlog/note.ts'
import type { BallotSource } from '../../ports/ballot-source.ts'
import type { LogJournal } from '../../ports/log-journal.ts'
import type { LogSigner } from '../../ports/log-signer.ts'
import type { LogStore } from '../../ports/log-store.ts'
import type { OpenSpill } from '../../ports/spill.ts'

/** How a log tells ballots, as its genesis says (docs/protocol.md, "Release"). */
export interface LogRelease {
  readonly version: LogVersion
  /**
   * - `at-once`: every ballot as it comes.
   * - `held`: the rule holds some back, so it must see the ballots of every batch again after a
   *   restart.
   * - `sorted`: none before the end of voting, then all in one order of leaf hash.
   */
  readonly publishes: 'at-once' | 'held' | 'sorted'
  /**
   * A rule that has seen no ballot yet, for every start anew. null: the secret that its draws come
   * from was destroyed, so that no batch can be made again.
   */
  readonly newRule: (() => ReleaseRule) | null
  /** Version 1, results after the close: until then leaves are published as hashes alone. */
  readonly entriesAfterClose: boolean
}

export interface PublishDeps {
  readonly source: BallotSource
  readonly journal: LogJournal
  readonly store: LogStore
  readonly signer: LogSigner
  readonly hasher: TreeHasher
  readonly verify: Verify
  /** What entries begin with, by district (core/log/entry.ts). */
  readonly entryStarts: readonly string[]
  readonly release: LogRelease
  /** For ballots that are sorted and too many for memory. */
  readonly spill: OpenSpill
  /** Unix milliseconds, for the journal. */
  readonly nowMs: () => number
  /**
   * Called with what each batch told, and waited for; what it throws stops publishing as a failure
   * of storage does.
   */
  readonly onPublished?: (published: PublishedBatch) => Promise<void> | void
  /** How far the sorting of all ballots is. */
  readonly onSorting?: (ballots: number, of: number) => void
  /** Ballots of a batch at most, about; a longer backlog becomes several. */
  readonly batchLimit?: number
}
