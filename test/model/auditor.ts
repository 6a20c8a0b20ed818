/** What must hold of a finished run, whatever happened in it (the invariants; docs/protocol.md). */
import { leafHash, treeRoot } from '../log/log-bytes.ts'
import type { Desk } from './desk.ts'
import { readEntry } from './election.ts'
import type { Assertion, Faults } from './faults.ts'
import { commitment, type LogMaker } from './maker.ts'
import type { Plan } from './plan.ts'
import { type RollEntry, rollRoot, updateFault } from './roll.ts'
import { scanAll } from './scan.ts'
import type { Breach } from './secrecy.ts'
import type { Stores, VoteRecord } from './stores.ts'

export interface Acknowledged {
  readonly person: number
  readonly tag: string
  readonly mark: string
  readonly record: VoteRecord
}

export interface Run {
  readonly plan: Plan
  readonly stores: Stores
  readonly genesis: readonly RollEntry[]
  readonly acknowledged: readonly Acknowledged[]
  readonly desk: Desk
  /** Fresh: it makes the log again from ballot log and journal. */
  readonly maker: LogMaker
  readonly secret: Buffer
  readonly faults: Faults
}

export function audit(run: Run): readonly Breach[] {
  const { stores, maker } = run
  if (!stores.isEnded) return [breach('books-do-not-balance', 'the log was not closed')]
  for (const entry of stores.journal) maker.take(entry)
  const counted = maker.entries.flatMap((entry) => maker.records.get(leafHash(entry).toString('hex')) ?? [])
  return [
    ...forks(run),
    ...counts(run, counted),
    ...answers(run, counted),
    ...books(run, counted),
    ...withdrawals(run),
    ...rolls(run),
  ]
}

/** Every checkpoint that was put in place is a beginning of the log that was closed. */
function forks({ stores, maker }: Run): readonly Breach[] {
  return stores.published.flatMap(({ size, root }) =>
    maker.roots[size] === root
      ? []
      : [breach('log-forked', `a checkpoint of ${size} entries is of another log`)],
  )
}

/** Nobody counts twice, nor without a key. */
function counts({ stores }: Run, counted: readonly VoteRecord[]): readonly Breach[] {
  const seen = new Set<number>()
  return counted.flatMap(({ tag, person }) => {
    const found: Breach[] = []
    if (stores.issued.get(tag) !== person)
      found.push(breach('counted-without-key', `${tag} of person ${person}`))
    if (seen.has(person)) found.push(breach('counted-twice', `person ${person}`))
    seen.add(person)
    return found
  })
}

/** Every ballot that was acknowledged is in the log, and whoever asked again was told the same. */
function answers({ acknowledged }: Run, counted: readonly VoteRecord[]): readonly Breach[] {
  const nonces = new Set(counted.map(({ nonce }) => nonce))
  const told = new Map<string, string>()
  return acknowledged.flatMap(({ person, tag, mark, record }) => {
    const found: Breach[] = []
    if (!nonces.has(record.nonce)) found.push(breach('acknowledged-not-counted', `${mark} with ${tag}`))
    if ((told.get(mark) ?? record.nonce) !== record.nonce)
      found.push(breach('retry-answered-otherwise', mark))
    told.set(mark, record.nonce)
    const before = told.get(`person ${person}`)
    if (before !== undefined && before !== record.nonce)
      found.push(breach('acknowledged-twice', `person ${person}`))
    told.set(`person ${person}`, record.nonce)
    return found
  })
}

/**
 * keys spent = ballots + voids; ballots = leaves; a void for each leaf of the roll that changed.
 */
function books({ stores, maker, desk, faults }: Run, counted: readonly VoteRecord[]): readonly Breach[] {
  const { found, scan } = scanAll(stores, stores.journal.at(-1)!.upTo, faults)
  const spent = [...scan.spent()].length
  const replaced = desk.updates.reduce((sum, { count }) => sum + count, 0)
  const wrong: Breach[] = []
  if (spent !== counted.length + found.voids.length)
    wrong.push(
      breach(
        'books-do-not-balance',
        `${spent} keys spent, ${counted.length} ballots, ${found.voids.length} voids`,
      ),
    )
  if (maker.stored !== counted.length || maker.held() !== 0)
    wrong.push(
      breach(
        'books-do-not-balance',
        `${maker.stored} stored, ${counted.length} leaves, ${maker.held()} held`,
      ),
    )
  if (found.voids.length !== replaced)
    wrong.push(breach('books-do-not-balance', `${found.voids.length} voids for ${replaced} keys replaced`))
  return wrong
}

/** Ballots that mark a withdrawn option are older than the withdrawal, and the log proves it. */
function withdrawals({ stores, maker, secret }: Run): readonly Breach[] {
  return stores.withdrawals.flatMap(({ contest, option, upTo }, i): Breach[] => {
    if (upTo === null) return []
    const { at, amendment, leaves, root } = maker.unpublished[i]!
    if (treeRoot(leaves).toString('base64') !== root)
      return [breach('withdrawal-unproved', 'the root is another')]
    return maker.entries.slice(at + 1).flatMap((entry): Breach[] => {
      const ballot = readEntry(entry)
      if (ballot?.marks[contest] !== option) return []
      const leaf = leafHash(entry)
      const isProved = leaves.some((one) => one.equals(commitment(secret, amendment, leaf)))
      const { epoch, mark } = maker.records.get(leaf.toString('hex'))!
      return [
        ...(isProved ? [] : [breach('withdrawal-unproved', `${mark} is not among the untold`)]),
        ...(epoch > i ? [breach('judged-by-other-rules', `${mark} was cast after the withdrawal`)] : []),
      ]
    })
  })
}

/** Each update of the roll changed so many leaves, added none and removed none. */
function rolls({ desk, genesis }: Run): readonly Breach[] {
  let force = { size: genesis.length, root: rollRoot(genesis) }
  return desk.updates.flatMap(({ update, count }) => {
    const fault = updateFault(update, force, count)
    force = { size: update.size, root: update.to }
    return fault === undefined ? [] : [breach('roll-update-invalid', fault)]
  })
}

const breach = (assertion: Assertion, detail: string): Breach => ({ assertion, detail })
