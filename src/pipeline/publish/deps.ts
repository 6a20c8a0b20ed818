/** What the public log is made from and where it goes. */
import type { BatchGate } from '../../core/log/log-growth.ts'
import type { TreeHasher } from '../../core/log/merkle.ts'
import type { Verify } from '../../core/log/note.ts'
import type { BallotSource } from '../../ports/ballot-source.ts'
import type { LogJournal } from '../../ports/log-journal.ts'
import type { LogSigner } from '../../ports/log-signer.ts'
import type { LogStore } from '../../ports/log-store.ts'

export interface PublishDeps {
  readonly source: BallotSource
  readonly journal: LogJournal
  readonly store: LogStore
  readonly signer: LogSigner
  readonly hasher: TreeHasher
  readonly verify: Verify
  /** What entries begin with, by district (core/log/entry.ts). */
  readonly entryStarts: readonly string[]
  /** A gate that has seen no ballot yet, for every start anew; null: every ballot may be told. */
  readonly newGate: () => BatchGate | null
  /** Entries are for after the close: until then leaves are published as hashes alone. */
  readonly entriesAfterClose: boolean
  /** Ballots of a batch at most, about; a longer backlog becomes several. */
  readonly batchLimit?: number
}
