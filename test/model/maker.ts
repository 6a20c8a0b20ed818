/**
 * The public log as a leader makes it from ballot log and journal: the same journal makes the same
 * log, whoever reads it.
 */
import { leafHash, sha256, treeRoot } from '../log/log-bytes.ts'
import { UNITS, type Vote, voteOf } from './election.ts'
import type { Faults } from './faults.ts'
import { hmac, published, publishedNext } from './release.ts'
import { Scan } from './scan.ts'
import type { JournalEntry, Position, Stores, VoteRecord } from './stores.ts'

/** Ballots not published when an epoch began (docs/protocol.md, "Ballots held at a withdrawal"). */
export interface Unpublished {
  /** The epoch entry's place in the log. */
  readonly at: number
  readonly amendment: Buffer
  readonly leaves: readonly Buffer[]
  readonly root: string
}

export class LogMaker {
  readonly entries: string[] = []
  /** After so many entries, what stands for the tree's root: a hash over all leaves so far. */
  readonly roots: string[] = ['']
  readonly unpublished: Unpublished[] = []
  /** By leaf hash, what the ballot log has of it. */
  readonly records = new Map<string, VoteRecord>()
  /** In the order in which they were read. */
  readonly votes: Vote[] = []
  readonly #scan: Scan
  readonly #held: Vote[][] = Array.from({ length: UNITS }, () => [])
  readonly #told = new Array<number>(UNITS).fill(0)
  readonly #k: number
  readonly #results: 'live' | 'after-close'
  readonly #secret: Buffer
  readonly #faults: Faults
  stored = 0
  voids = 0

  constructor(stores: Stores, k: number, results: 'live' | 'after-close', secret: Buffer, faults: Faults) {
    this.#scan = new Scan(stores, faults)
    this.#k = k
    this.#results = results
    this.#secret = secret
    this.#faults = faults
    this.#add('{"v":3,"entry":"genesis","election":"model"}')
  }
  position(): Position {
    return this.#scan.position()
  }
  held(): number {
    return this.#held.reduce((sum, { length }) => sum + length, 0)
  }
  /** Reads the ballot log on; says whether there is anything to tell. */
  look(upTo: Position): boolean {
    const { ballots, voids } = this.#scan.read(upTo)
    this.voids += voids.length
    for (const record of ballots) {
      const nonce = sha256(record.nonce).toString('hex', 0, 16)
      const vote = voteOf(record.person, record.district, record.marks!, nonce)
      this.#held[vote.unit]!.push(vote)
      this.votes.push(vote)
      this.records.set(vote.leaf.toString('hex'), record)
      this.stored++
    }
    return this.#results === 'live' && this.#next().length > 0
  }
  /** Does what a journal entry decides. */
  take({ upTo, record, kind }: JournalEntry): void {
    this.look(upTo)
    if (kind === 'epoch') this.#commit()
    if (record !== null) this.#add(record)
    if (kind === 'batch') this.#tell(this.#next())
    if (kind === 'end') this.#tell(this.#held.flat())
  }
  #next(): readonly Vote[] {
    return this.#held.flatMap((held, unit) =>
      publishedNext({ held, told: this.#told[unit]! }, this.#k, this.#secret, this.#faults),
    )
  }
  #tell(votes: readonly Vote[]): void {
    const chosen = new Set(votes)
    for (const vote of published(votes, this.#faults)) {
      this.#add(vote.entry)
      this.#told[vote.unit]!++
    }
    for (const [unit, held] of this.#held.entries())
      this.#held[unit] = held.filter((vote) => !chosen.has(vote))
  }
  #commit(): void {
    const amendment = leafHash(this.entries.findLast((entry) => entry.includes('"withdraw"'))!)
    const leaves = this.#held
      .flat()
      .map(({ leaf }) => commitment(this.#secret, amendment, leaf))
      .sort(Buffer.compare)
    this.unpublished.push({
      at: this.entries.length,
      amendment,
      leaves,
      root: treeRoot(leaves).toString('base64'),
    })
  }
  #add(entry: string): void {
    this.entries.push(entry)
    this.roots.push(sha256(this.roots.at(-1)!, leafHash(entry)).toString('hex'))
  }
}

/** A ballot's leaf in the commitment of a withdrawal. */
export function commitment(secret: Uint8Array, amendment: Uint8Array, leaf: Uint8Array): Buffer {
  return leafHash(Buffer.concat([hmac(secret, Buffer.concat([amendment, leaf])), leaf]))
}
