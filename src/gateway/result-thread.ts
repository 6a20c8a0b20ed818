/**
 * Makes snapshots and result documents in a thread of its own, so that the thread that takes votes
 * does not: a document of a large election takes hundreds of milliseconds. The gate
 * (core/tally/shown.ts) is passed here, by the phase the counts came with.
 */
import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import type { Election } from '../core/election/definition.ts'
import { type CountFacts, shownFrom, snapshotFrom } from '../core/status/count-facts.ts'
import { cdfText } from '../core/tally/cdf.ts'
import { resultCsv } from '../core/tally/csv.ts'
import { resultText } from '../core/tally/result-text.ts'
import type { ShownResult } from '../core/tally/shown.ts'
import { DeltaChain, type StreamStep } from './delta-chain.ts'
import { snapshotEvent } from './snapshot-event.ts'

/** Names of the documents, as addresses end. */
export type DocumentName = 'results.json' | 'results.csv' | 'results.cdf.json'

/** A document by its name, or the table in one of the election's languages. */
export type DocumentAsk = DocumentName | { readonly csvIn: string }

export interface ResultThreadData {
  readonly version: string
}

/**
 * An election that is asked about from now on, by a number: two may have one id, one after the
 * other.
 */
export interface ElectionToKnow {
  readonly know: Election
  readonly number: number
}

export interface StepAsk {
  /** Whether the whole state is asked for, too. */
  readonly whole: boolean
}

export interface ResultAsk {
  readonly id: number
  /** Its number. */
  readonly election: number
  /** A document, the snapshot as an event of this id, or the next step of the stream in deltas. */
  readonly what: DocumentAsk | { readonly event: number } | StepAsk
  readonly facts: CountFacts
}

export type ResultAnswer = { readonly id: number; readonly cpuMs: number } & (
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }
  /** The gate let nothing through. */
  | { readonly bytes: null }
  | { readonly step: StreamStep }
  | { readonly problem: string }
)

/** Characters encoded at once: text grows in pieces, not as one string beside its bytes. */
const PIECE = 1_000_000

const { version } = workerData as ResultThreadData
const known = new Map<number, Election>()
const chains = new Map<number, DeltaChain>()
const port = parentPort!

port.on('message', (ask: ResultAsk | ElectionToKnow) => {
  if ('know' in ask) return void known.set(ask.number, ask.know)
  const startMs = usedMs()
  const answer = answerTo(ask)
  const transferred = answer.step ? buffersOf(answer.step) : answer.bytes ? [answer.bytes.buffer] : []
  port.postMessage({ ...answer, id: ask.id, cpuMs: usedMs() - startMs } as ResultAnswer, transferred)
})

function usedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

function answerTo({ election: number, what, facts }: ResultAsk) {
  try {
    const election = { ...known.get(number)!, closesAtMs: facts.closesAtMs }
    if (typeof what === 'object' && 'whole' in what)
      return { step: chainOf(number).next(snapshotFrom(election, facts), what.whole, performance.now()) }
    const pieces = piecesOf(election, what, facts)
    if (pieces === null) return { bytes: null }
    const bytes = encoded(pieces)
    return { bytes, sha256: createHash('sha256').update(bytes).digest('base64url') }
  } catch (cause) {
    return { problem: String(cause) }
  }
}

function chainOf(number: number): DeltaChain {
  const chain = chains.get(number) ?? new DeltaChain()
  chains.set(number, chain)
  return chain
}

function buffersOf({ delta, whole }: StreamStep): ArrayBuffer[] {
  return [delta, whole].flatMap((event) => (event === null ? [] : [event.plain.buffer, event.gzip.buffer]))
}

/** @returns null where it may not be told yet */
function piecesOf(
  election: Election,
  what: Exclude<ResultAsk['what'], StepAsk>,
  facts: CountFacts,
): Iterable<string> | null {
  if (typeof what === 'object' && 'event' in what)
    return snapshotEvent(what.event, JSON.stringify(snapshotFrom(election, facts)))
  const shown = shownFrom(election, facts)
  return shown && documentOf(election, what, facts, shown)
}

function documentOf(
  election: Election,
  ask: DocumentAsk,
  { figures }: CountFacts,
  shown: ShownResult,
): Iterable<string> {
  if (ask === 'results.json') return [resultText(shown)]
  const { phase, eligible, nowMs, log } = figures
  const lots = new Map(Object.entries(log?.lots ?? {}))
  if (ask !== 'results.cdf.json') {
    const language = typeof ask === 'object' ? ask.csvIn : undefined
    return resultCsv(election, shown, { phase, eligible, lots }, language)
  }
  const made = { generatedAtMs: nowMs, version, phase, eligible, lots }
  return cdfText(election, shown, made)
}

/** In a buffer of its own, which can be handed over. */
function encoded(pieces: Iterable<string>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < PIECE) continue
    parts.push(encoder.encode(text))
    text = ''
  }
  const last = encoder.encode(text)
  if (parts.length === 0) return last
  parts.push(last)
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
