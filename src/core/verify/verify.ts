/**
 * Verification of a public log (docs/protocol.md, "The public log"): every tile and hash rebuilt from the entries, every
 * ballot checked and counted, the count compared with the published result, the tree with what was seen before.
 *
 * Trusts only SHA-256, Ed25519, the clock and the reader it is handed. Command and page call it.
 */

import { CERTIFICATION_PATH } from '../log/certification-form.ts'
import { base64 } from '../tlog/base64.ts'
import { sha256Hex } from '../tlog/bytes.ts'
import { equalHashes, type TreeHasher } from '../tlog/merkle.ts'
import { formatVerifierKey, parseVerifierKey } from '../tlog/note-key.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import { bundlePath, TILE_WIDTH } from '../tlog/tile.ts'
import { type LogCourse, logCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import { GENESIS_PATH, readGenesis } from './beginning.ts'
import { MOST_ENTRIES, mostCertificationBytes, mostResultBytes, TooManyEntries } from './bounds.ts'
import { type CertificationCheck, certificationCheck } from './certification.ts'
import { checkByClock, checkOverdue } from './clock.ts'
import { isHeldBack, type Standing, signedCheckpoint, standing } from './commitments.ts'
import { checkClose, checkResult } from './count.ts'
import { checkEntries } from './entries.ts'
import { type FindingList, findingList } from './finding.ts'
import { checkHistory, type KnownTree, knownTrees, type SeenCheckpoint } from './history.ts'
import { releaseCheck } from './positions.ts'
import { type LogReader, rangeChecker } from './range.ts'
import { type AskedReceipt, askedReceipts, checkReceipt, trackerWatch } from './receipt.ts'
import { type AmendmentReport, type CheckList, checkList, type VerifyReport } from './report.ts'
import type { ReadCheckpoint } from './signature.ts'
import { bundlesIn, treeCheck } from './tree.ts'
import { type CosignedTree, cosignedTree } from './witnessed.ts'

export interface VerifyInput {
  readonly read: LogReader
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  /** The verifier's own clock: what is due, and whether voting is still open. */
  readonly nowMs: number
  /** The log's key, a C2SP verifier key; without it the genesis is taken at its word, and the report says so. */
  readonly key?: string
  /** The id of the election that is asked for. */
  readonly election?: string
  readonly seen?: readonly SeenCheckpoint[]
  /**
   * The published result document; null where there is none. Left out, or undefined, it is not compared. As a function it
   * is asked for once the log is known to be closed, and for no more bytes than the election can make.
   */
  readonly result?: Uint8Array | null | ((mostBytes: number) => Promise<Uint8Array | null | undefined>)
  /** Receipt files, or trackers. */
  readonly receipts?: readonly string[]
  /** C2SP verifier keys of witnesses, and how many different ones must have cosigned (default: all of them). */
  readonly witnesses?: readonly string[]
  readonly quorum?: number
  /** Another log of this name is remembered, under another key: see `recognised`. */
  readonly namesake?: boolean
  /** Entries it may have (default 20,000,000). */
  readonly mostEntries?: number
  /** 16 random bytes, so that no log can be made to be slow to check; see `nonceSet`. */
  readonly salt?: Uint8Array
  readonly onProgress?: (leaves: number, of: number) => void
}

/**
 * Never throws for what the log holds: that is a finding.
 * @throws Malformed where `key` or a witness's key is none; TooManyEntries; whatever the reader throws
 */
export async function verifyLog(input: VerifyInput): Promise<VerifyReport> {
  const { read, hasher } = input
  const findings = findingList()
  const checks = checkList()
  const notChecked: string[] = []
  const context = { findings, checks, notChecked }
  const given = input.key === undefined ? undefined : parseVerifierKey(hasher.sha256, input.key)
  const witnesses = (input.witnesses ?? []).map((text) => parseVerifierKey(hasher.sha256, text))
  if (input.namesake) notChecked.push('whose log it is: another key is remembered for a log of this name')
  const asked = askedReceipts(input.receipts ?? [], findings)

  const genesis = await readGenesis(read, hasher, findings)
  const key = given ?? genesis?.key
  if (given !== undefined && genesis !== undefined && formatVerifierKey(given) !== genesis.record.log)
    findings.add('key-differs', { path: GENESIS_PATH })
  if (input.election !== undefined && genesis !== undefined && genesis.record.election !== input.election)
    findings.add(
      'election-differs',
      { path: GENESIS_PATH },
      `"${genesis.record.election}", not "${input.election}"`,
    )
  const stand = await standing(read, hasher.sha256, genesis, findings)
  // Before the checkpoint: a log may be closed and certified while it is read.
  const mostBytes = mostCertificationBytes(stand?.election)
  const certificationBytes = await read(CERTIFICATION_PATH, mostBytes)
  const certification = await certificationCheck(certificationBytes, {
    ...{ sha256: hasher.sha256, verify: input.verify, nowMs: input.nowMs, mostBytes, key, findings, checks },
  })
  const newest = await signedCheckpoint(read, input.verify, key, findings)
  checks.ran('checkpoint', newest === undefined ? 0 : 1)
  const witnessed = newest && (await cosignedTree(input, key, newest, witnesses, context))
  const signed = newest && witnessed && witnessed.size > newest.checkpoint.size ? witnessed.signed : newest
  const seen = key ? await knownTrees(input.seen ?? [], key, input.verify, findings) : []
  const known = witnessed ? [...seen, witnessed] : seen
  checks.ran('genesis', genesis === undefined ? 0 : 1)

  const outcome =
    signed === undefined
      ? undefined
      : await checkTree(input, { ...context, signed, known, witnessed, stand, asked, certification })
  const closed = outcome?.stage === 'closed'
  const receipts =
    key === undefined || outcome === undefined
      ? []
      : await Promise.all(
          asked.map((each) =>
            checkReceipt(each, outcome.leafOf(each), {
              ...{ hasher, verify: input.verify, key, nowMs: input.nowMs, closed, findings },
              ...{ isSignedTree: outcome.isSignedTree, ends: outcome.ends },
              election: genesis?.record.election,
            }),
          ),
        )
  if (asked.length > 0) checks.ran('receipts', receipts.length)
  const election = stand?.election
  const reports = checks.reports(findings)
  return {
    verified: findings.count() === 0,
    origin: signed?.checkpoint.origin ?? key?.name ?? null,
    election: election === undefined ? null : { id: election.id, title: election.title },
    key: key === undefined ? null : formatVerifierKey(key),
    keyFrom: given !== undefined ? 'given' : key !== undefined ? 'genesis' : null,
    checkpoint:
      signed === undefined
        ? null
        : { size: signed.checkpoint.size, root: base64(signed.checkpoint.root), note: signed.text },
    stage: outcome?.stage ?? null,
    ballots: outcome?.ballots ?? 0,
    keysIssued: outcome?.keysIssued ?? null,
    amendments: outcome?.amendments ?? [],
    certification: certification.report(reports.every(({ check, passed }) => passed || check === 'receipts')),
    checks: reports,
    findings: findings.kept(),
    findingCount: findings.count(),
    notChecked,
    receipts,
  }
}

interface TreeContext {
  readonly signed: ReadCheckpoint
  readonly known: readonly KnownTree[]
  /** Where witnesses are demanded. */
  readonly witnessed: CosignedTree | undefined
  readonly stand: Standing | undefined
  readonly asked: readonly AskedReceipt[]
  readonly certification: CertificationCheck
  readonly findings: FindingList
  readonly checks: CheckList
  readonly notChecked: string[]
}

interface Outcome {
  readonly stage: 'open' | 'closed' | 'held-back'
  readonly ballots: number
  readonly keysIssued: number | null
  readonly amendments: readonly AmendmentReport[]
  /** As {@link LogCourse} has them. */
  readonly ends: readonly number[]
  /** Whether what was read is the tree that the log's key signed. */
  readonly isSignedTree: boolean
  readonly leafOf: (asked: AskedReceipt) => number | undefined
}

async function checkTree(input: VerifyInput, context: TreeContext): Promise<Outcome> {
  const { read, hasher, nowMs } = input
  const { signed, known, stand, asked, certification, findings, checks, notChecked } = context
  const { size, root } = signed.checkpoint
  const { mostEntries = MOST_ENTRIES, salt } = input
  if (size > mostEntries) throw new TooManyEntries(size, mostEntries)
  const rules = stand?.rules
  const heldBack = await isHeldBack(read, stand, size)
  const tree = treeCheck(read, hasher, [1, ...known.map((each) => each.size)], findings)
  const course =
    stand !== undefined && rules !== undefined
      ? logCourse({ read, sha256: hasher.sha256, findings }, rules.election, stand.genesis, rules)
      : undefined
  const watch = trackerWatch(asked)
  const looked = [...known, { size, seenAtMs: nowMs }].flatMap(({ size, seenAtMs }) =>
    seenAtMs === undefined ? [] : [{ size, atMs: seenAtMs }],
  )
  const release =
    rules === undefined || course === undefined || stand === undefined
      ? undefined
      : releaseCheck({
          v: stand.genesis.record.v,
          rules,
          course,
          looked: looked.map((each) => each.size),
          known,
          size,
          findings,
        })
  const { tally, complete, reached } = await checkEntries(
    {
      ...{ checkRange: rangeChecker(read, hasher, rules), tree, watch, findings },
      counted: rules && course && { rules, course },
      ...{ release, salt },
      onProgress: input.onProgress ?? (() => {}),
    },
    size,
    heldBack,
  )
  checks.ran('bundles', heldBack ? 0 : bundlesIn(reached))
  // The root of one leaf is that leaf's hash, whether or not its entry is public yet.
  const first = tree.rootAt(1)
  if (stand !== undefined && (first === undefined || !equalHashes(first, stand.genesis.leaf)))
    findings.add('genesis-differs', { leaf: 0 })
  let isSignedTree = false
  if (reached === size) {
    const own = await tree.finish()
    checks.ran('tiles', bundlesIn(size) + tree.tiles())
    checks.ran('root', Math.max(0, size - 1))
    isSignedTree = equalHashes(own, root)
    if (!isSignedTree) findings.add('root-differs', { path: 'checkpoint' })
  } else {
    notChecked.push(`the tree from entry ${reached} on: there is a hole in it`)
  }
  checkHistory(known, signed.checkpoint, tree.rootAt, findings)
  if (input.seen !== undefined) checks.ran('history', known.length)

  const close = course?.close()
  const stage = heldBack ? 'held-back' : close === undefined ? 'open' : 'closed'
  const amendments = course?.amendments() ?? []
  const ballots = tally?.ballots() ?? 0
  const ends = course?.ends() ?? []
  const outcome = { stage, isSignedTree, leafOf: watch.leafOf, ballots, amendments, ends } as const
  if (heldBack) {
    certification.againstOpenLog()
    if (stand?.election) checkOverdue('held-back', stand.election.closesAtMs, nowMs, findings)
    notChecked.push('what the entries say, the ballots and the count: entries are public after the close')
    return { ...outcome, keysIssued: stand?.genesis.record.roll.size ?? null }
  }
  if (course === undefined || tally === undefined || rules === undefined) {
    notChecked.push('ballots and count: the election that the log is for is not known')
    return { ...outcome, keysIssued: null }
  }
  checks.ran('ballots', tally.ballots())
  checks.ran('amendments', amendments.length)
  course.checkKeys(tally)
  checks.ran('keys', rules.election.districts.length)
  if (complete) release?.finish(tally, size)
  if (course.end() !== undefined) checks.ran('end', 1)
  const early = release?.early() ?? []
  const looks = { looked, early, witnessed: context.witnessed, isWhole: reached === size }
  const open = checkByClock(course, rules.election, tally.ballots(), looks, nowMs, findings)
  const { v } = stand!.genesis.record
  checks.ran('release', v === 1 ? open : release!.count())
  if (v === 1 && rules.election.results === 'after-close' && close === undefined)
    findings.add('entries-before-close', {
      path: bundlePath({ index: 0, width: Math.min(size, TILE_WIDTH) }),
    })
  if (size === 0 || !complete)
    notChecked.push('the count, the close and the result: not every entry is sound')
  else await checkOutcome(input, course, rules, tally, size, context)
  return { ...outcome, keysIssued: course.keysIssued() }
}

async function checkOutcome(
  input: VerifyInput,
  course: LogCourse,
  rules: EntryRules,
  tally: Parameters<typeof checkClose>[2],
  size: number,
  { signed, certification, findings, checks, notChecked }: TreeContext,
): Promise<void> {
  const { hasher, nowMs } = input
  const close = course.close()
  if (close === undefined) {
    certification.againstOpenLog()
    notChecked.push(
      nowMs < course.ends().at(-1)!
        ? 'the published result: voting goes on, and it moves with the count'
        : 'the published result: voting has ended, but the log is not closed yet',
    )
    return
  }
  checks.ran('close', 1)
  if (close.leaf !== size - 1) findings.add('entry-after-close', { leaf: close.leaf + 1 })
  const { election } = rules
  const keysIssued = course.keysIssued()
  checkClose(close, election, tally, keysIssued, findings)
  const eligible = course.eligible()
  await certification.againstClosedLog({ election, tally, keysIssued, eligible, close: close.record, signed })
  const { result: given } = input
  const result = typeof given === 'function' ? await given(mostResultBytes(election)) : given
  if (result === undefined) notChecked.push('the published result: none was handed in')
  else if (result === null) findings.add('result-missing')
  else {
    checks.ran('result', 1)
    if (sha256Hex(hasher.sha256, result) !== close.record.resultSha256) findings.add('close-result')
    checkResult(result, rules, tally, findings)
  }
}
