/** `elections certify`: verifies a closed election from its public log and signs the result. */
import { Command, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { PAPERS, type Paper } from '../adapters/pdf/sheet.ts'
import { CERTIFICATION_PATH, CERTIFICATION_PDF_PATH } from '../core/log/certification-form.ts'
import type { Lots } from '../core/tally/contest-outcome.ts'
import { type Certified, certifyElection } from '../organise/certify.ts'
import { chosenElection } from '../organise/recount.ts'
import { resultLanguage } from '../organise/result-language.ts'
import { VERSION } from '../server/version.ts'
import { type ClusterOptions, onCluster, wantedCluster } from './cluster-options.ts'
import { EXIT_NO } from './exit.ts'
import { withProgress } from './progress.ts'
import { LANGUAGE_HELP } from './result-options.ts'
import { verifyTable } from './verify-words.ts'

interface CertifyOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly pdf?: string
  readonly url?: string
  readonly paper: Paper
  readonly language?: string
  readonly lot: Lots
  readonly destroySecret?: boolean
  readonly confirm?: string
  readonly json?: boolean
}

const MEANING =
  'Without the election secret no one can find out which stored ballot belongs to which voter ' +
  'key, not even with the\n' +
  'database and the key. This holds only if no copy of the secret is left: destroy the backups ' +
  'of keys/ too. The server\n' +
  'still serves the results.'

export function certifyCommand(): Command {
  const command = new Command('certify')
    .summary('certify the result of a closed election')
    .description(
      'Verifies the whole public log of a closed election, recounts its ballots, compares the ' +
        'totals, and signs the\n' +
        'result with the log’s key. It writes log/certification.json, and log/certification.pdf for ' +
        'people. If the\n' +
        'election is certified already, it says so and changes nothing. On a cluster it reads the ' +
        'public log where the\n' +
        'publisher keeps it: in this folder or, with --log-store, in the bucket.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .option('--pdf <file>', 'write another copy of the PDF to this file; an existing file is overwritten')
    .option('--url <address>', 'the log’s public address, printed in the PDF: https://vote.example.org/log/')
    .addOption(new Option('--paper <size>', 'the paper size of the PDF').choices([...PAPERS]).default('a4'))
    .option('--language <tag>', `in the PDF, ${LANGUAGE_HELP}`)
    .addOption(
      new Option(
        '--lot <contest=option>',
        'in a tie, the option that the lot chose, by ids; repeat it for each option that was chosen',
      )
        .argParser(withLot)
        .default(new Map(), 'none'),
    )
    .option('--destroy-secret', 'then destroy the election secret; stop the server first')
    .option('--confirm <id>', 'the election’s id, to confirm --destroy-secret')
    .option('--json', 'print one line of JSON')
  return onCluster(command)
    .addHelpText(
      'after',
      `
${MEANING}

Exit codes: 0 certified, 1 the log or the result is wrong, 2 the log is not closed yet or an option is wrong.

Examples:
  $ elections certify --data ./data
  $ elections certify --data ./data --url https://vote.example.org/log/ --pdf result.pdf
  $ elections certify --data ./data --lot chair=ada      a tie: the lot chose "ada"
  $ elections certify --cluster --data ./data --log-store s3://public-logs/vote?region=eu-central-1
  $ elections certify --data ./data --destroy-secret --confirm council-2026`,
    )
    .action(run)
}

async function run(options: CertifyOptions): Promise<void> {
  const id = chosenElection(options.data, options.election)
  refuseUnconfirmed(options, id)
  const language = await resultLanguage(options.data, id, options.language)
  const done = await certifyElection(
    {
      dataDir: options.data,
      id,
      logAddress: options.url === undefined ? null : logAddress(options.url),
      pdf: options.pdf,
      paper: options.paper,
      language,
      lots: options.lot,
      destroySecret: options.destroySecret ?? false,
      cluster: wantedCluster(options),
      software: `digital-elections ${VERSION}`,
    },
    withProgress,
  )
  if (done.end === 'refused') printRefused(done)
  else if (options.json) console.log(inJson(done))
  else console.log(inWords(done))
}

function refuseUnconfirmed({ destroySecret, confirm, cluster }: CertifyOptions, id: string): void {
  if (!destroySecret) {
    if (confirm !== undefined)
      throw new BadInput('--confirm', [{ message: 'has an effect only with --destroy-secret' }])
    return
  }
  if (cluster)
    throw new BadInput('--destroy-secret', [
      {
        message: 'works on one machine only: on a cluster delete keys/election-secret on every host yourself',
      },
    ])
  if (confirm !== id)
    throw new BadInput('--destroy-secret', [
      { message: `cannot be undone: to do it, add --confirm ${id} (see "elections certify --help")` },
    ])
}

function withLot(text: string, before: Lots): Lots {
  const [contest, option, ...rest] = text.split('=')
  if (!contest || !option || rest.length > 0)
    throw new BadInput('--lot', [{ message: `"${text}" is not CONTEST=OPTION, such as chair=ada` }])
  return new Map([...before, [contest, [...(before.get(contest) ?? []), option]]])
}

function logAddress(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || text.length > 500)
    throw new BadInput('--url', [{ message: 'is not an address such as https://vote.example.org/log/' }])
  return url.href
}

/** Nothing was certified: the log, the result or the earlier certification is wrong. */
function printRefused({ why, report, log, seconds }: Extract<Certified, { end: 'refused' }>): void {
  process.exitCode = EXIT_NO
  if (why.end === 'not-verified' || why.end === 'not-all-checked') {
    process.stdout.write(verifyTable(report, { where: log, seconds, keyWords: 'of this folder' }))
    console.error('elections: not certified: the public log did not pass every check')
    return
  }
  const words =
    why.end === 'existing-invalid'
      ? `is not signed by this log’s key (${why.why}): move it away and keep it as evidence`
      : `of ${why.certification.at} certifies something else: ${why.why}. Change nothing, and find out why`
  console.error(`elections: not certified: ${log}/${CERTIFICATION_PATH} ${words}`)
}

type Done = Exclude<Certified, { end: 'refused' }>

function inJson({ end, certification, sha256, secret }: Done): string {
  const { election, at } = certification
  const destroyed = secret === null ? {} : { secret_destroyed: true }
  return JSON.stringify({
    certified: true,
    again: end === 'was-certified',
    election,
    at,
    sha256,
    ...destroyed,
  })
}

function inWords({ end, certification, said, sha256, secret, log, seconds }: Done): string {
  const { title, at, ballots, keys_issued } = certification
  const number = (value: number) => value.toLocaleString('en')
  const lines = [
    `${end === 'certified' ? 'Certified' : `Already certified on ${at}, unchanged since`}: ${title}`,
    `  ${number(ballots)} ballots of ${number(keys_issued)} keys, verified and recounted in ` +
      `${seconds.toFixed(2)} s`,
    ...said.map(({ title: contest, sentences }) => `  ${contest}: ${sentences.join(' ')}`),
    `  ${log}/${CERTIFICATION_PATH}`,
    `  SHA-256 ${sha256}`,
    `  ${log}/${CERTIFICATION_PDF_PATH}`,
  ]
  if (secret !== null) {
    const words = secret === 'destroyed' ? 'is destroyed' : 'was destroyed earlier'
    lines.push('', `The election secret ${words}.`, MEANING)
  }
  return lines.join('\n')
}
