/** The inputs and outputs of the public log. */

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

/** How a log publishes ballots, as its genesis states (docs/protocol.md, "Release"). */
export interface LogRelease {
  readonly version: LogVersion
  /**
   * - `at-once`: every ballot as it comes.
   * - `held`: the rule holds some back, so after a restart it must process the ballots of every
   *   batch again.
   * - `sorted`: none before the end of voting, then all in the order of their leaf hashes.
   */
  readonly publishes: 'at-once' | 'held' | 'sorted'
  /**
   * Creates a rule that has processed no ballot, for every start. null: the secret of its draws was
   * destroyed, so no batch can be reproduced.
   */
  readonly newRule: (() => ReleaseRule) | null
  /** Version 1, results after the close: until then leaves are published only as hashes. */
  readonly entriesAfterClose: boolean
}

export interface PublishDeps {
  readonly source: BallotSource
  readonly journal: LogJournal
  readonly store: LogStore
  readonly signer: LogSigner
  readonly hasher: TreeHasher
  readonly verify: Verify
  /** The beginning of entries, by district (core/log/entry.ts). */
  readonly entryStarts: readonly string[]
  readonly release: LogRelease
  /** For sorting more ballots than fit into memory. */
  readonly spill: OpenSpill
  /** Unix milliseconds, for the journal. */
  readonly nowMs: () => number
  /**
   * Called and awaited with what each batch published; if it throws, publishing stops as for a
   * storage failure.
   */
  readonly onPublished?: (published: PublishedBatch) => Promise<void> | void
  /** The progress of sorting all ballots. */
  readonly onSorting?: (ballots: number, of: number) => void
  /** Approximate limit of ballots in a batch; a longer backlog becomes several batches. */
  readonly batchLimit?: number
}
