/**
 * Promises: that the log will hold each of some ballots, by a time or so long after the close,
 * signed with the log's key for a batch at a time. The clock, the key and the hashes are handed in;
 * no I/O of its own.
 */
import type { Election } from '../core/election/definition.ts'
import type { PromiseVersion } from '../core/log/promise.ts'
import { type PromiseHashes, promiseWriter } from '../core/log/promise-batch.ts'
import type { LogVersion } from '../core/log/record.ts'
import { isPublishedAtOnce } from '../core/tally/published-tally.ts'
import type { Sha256 } from '../core/tlog/merkle.ts'
import { formatNote } from '../core/tlog/note.ts'
import { parseVerifierKey } from '../core/tlog/note-key.ts'
import { utf8Bytes } from '../core/tlog/utf8.ts'
import type { Clock } from '../ports/clock.ts'
import type { LogSigner } from '../ports/log-signer.ts'

export interface PromiseDeps {
  readonly term: PromisedTerm
  readonly signer: LogSigner
  readonly hashes: PromiseHashes
  readonly sha256: Sha256
  /** 16 random bytes as 32 lower-case hexadecimal digits. */
  readonly saltHex: () => string
  readonly clock: Clock
}

/**
 * What is promised: version 1 names a time, version 2 the seconds after the close that is finally
 * in force.
 */
export interface PromisedTerm {
  readonly v: PromiseVersion
  readonly seconds: (nowMs: number) => number
}

/**
 * Seconds from the acknowledgement to the leaf where ballots are told as they come, and from the
 * close where they are held.
 */
const SOON_S = 600
const AFTER_CLOSE_S = 86_400

/**
 * What an election's receipts promise.
 * @param v of its log
 * @param withinS undefined: what is usual
 */
export function promisedTerm(
  election: Pick<Election, 'results' | 'suppressBelow' | 'closesAtMs'>,
  v: LogVersion,
  withinS: number | undefined,
): PromisedTerm {
  const held = !isPublishedAtOnce(election)
  if (held && v === 2) return { v: 2, seconds: () => withinS ?? AFTER_CLOSE_S }
  const soon = withinS ?? SOON_S
  if (!held || election.results === 'after-close') return { v: 1, seconds: (nowMs) => seconds(nowMs) + soon }
  // A log of version 1 may hold any ballot back until the close.
  return { v: 1, seconds: (nowMs) => seconds(Math.max(nowMs, election.closesAtMs)) + soon }
}

export type PromiseStep = (trackers: readonly string[]) => Promise<readonly string[]>

interface Asked {
  readonly from: number
  readonly to: number
  readonly resolve: (promises: readonly string[]) => void
  readonly reject: (fault: unknown) => void
}

/**
 * Promises as JSON objects in ASCII, in the order of the trackers; for ballots that are durable
 * before anybody sees them.
 *
 * What is asked for in one turn of the event loop is signed together, from however many requests it
 * came.
 */
export function promiseStep(deps: PromiseDeps): PromiseStep {
  const { term, signer, hashes, saltHex, clock } = deps
  const { name, keyId } = parseVerifierKey(deps.sha256, signer.verifierKey)
  const write = promiseWriter({
    v: term.v,
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

  const sign = async (): Promise<void> => {
    const askers = asked
    const ofTrackers = trackers
    asked = []
    trackers = []
    try {
      const promises = await write(ofTrackers, term.seconds(clock.nowMs()))
      for (const { from, to, resolve } of askers) resolve(promises.slice(from, to))
    } catch (fault) {
      for (const { reject } of askers) reject(fault)
    }
  }

  return (ofTrackers) => {
    const from = trackers.length
    for (const tracker of ofTrackers) trackers.push(tracker)
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
