/** `elections certify`: the result of a closed election, verified from its public log, signed for good. */
import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { destroySecret } from '../adapters/embedded/destroy-secret.ts'
import { definitionFile, electionDir, logDir } from '../adapters/embedded/layout.ts'
import { lockFolder } from '../adapters/embedded/lock.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { logFolder } from '../adapters/files/log-folder.ts'
import { logFolderReader } from '../adapters/files/log-reading.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { sha256Hex } from '../adapters/node/digest.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { certificatePdf } from '../adapters/pdf/certificate.ts'
import type { CertificationFiles } from '../adapters/postgres/certifications.ts'
import {
  CERTIFICATION_PATH,
  CERTIFICATION_PDF_PATH,
  type Certification,
} from '../core/log/certification-form.ts'
import { resultText } from '../core/tally/result-text.ts'
import type { LogReader } from '../core/verify/range.ts'
import type { VerifyReport } from '../core/verify/report.ts'
import { verifyLog } from '../core/verify/verify.ts'
import { clusterAddresses } from '../organise/cluster/addresses.ts'
import { clusterCertification } from '../organise/cluster/certified-cluster.ts'
import { logSignerIn } from '../organise/log-key.ts'
import { chosenElection } from '../organise/recount.ts'
import { type RecountOptions, recountShown, type ShownCount } from '../organise/shown-recount.ts'
import { type CertifyEnd, certify } from '../pipeline/certify.ts'
import type { LogSigner } from '../ports/log-signer.ts'
import { VERSION } from '../server/version.ts'
import { onCluster } from './cluster-options.ts'
import { EXIT_NO } from './exit.ts'
import { withProgress } from './progress.ts'
import { verifyTable } from './verify-words.ts'

interface CertifyOptions extends RecountOptions {
  readonly pdf?: string
  readonly url?: string
  readonly destroySecret?: boolean
  readonly confirm?: string
  readonly json?: boolean
}

const MEANING =
  'Without the election secret nobody can find out which stored ballot belongs to which key, not even with the database\n' +
  'and the key, as long as no copy of it is left: destroy the backups of keys/ too. The results are still served.'

export function certifyCommand(): Command {
  const command = new Command('certify')
    .summary('certify the result of a closed election')
    .description(
      'Verifies the whole public log of a closed election, recounts, compares, and signs the result with the log’s key:\n' +
        'log/certification.json, and log/certification.pdf for people. Certifying again says that it is done.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .option('--pdf <file>', 'another copy of the PDF; written over')
    .option('--url <address>', 'the log’s public address, for the PDF: https://vote.example.org/log/')
    .option('--destroy-secret', 'afterwards destroy the election secret; stop the server first')
    .option('--confirm <id>', 'the election’s id, to confirm --destroy-secret')
    .option('--json', 'print one line of JSON')
  return onCluster(command)
    .addHelpText(
      'after',
      `
${MEANING}

Exit codes: 0 certified, 1 the log or the result is not what it should be, 2 the log is not closed yet, or an option is wrong.

Examples:
  $ elections certify --data ./data
  $ elections certify --data ./data --url https://vote.example.org/log/ --pdf result.pdf
  $ elections certify --data ./data --destroy-secret --confirm council-2026`,
    )
    .action(run)
}

async function run(options: CertifyOptions): Promise<void> {
  const id = chosenElection(options.data, options.election)
  refuseUnconfirmed(options, id)
  const url = options.url === undefined ? null : logAddress(options.url)
  const lock = options.destroySecret ? lockFolder(options.data) : undefined
  const dir = electionDir(options.data, id)
  const cluster = options.cluster ? await clusterCertification(dir, id, clusterAddresses(options)) : null
  try {
    const signer = logSignerIn(dir)
    if (signer === null) throw new BadInput(dir, [{ message: 'has no public log, or its key is missing' }])
    const counted = await recountShown({ ...options, election: id })
    const { report, seconds } = await verified(dir, signer, counted)
    const existing = cluster?.existing ?? (await certificationIn(dir))
    const end = await certifiedEnd(dir, signer, counted, report, existing.document)
    if (end.end !== 'certified' && end.end !== 'was-certified') return refuse(end, dir, report, seconds)
    const sha256 = await writeDocuments(dir, end, {
      ...{ existing, logAddress: url, pdf: options.pdf, keep: cluster?.keep },
    })
    const destroyed = options.destroySecret ? destroySecret(dir, systemClock.nowMs()) : undefined
    tell(end, { dir, sha256, seconds, destroyed, json: options.json ?? false })
  } finally {
    lock?.release()
    await cluster?.close()
  }
}

async function certificationIn(dir: string): Promise<Partial<CertificationFiles>> {
  const folder = logFolder(logDir(dir))
  const [document, pdf] = await Promise.all([CERTIFICATION_PATH, CERTIFICATION_PDF_PATH].map(folder.read))
  return { ...(document && { document }), ...(pdf && { pdf }) }
}

function refuseUnconfirmed({ destroySecret, confirm, cluster }: CertifyOptions, id: string): void {
  if (!destroySecret) {
    if (confirm !== undefined)
      throw new BadInput('--confirm', [{ message: 'confirms nothing: it goes with --destroy-secret' }])
    return
  }
  if (cluster)
    throw new BadInput('--destroy-secret', [
      { message: 'is for one machine: on a cluster delete keys/election-secret on every host yourself' },
    ])
  if (confirm !== id)
    throw new BadInput('--destroy-secret', [
      { message: `cannot be undone: add --confirm ${id} if it is meant (see "elections certify --help")` },
    ])
}

function logAddress(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || text.length > 500)
    throw new BadInput('--url', [{ message: 'is not an address such as https://vote.example.org/log/' }])
  return url.href
}

async function verified(
  dir: string,
  signer: LogSigner,
  { result }: ShownCount,
): Promise<{ readonly report: VerifyReport; readonly seconds: number }> {
  const startedMs = performance.now()
  const witnessed = await logFolder(logDir(dir)).witnessed()
  const readFolder = logFolderReader(logDir(dir))
  // The log by itself: what was certified before is judged afterwards.
  const read: LogReader = (path, mostBytes) =>
    path === CERTIFICATION_PATH ? undefined : readFolder(path, mostBytes)
  const report = await withProgress('verifying', undefined, (onProgress) =>
    verifyLog({
      ...{ read, hasher: nodeTreeHasher(), verify: ed25519Verify },
      ...{ nowMs: systemClock.nowMs(), key: signer.verifierKey, onProgress },
      seen: witnessed === undefined ? [] : [{ note: witnessed }],
      result: Buffer.from(resultText(result)),
    }),
  )
  return { report, seconds: (performance.now() - startedMs) / 1000 }
}

async function certifiedEnd(
  dir: string,
  signer: LogSigner,
  { result }: ShownCount,
  report: VerifyReport,
  existing: Uint8Array | undefined,
): Promise<CertifyEnd> {
  return certify({
    ...{ report, result, signer, sha256: nodeTreeHasher().sha256, verify: ed25519Verify },
    election: (await readDefinition(definitionFile(dir))).election,
    resultBytes: Buffer.from(resultText(result)),
    existing,
    atMs: systemClock.nowMs(),
    software: `digital-elections ${VERSION}`,
  })
}

function refuse(
  end: Exclude<CertifyEnd, { end: 'certified' | 'was-certified' }>,
  dir: string,
  report: VerifyReport,
  seconds: number,
): void {
  if (end.end === 'not-closed')
    throw new BadInput(logDir(dir), [
      {
        message:
          'is not closed yet: the close is published when voting has ended and a server is running on this folder',
      },
    ])
  process.exitCode = EXIT_NO
  if (end.end === 'not-verified' || end.end === 'not-all-checked') {
    process.stdout.write(verifyTable(report, { where: logDir(dir), seconds, keyWords: 'of this folder' }))
    console.error('elections: not certified: the log is not what it should be')
    return
  }
  const path = `${logDir(dir)}/${CERTIFICATION_PATH}`
  const why =
    end.end === 'existing-invalid'
      ? `is not one that this log’s key signed (${end.why}): keep it as evidence, move it away`
      : `of ${end.certification.at} certifies something else: ${end.why}. Keep everything as it is, find out why`
  console.error(`elections: not certified: ${path} ${why}`)
}

interface Writing {
  /** What there was before. */
  readonly existing: Partial<CertificationFiles>
  readonly logAddress: string | null
  /** Where another copy of the PDF goes. */
  readonly pdf: string | undefined
  /** On a cluster: keeps them for every host. */
  readonly keep: ((files: CertificationFiles) => Promise<void>) | undefined
}

/** The PDF first: once the signed document is there, pages link both. @returns SHA-256 of the signed document */
async function writeDocuments(
  dir: string,
  end: Extract<CertifyEnd, { end: 'certified' | 'was-certified' }>,
  { existing, logAddress, pdf: copy, keep }: Writing,
): Promise<string> {
  const folder = logFolder(logDir(dir))
  const document = end.end === 'certified' ? Buffer.from(end.text) : existing.document!
  const sha256 = sha256Hex(document)
  const isDrawn = end.end === 'certified' || logAddress !== null || existing.pdf === undefined
  const pdf = isDrawn ? await certificatePdf(end.certification, { sha256, logAddress }) : existing.pdf
  await keep?.({ document, pdf })
  await folder.write([{ path: CERTIFICATION_PDF_PATH, bytes: pdf }])
  if (copy !== undefined) writeFileSync(copy, pdf, { flush: true })
  await folder.write([{ path: CERTIFICATION_PATH, bytes: document }])
  return sha256
}

interface Told {
  readonly dir: string
  readonly sha256: string
  readonly seconds: number
  readonly destroyed: boolean | undefined
  readonly json: boolean
}

function tell(
  { end, certification }: { readonly end: string; readonly certification: Certification },
  { dir, sha256, seconds, destroyed, json }: Told,
): void {
  const { election, title, at, ballots, keys_issued } = certification
  if (json) {
    const secret = destroyed === undefined ? {} : { secret_destroyed: true }
    console.log(
      JSON.stringify({ certified: true, again: end === 'was-certified', election, at, sha256, ...secret }),
    )
    return
  }
  const number = (value: number) => value.toLocaleString('en')
  const words = end === 'certified' ? 'Certified' : `Was certified on ${at}, and is still the same`
  console.log(`${words}: ${title}`)
  console.log(
    `  ${number(ballots)} ballots of ${number(keys_issued)} keys, verified and recounted in ${seconds.toFixed(2)} s`,
  )
  console.log(`  ${logDir(dir)}/${CERTIFICATION_PATH}`)
  console.log(`  SHA-256 ${sha256}`)
  console.log(`  ${logDir(dir)}/${CERTIFICATION_PDF_PATH}`)
  if (destroyed !== undefined)
    console.log(
      `\n${destroyed ? 'The election secret is destroyed' : 'The election secret was destroyed before'}.\n${MEANING}`,
    )
}
