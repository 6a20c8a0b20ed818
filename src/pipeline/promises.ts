/**
 * Promises: by when the log will hold each of some ballots, signed with the log's key for a batch at a time. The clock, the
 * key and the hashes are handed in; no I/O of its own.
 */
import type { Election } from '../core/election/definition.ts'
import type { Sha256 } from '../core/log/merkle.ts'
import { formatNote, signNote } from '../core/log/note.ts'
import { parseVerifierKey } from '../core/log/note-key.ts'
import { type PromiseHashes, promiseWriter } from '../core/log/promise-batch.ts'
import type { Clock } from '../ports/clock.ts'
import type { LogSigner } from '../ports/log-signer.ts'

export interface PromiseDeps {
  readonly election: Pick<Election, 'closesAtMs'>
  readonly signer: LogSigner
  readonly hashes: PromiseHashes
  readonly sha256: Sha256
  /** 16 random bytes as 32 lower-case hexadecimal digits. */
  readonly saltHex: () => string
  readonly clock: Clock
  /** Seconds from the acknowledgement, or from the close for a ballot held back until then, to the leaf in the log. */
  readonly withinS: number
  /** Whether ballots of this district may have to wait for the close (core/tally/release.ts). */
  readonly isHeld: (district: number) => boolean
}

/** @param districts indexes into the election's districts, one per tracker */
export type PromiseStep = (trackers: readonly string[], districts: readonly number[]) => readonly string[]

/** Promises as JSON objects in ASCII, in the order of the trackers; of ballots that are durable, and no others. */
export function promiseStep(deps: PromiseDeps): PromiseStep {
  const { election, signer, hashes, saltHex, clock, withinS, isHeld } = deps
  const key = parseVerifierKey(deps.sha256, signer.verifierKey)
  const write = promiseWriter({
    log: signer.origin,
    hashes,
    saltHex,
    signedNote: (text) => formatNote({ text, signatures: [signNote(text, key, signer.sign)] }),
  })
  return (trackers, districts) => {
    const nowMs = clock.nowMs()
    const soon = seconds(nowMs) + withinS
    const afterClose = seconds(Math.max(nowMs, election.closesAtMs)) + withinS
    return write(
      trackers,
      districts.map((district) => (isHeld(district) ? afterClose : soon)),
    )
  }
}

/** Rounded up: a promise never ends early. */
function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
