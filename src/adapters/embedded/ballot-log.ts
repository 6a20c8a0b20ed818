/** The ballot log of an election database, read side (contract: ports/ballot-log.ts). */

import type { DatabaseSync } from 'node:sqlite'
import type { Choices } from '../../core/election/choices.ts'
import { spanEnd, TURNOUT_SPAN_S } from '../../core/tally/spans.ts'
import type { RecordedBallot } from '../../ports/ballot-box.ts'
import type { BallotGroup, FollowedLog, LogFollower } from '../../ports/ballot-log.ts'
import { openElectionDatabase } from './election-database.ts'

const REPLAY_STRETCH = 50_000

export class EmbeddedLog implements FollowedLog {
  readonly #database: DatabaseSync
  readonly #ballot
  readonly #turnout: Map<number, number>
  #length: number
  readonly turnoutSpanSeconds = TURNOUT_SPAN_S
  #follower: LogFollower = () => {}

  /** @param file the election database; it is only read */
  constructor(file: string) {
    this.#database = openElectionDatabase(file, { readOnly: true })
    this.#ballot = this.#database.prepare('SELECT district, choices, nonce, retry FROM ballots WHERE seq = ?')
    this.#length = this.storedLength()
    const spans = this.#database.prepare('SELECT until, ballots FROM turnout ORDER BY until').all()
    this.#turnout = new Map(spans.map(({ until, ballots }) => [Number(until), Number(ballots)]))
  }

  length = (): number => this.#length

  follow = (follower: LogFollower): void => {
    this.#follower = follower
  }

  /** What the database itself says, read anew. Rows are numbered from 1 without gaps. */
  storedLength(): number {
    const row = this.#database.prepare('SELECT coalesce(max(seq), 0) AS length FROM ballots').get()
    return Number(row!.length)
  }

  async *replay(stops: readonly number[] = []): AsyncGenerator<readonly BallotGroup[]> {
    const end = this.storedLength()
    const stretch = this.#database.prepare(
      'SELECT district, choices, count(*) AS times FROM ballots WHERE seq > ? AND seq <= ? GROUP BY district, choices',
    )
    let from = 0
    for (const stop of [...stops.filter((stop) => stop < end), end])
      for (; from < stop; from = Math.min(from + REPLAY_STRETCH, stop))
        yield stretch.all(from, Math.min(from + REPLAY_STRETCH, stop)) as unknown as BallotGroup[]
  }

  turnout = (): readonly (readonly [number, number])[] => [...this.#turnout].sort(([a], [b]) => a - b)

  /** Unix seconds of the end of the turnout span a moment falls in. */
  spanEnd(nowMs: number): number {
    return spanEnd(nowMs, TURNOUT_SPAN_S)
  }

  /**
   * @throws Error where the row is not there: a key is marked used for a ballot the log does not
   *   have
   */
  ballot(seq: number): RecordedBallot & { readonly retry: Uint8Array | null } {
    const row = this.#ballot.get(seq)
    if (!row) throw new Error(`the ballot log has no row ${seq}`)
    return {
      district: Number(row.district),
      choices: row.choices as Choices,
      nonceHex: Buffer.from(row.nonce as Uint8Array).toString('hex'),
      retry: row.retry as Uint8Array | null,
    }
  }

  /** Takes note of ballots the committer has stored, the last of them numbered `lastSeq`. */
  append(ballots: readonly RecordedBallot[], lastSeq: number, nowMs: number): void {
    this.#length = lastSeq
    const until = this.spanEnd(nowMs)
    this.#turnout.set(until, (this.#turnout.get(until) ?? 0) + ballots.length)
    this.#follower(ballots)
  }

  close(): void {
    this.#database.close()
  }
}
