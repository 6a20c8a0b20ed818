/** `elections export`: recounts the ballot log and writes the result as a file. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { refuseUnwritable } from '../adapters/files/output-file.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { resultReader } from '../core/tally/result-reader.ts'
import { castVoteRecords } from '../organise/cast-vote-records.ts'
import { RESULT_FORMATS, type ResultFormat, resultPieces, writeResult } from '../organise/export-result.ts'
import { chosenElection } from '../organise/recount.ts'
import { resultLanguage } from '../organise/result-language.ts'
import { recountShown } from '../organise/shown-recount.ts'
import { VERSION } from '../server/version.ts'
import { type ClusterOptions, onCluster, wantedCluster } from './cluster-options.ts'
import { LANGUAGE_HELP, warnOf } from './result-options.ts'

interface ExportOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly format: ResultFormat | 'cvr'
  readonly language?: string
  readonly out?: string
}

export function exportCommand(): Command {
  const command = new Command('export')
    .summary('write the result as CSV, JSON or a NIST election report, or cast vote records')
    .description(
      'Recounts the ballot log and writes the result. JSON is the canonical result document, CSV ' +
        'is for spreadsheets,\n' +
        'CDF is the election report of NIST SP 1500-100 version 2. CVR has every ballot of a closed ' +
        'election as a cast\n' +
        'vote record of NIST SP 1500-103, in an order that does not reveal when each ballot was cast.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .addOption(
      new Option('--format <format>', 'csv, json, cdf or cvr')
        .choices([...RESULT_FORMATS, 'cvr'])
        .makeOptionMandatory(),
    )
    .option('--language <tag>', `in a CSV, ${LANGUAGE_HELP}`)
    .option('--out <file>', 'the file to write; it must not exist yet (default: standard output)')
  return onCluster(command)
    .addHelpText(
      'after',
      `
Examples:
  $ elections export --data ./data --format csv --out results.csv
  $ elections export --data ./data --format json | sha256sum
  $ elections export --data ./data --format cvr --out cast-vote-records.json`,
    )
    .action(run)
}

async function run(options: ExportOptions): Promise<void> {
  const { data, election, format, language, out } = options
  if (out !== undefined) refuseUnwritable(out)
  if (format === 'cvr') {
    const made = { generatedAtMs: systemClock.nowMs(), version: VERSION }
    const asked = { dataDir: data, id: chosenElection(data, election), cluster: wantedCluster(options) }
    return put(castVoteRecords(asked, made), out, 'cast vote records')
  }
  const id = chosenElection(data, election)
  const tag = await resultLanguage(data, id, language)
  const counted = await recountShown(data, id, wantedCluster(options))
  const words = `${counted.result.ballots.toLocaleString('en')} ballots`
  await put(resultPieces(counted, format, VERSION, tag), out, words)
  warnOf(counted, resultReader(counted.election, format === 'csv' ? tag : 'en'))
}

async function put(
  pieces: Iterable<string> | AsyncIterable<string>,
  out: string | undefined,
  words: string,
): Promise<void> {
  if (out === undefined) return pipeline(Readable.from(pieces), process.stdout, { end: false })
  await writeResult(out, pieces)
  console.error(`${out}: ${words}`)
}
