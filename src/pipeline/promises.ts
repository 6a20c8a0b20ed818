/**
 * Promises: by when the log will hold each of some ballots, signed with the log's key for a batch at a time. The clock, the
 * key and the hashes are handed in; no I/O of its own.
 */
import type { Election } from '../core/election/definition.ts'
import type { Sha256 } from '../core/log/merkle.ts'
import { formatNote } from '../core/log/note.ts'
import { parseVerifierKey } from '../core/log/note-key.ts'
import { type PromiseHashes, promiseWriter } from '../core/log/promise-batch.ts'
import { utf8Bytes } from '../core/log/utf8.ts'
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
export type PromiseStep = (
  trackers: readonly string[],
  districts: readonly number[],
) => Promise<readonly string[]>

interface Asked {
  readonly from: number
  readonly to: number
  readonly resolve: (promises: readonly string[]) => void
  readonly reject: (fault: unknown) => void
}

/**
 * Promises as JSON objects in ASCII, in the order of the trackers; for ballots that are durable before anybody sees them.
 *
 * What is asked for in one turn of the event loop is signed together, from however many requests it came.
 */
export function promiseStep(deps: PromiseDeps): PromiseStep {
  const { election, signer, hashes, saltHex, clock, withinS, isHeld } = deps
  const { name, keyId } = parseVerifierKey(deps.sha256, signer.verifierKey)
  const write = promiseWriter({
    log: signer.origin,
    hashes,
    saltHex,
    signedNote: async (text) => {
      const signature = await signer.signAside(utf8Bytes(text))
      return formatNote({ text, signatures: [{ name, keyId, signature }] })
    },
  })
  let asked: Asked[] = []
  let trackers: string[] = []
  let publishBy: number[] = []

  const sign = async (): Promise<void> => {
    const askers = asked
    const [ofTrackers, ofTimes] = [trackers, publishBy]
    asked = []
    trackers = []
    publishBy = []
    try {
      const promises = await write(ofTrackers, ofTimes)
      for (const { from, to, resolve } of askers) resolve(promises.slice(from, to))
    } catch (fault) {
      for (const { reject } of askers) reject(fault)
    }
  }

  return (ofTrackers, districts) => {
    const nowMs = clock.nowMs()
    const soon = seconds(nowMs) + withinS
    const afterClose = seconds(Math.max(nowMs, election.closesAtMs)) + withinS
    const from = trackers.length
    for (const tracker of ofTrackers) trackers.push(tracker)
    for (const district of districts) publishBy.push(isHeld(district) ? afterClose : soon)
    return new Promise((resolve, reject) => {
      if (asked.length === 0) queueMicrotask(sign)
      asked.push({ from, to: trackers.length, resolve, reject })
    })
  }
}

/** Rounded up: a promise never ends early. */
function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
