/**
 * The result of a closed election, verified from its public log, recounted, compared, and signed
 * for good.
 */
import { writeFileSync } from 'node:fs'
import { destroySecret } from '../adapters/embedded/destroy-secret.ts'
import { definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import { lockFolder } from '../adapters/embedded/lock.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { refuseUnwritable } from '../adapters/files/output-file.ts'
import { threadedRanges, threadsByItself } from '../adapters/files/range-threads.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { sha256Hex } from '../adapters/node/digest.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { certificatePdf } from '../adapters/pdf/certificate.ts'
import type { Paper } from '../adapters/pdf/sheet.ts'
import type { CertificationFiles } from '../adapters/postgres/certifications.ts'
import { lotsOf, outcomeByLot } from '../core/log/certification.ts'
import {
  CERTIFICATION_PATH,
  CERTIFICATION_PDF_PATH,
  type Certification,
} from '../core/log/certification-form.ts'
import { eligibleIn, type Lots } from '../core/tally/contest-outcome.ts'
import { resultReader } from '../core/tally/result-reader.ts'
import { resultText } from '../core/tally/result-text.ts'
import { saidOf } from '../core/tally/said.ts'
import type { LogReader } from '../core/verify/range.ts'
import type { VerifyReport } from '../core/verify/report.ts'
import { verifyLog } from '../core/verify/verify.ts'
import { type CertifyEnd, certify } from '../pipeline/certify.ts'
import type { LogSigner } from '../ports/log-signer.ts'
import { ReplacedMeanwhile } from '../ports/published-files.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { logSignerIn } from './log-key.ts'
import { type LogPlace, logInFolder } from './log-place.ts'
import type { Progress } from './progress.ts'
import { publishCertification } from './published-certification.ts'
import { recountShown, type ShownCount } from './shown-recount.ts'

export interface CertifyAsked {
  readonly dataDir: string
  readonly id: string
  /** The log's public address, for the PDF. */
  readonly logAddress: string | null
  /** Where another copy of the PDF goes; written over. */
  readonly pdf?: string | undefined
  readonly paper: Paper
  /** Of the PDF and of what is said; the election's first if left out. */
  readonly language: string | undefined
  /** What lots have chosen where votes were equal. */
  readonly lots: Lots
  /** Whether the election secret is destroyed afterwards. */
  readonly destroySecret: boolean
  /** Where its ballots lie; null for the data folder. */
  readonly cluster: ClusterAddresses | null
  /** What certifies, as the document names it. */
  readonly software: string
}

export type Certified =
  | {
      readonly end: 'certified' | 'was-certified'
      readonly certification: Certification
      /** What each contest comes to, in words. */
      readonly said: readonly ContestSaid[]
      /** SHA-256 of the signed document. */
      readonly sha256: string
      /** Whether it was destroyed now or before; null where that was not asked for. */
      readonly secret: 'destroyed' | 'was-destroyed' | null
      /** Where the log and the documents are: a folder, or a place in a bucket. */
      readonly log: string
      readonly seconds: number
    }
  | {
      readonly end: 'refused'
      readonly why: Exclude<CertifyEnd, { end: 'certified' | 'was-certified' | 'not-closed' | 'no-such-lot' }>
      readonly report: VerifyReport
      readonly log: string
      readonly seconds: number
    }

/**
 * Certifies, or says why not; nothing is written then.
 * @throws {BadInput} where the log is not closed yet, or there is none, or the PDF’s copy cannot be
 *   written; {FolderInUse} where a server runs on the folder whose secret is to be destroyed;
 *   {NotYet} {BadAddress}
 */
export async function certifyElection(asked: CertifyAsked, progress: Progress): Promise<Certified> {
  const { dataDir, id, cluster: addresses } = asked
  if (asked.pdf !== undefined) refuseUnwritable(asked.pdf)
  const lock = asked.destroySecret ? lockFolder(dataDir) : undefined
  const dir = electionDir(dataDir, id)
  try {
    const cluster =
      addresses &&
      (await (await import('./cluster/certified-cluster.ts')).clusterCertification(dir, id, addresses))
    try {
      const log = cluster?.log ?? logInFolder(dir)
      const signer = logSignerIn(dir)
      if (signer === null) throw new BadInput(dir, [{ message: 'has no public log, or its key is missing' }])
      const counted = await recountShown(dataDir, id, addresses)
      const { report, seconds } = await verified(log, signer, counted, progress)
      const existing = cluster?.existing ?? (await certificationIn(log))
      const { software, lots } = asked
      const end = await certifiedEnd({
        ...{ dir, signer, counted, report, existing: existing.document, software, lots },
      })
      if (end.end === 'not-closed') throw notClosed(log)
      if (end.end === 'no-such-lot') throw new BadInput('--lot', [{ message: end.why }])
      if (end.end !== 'certified' && end.end !== 'was-certified')
        return { end: 'refused', why: end, report, log: log.where, seconds }
      const { logAddress, pdf, paper, language } = asked
      const sha256 = await writeDocuments(log, end, {
        ...{ existing, logAddress, pdf, paper, language, counted, keep: cluster?.keep },
      })
      const secret = asked.destroySecret ? endOfSecret(dir) : null
      const { certification } = end
      const said = contestsSaid(certification, counted, asked.language)
      return { end: end.end, certification, said, sha256, secret, log: log.where, seconds }
    } finally {
      await cluster?.close()
    }
  } finally {
    lock?.release()
  }
}

export interface ContestSaid {
  readonly title: string
  readonly sentences: readonly string[]
}

function contestsSaid(
  certification: Certification,
  { election, result, eligible: issued }: ShownCount,
  language: string | undefined,
): ContestSaid[] {
  const lots = lotsOf(certification)
  const reader = resultReader(election, language)
  return election.contests.map((contest, c) => {
    const counted = result.contests[c]!
    const outcome = outcomeByLot(contest, counted, eligibleIn(contest, issued), lots.get(contest.id) ?? [])
    return { title: reader.inLanguage(contest.titles), sentences: saidOf(contest, counted, outcome, reader) }
  })
}

function endOfSecret(dir: string): 'destroyed' | 'was-destroyed' {
  return destroySecret(dir, systemClock.nowMs()) ? 'destroyed' : 'was-destroyed'
}

function notClosed({ where, dir }: LogPlace): BadInput {
  const server = dir === undefined ? 'a server publishes to it' : 'a server is running on this folder'
  return new BadInput(where, [
    { message: `is not closed yet: the close is published when voting has ended and ${server}` },
  ])
}

async function certificationIn({ files }: LogPlace): Promise<Partial<CertificationFiles>> {
  const [document, pdf] = await Promise.all([CERTIFICATION_PATH, CERTIFICATION_PDF_PATH].map(files.read))
  return { ...(document && { document }), ...(pdf && { pdf }) }
}

async function verified(
  { files, read: readLog, dir }: LogPlace,
  signer: LogSigner,
  { result }: ShownCount,
  progress: Progress,
): Promise<{ readonly report: VerifyReport; readonly seconds: number }> {
  const startedMs = performance.now()
  const witnessed = await files.witnessed()
  // The log by itself: what was certified before is judged afterwards.
  const read: LogReader = (path, mostBytes) =>
    path === CERTIFICATION_PATH ? undefined : readLog(path, mostBytes)
  const report = await progress('verifying', undefined, (onProgress) =>
    verifyLog({
      ranges: threadedRanges(read, { threads: threadsByItself(), dir }),
      ...{ read, hasher: nodeTreeHasher(), verify: ed25519Verify },
      ...{ nowMs: systemClock.nowMs(), key: signer.verifierKey, onProgress },
      seen: witnessed === undefined ? [] : [{ note: witnessed }],
      result: Buffer.from(resultText(result)),
    }),
  )
  return { report, seconds: (performance.now() - startedMs) / 1000 }
}

interface ToCertify {
  /** The election's folder. */
  readonly dir: string
  readonly signer: LogSigner
  readonly counted: ShownCount
  readonly report: VerifyReport
  /** The document that is there already. */
  readonly existing: Uint8Array | undefined
  readonly software: string
  readonly lots: Lots
}

async function certifiedEnd(asked: ToCertify): Promise<CertifyEnd> {
  const { dir, signer, counted, report, existing, software, lots } = asked
  const { result, eligible } = counted
  return certify({
    ...{ report, result, signer, sha256: nodeTreeHasher().sha256, verify: ed25519Verify },
    election: (await readDefinition(definitionFile(dir))).election,
    resultBytes: Buffer.from(resultText(result)),
    ...{ existing, eligible, lots },
    atMs: systemClock.nowMs(),
    software,
  })
}

interface Writing {
  /** What there was before. */
  readonly existing: Partial<CertificationFiles>
  readonly logAddress: string | null
  /** Where another copy of the PDF goes. */
  readonly pdf: string | undefined
  readonly paper: Paper
  readonly language: string | undefined
  /** Rules and districts, for the PDF. */
  readonly counted: ShownCount
  /** On a cluster: keeps them for every host. */
  readonly keep: ((files: CertificationFiles, before: Uint8Array | undefined) => Promise<void>) | undefined
}

/**
 * @returns SHA-256 of the signed document @throws {BadInput} where somebody else certified at the
 *   same moment
 */
async function writeDocuments(
  { files, where }: LogPlace,
  end: Extract<CertifyEnd, { end: 'certified' | 'was-certified' }>,
  { existing, logAddress, pdf: copy, paper, language, counted, keep }: Writing,
): Promise<string> {
  const document = end.end === 'certified' ? Buffer.from(end.text) : existing.document!
  const sha256 = sha256Hex(document)
  const isDrawn =
    end.end === 'certified' ||
    existing.pdf === undefined ||
    [logAddress !== null, paper !== 'a4', language !== undefined].includes(true)
  const { election, result, eligible } = counted
  const context = { sha256, logAddress, paper, language, election, result, eligible }
  const pdf = isDrawn ? await certificatePdf(end.certification, context) : existing.pdf
  await keep?.({ document, pdf }, existing.document)
  await publishCertification(files, { document, pdf }, existing.document).catch((cause: unknown) => {
    if (!(cause instanceof ReplacedMeanwhile)) throw cause
    throw new BadInput(where, [{ message: 'was certified by somebody else just now: certify again' }])
  })
  // Last: whatever a copy runs into, the result is certified.
  if (copy !== undefined) writeFileSync(copy, pdf, { flush: true })
  return sha256
}
