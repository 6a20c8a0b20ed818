/**
 * The embedded ballot box: asks whether a ballot may be cast, spends its key in memory, commits
 * whole batches, then answers (contract: ports/ballot-box.ts).
 *
 * One batch is being committed while the next gathers: whatever arrived during a sync shares the
 * next one, so the busier the polls, the more ballots a sync carries.
 */
import { timingSafeEqual } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { isCarriedBy } from '../../core/election/choices.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import type {
  BallotBox,
  CastBallot,
  CastOutcome,
  OnUnderWay,
  RecordedBallot,
} from '../../ports/ballot-box.ts'
import type { Credential, Digest, Tag } from '../../ports/digest.ts'
import type { Eligibility } from '../../ports/eligibility.ts'
import type { KeySpending } from '../../ports/key-spending.ts'
import type { EmbeddedLog } from './ballot-log.ts'
import { type LogRow, packBatch } from './batch.ts'
import type { CommitEnd, CommitterOptions } from './commit.ts'

const BATCH_LIMIT = 4096
/** Ballots waiting for the committer at most; past it ballots are refused as `too-busy`. */
const WAITING_LIMIT = 65_536

/** One cast call: its outcomes, and how many of them are still open. */
interface Turn {
  readonly outcomes: CastOutcome[]
  /** What new ballots of this call get; null while voting is open. */
  readonly refusal: RefusalCode | null
  missing: number
  /**
   * By place; undefined where nobody is to be told of them, or somebody has been: what was told
   * stays as it was.
   */
  underWay: (RecordedBallot | undefined)[] | undefined
  readonly resolve: (outcomes: readonly CastOutcome[]) => void
  readonly reject: (fault: Error) => void
}

interface Writing extends LogRow {
  readonly voter: number
  readonly turn: Turn
  readonly place: number
}

/** A ballot that came while one with the same key was being written. */
interface Blocked {
  readonly ballot: CastBallot
  readonly tag: Tag
  readonly turn: Turn
  readonly place: number
}

export interface BoxDeps {
  readonly file: string
  /** May it? */
  readonly eligibility: Eligibility
  /** Spend it once. */
  readonly keys: KeySpending
  readonly log: EmbeddedLog
  readonly tagOf: (credential: Credential) => Tag
  readonly digest: Digest
  readonly nowMs: () => number
  readonly committer?: CommitterOptions
}

export async function openBallotBox(deps: BoxDeps): Promise<BallotBox> {
  const worker = new Worker(new URL('./committer-thread.ts', import.meta.url), {
    workerData: { file: deps.file, options: deps.committer ?? {} },
  })
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
  })
  return new EmbeddedBallotBox(deps, worker)
}

class EmbeddedBallotBox implements BallotBox {
  readonly #deps: BoxDeps
  readonly #worker: Worker
  #waiting: Writing[] = []
  #underWay: readonly Writing[] = []
  readonly #blocked = new Map<number, Blocked[]>()
  #fault: Error | undefined
  #quiet: (() => void)[] = []
  #closing: (() => void) | undefined
  #closed: Promise<void> | undefined

  constructor(deps: BoxDeps, worker: Worker) {
    this.#deps = deps
    this.#worker = worker
    worker.on('message', (end: CommitEnd) => this.#settle(end))
    worker.on('error', (cause) => this.#fail(new Error('the committer failed', { cause })))
    worker.on('exit', (code) => {
      if (this.#closing) this.#closing()
      else this.#fail(new Error(`the committer ended with code ${code}`))
    })
  }

  keysUsed = (): number => this.#deps.keys.used

  cast = (
    ballots: readonly CastBallot[],
    refusal: RefusalCode | null,
    onUnderWay?: OnUnderWay,
  ): Promise<readonly CastOutcome[]> => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly CastOutcome[]>()
    if (this.#fault) {
      reject(this.#fault)
      return promise
    }
    const outcomes = new Array<CastOutcome>(ballots.length)
    const underWay = onUnderWay && new Array<RecordedBallot | undefined>(ballots.length)
    const turn: Turn = { outcomes, refusal, missing: ballots.length, underWay, resolve, reject }
    if (ballots.length === 0) resolve(outcomes)
    for (let place = 0; place < ballots.length; place++) this.#enter(ballots[place]!, turn, place)
    this.#send()
    if (underWay) {
      turn.underWay = undefined
      onUnderWay(underWay)
    }
    return promise
  }

  quiet = (): Promise<void> =>
    new Promise((resolve) => {
      this.#quiet.push(resolve)
      this.#tellQuiet()
    })

  close = (): Promise<void> => {
    this.#closed ??= new Promise((resolve) => {
      this.#closing = resolve
      this.#closeWhenQuiet()
    })
    return this.#closed
  }

  /** One ballot, for the first time: whose key is it? */
  #enter(ballot: CastBallot, turn: Turn, place: number): void {
    const tag = this.#deps.tagOf(ballot.credential)
    const voter = this.#deps.eligibility.find(tag)
    if (voter === -1) this.#answer(turn, place, 'unknown-key')
    else this.#consider(ballot, tag, voter, turn, place)
  }

  /** Repeats, holds back, refuses or queues one ballot. */
  #consider(ballot: CastBallot, tag: Tag, voter: number, turn: Turn, place: number): void {
    const { keys } = this.#deps
    if (keys.isWriting(voter)) {
      const others = this.#blocked.get(voter)
      if (others) others.push({ ballot, tag, turn, place })
      else this.#blocked.set(voter, [{ ballot, tag, turn, place }])
      return
    }
    if (!keys.isUnused(voter)) return this.#answer(turn, place, this.#toldAgain(voter, ballot.retryMark))
    const district = this.#deps.eligibility.districtOf(voter)
    const refusal = this.#mayNot(ballot, turn, district) ?? this.#cannot()
    if (refusal) return this.#answer(turn, place, refusal)
    this.#spend(ballot, tag, voter, district, turn, place)
  }

  /** Marks the key and queues the ballot. */
  #spend(ballot: CastBallot, tag: Tag, voter: number, district: number, turn: Turn, place: number): void {
    this.#deps.keys.markWriting(voter)
    const recorded = { district, choices: ballot.marked.choices, nonceHex: this.#deps.digest.nonceHex() }
    this.#waiting.push({ recorded, tag, retryMark: ballot.retryMark, voter, turn, place })
    if (turn.underWay) turn.underWay[place] = recorded
  }

  /** Why a voter with an unused key may not cast this ballot now. */
  #mayNot(ballot: CastBallot, turn: Turn, district: number): RefusalCode | undefined {
    if (turn.refusal !== null) return turn.refusal
    return isCarriedBy(ballot.marked, district) ? undefined : 'unknown-contest'
  }

  /** Why this box takes no ballot now. */
  #cannot(): RefusalCode | undefined {
    if (this.#closing) return 'stopping'
    if (this.#waiting.length >= WAITING_LIMIT) return 'too-busy'
    return undefined
  }

  #toldAgain(voter: number, retryMark: string | null): CastOutcome {
    if (retryMark === null) return 'key-already-used'
    const { retry, ...recorded } = this.#deps.log.ballot(this.#deps.keys.ballotOf(voter))
    const same = retry !== null && timingSafeEqual(retry, Buffer.from(retryMark, 'latin1'))
    return same ? recorded : 'key-already-used'
  }

  #answer(turn: Turn, place: number, outcome: CastOutcome): void {
    turn.outcomes[place] = outcome
    if (--turn.missing === 0) turn.resolve(turn.outcomes)
  }

  #send(): void {
    if (this.#underWay.length > 0 || this.#waiting.length === 0) return
    const all = this.#waiting.length <= BATCH_LIMIT
    const batch = all ? this.#waiting : this.#waiting.slice(0, BATCH_LIMIT)
    this.#waiting = all ? [] : this.#waiting.slice(BATCH_LIMIT)
    this.#underWay = batch
    const packed = packBatch(batch, this.#deps.log.spanEnd(this.#deps.nowMs()))
    this.#worker.postMessage(packed, [
      packed.rows.buffer as ArrayBuffer,
      packed.districts.buffer as ArrayBuffer,
    ])
  }

  /** The batch under way is stored, refused, or unknown. */
  #settle(end: CommitEnd): void {
    if (end.end === 'unknown')
      return this.#fail(new Error(`whether ballots were stored is unknown (${end.reason})`))
    const { keys, log } = this.#deps
    const batch = this.#underWay
    this.#underWay = []
    if (end.end === 'stored') {
      for (let i = 0; i < batch.length; i++) keys.markUsed(batch[i]!.voter, end.firstSeq + i)
      const recorded = batch.map((writing) => writing.recorded)
      log.append(recorded, end.firstSeq + batch.length - 1, this.#deps.nowMs())
      for (const { turn, place, recorded } of batch) this.#answer(turn, place, recorded)
    } else {
      for (const { voter, turn, place } of batch) {
        keys.markUnused(voter)
        this.#answer(turn, place, 'storage-unavailable')
      }
    }
    if (this.#blocked.size > 0) this.#unblock(batch)
    this.#send()
    this.#tellQuiet()
    this.#closeWhenQuiet()
  }

  #unblock(batch: readonly Writing[]): void {
    for (const { voter } of batch) {
      const others = this.#blocked.get(voter)
      if (!others) continue
      this.#blocked.delete(voter)
      for (const { ballot, tag, turn, place } of others) this.#consider(ballot, tag, voter, turn, place)
    }
  }

  #isQuiet(): boolean {
    return this.#waiting.length === 0 && this.#underWay.length === 0
  }

  #tellQuiet(): void {
    if (this.#quiet.length === 0 || !this.#isQuiet()) return
    const told = this.#quiet
    this.#quiet = []
    for (const resolve of told) resolve()
  }

  #closeWhenQuiet(): void {
    if (this.#closing && this.#isQuiet()) this.#worker.postMessage('close')
  }

  #fail(fault: Error): void {
    if (this.#fault) return
    this.#fault = fault
    const turns = new Set<Turn>()
    for (const { turn } of [...this.#underWay, ...this.#waiting]) turns.add(turn)
    for (const others of this.#blocked.values()) for (const { turn } of others) turns.add(turn)
    for (const turn of turns) turn.reject(fault)
  }
}
