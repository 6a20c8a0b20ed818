/** `elections export`: the result as a file, from a recount of the log. */
import { Command, Option } from 'commander'
import { RESULT_FORMATS, type ResultFormat, resultPieces, writeResult } from '../organise/export-result.ts'
import { recountShown } from '../organise/shown-recount.ts'
import { VERSION } from '../server/version.ts'
import { type ClusterOptions, onCluster, wantedCluster } from './cluster-options.ts'

interface ExportOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly format: ResultFormat
  readonly out?: string
}

export function exportCommand(): Command {
  const command = new Command('export')
    .summary('write the result as CSV, JSON or a NIST election report')
    .description(
      'Recounts the log and writes the result. JSON is the canonical result document, CSV is for spreadsheets,\n' +
        'CDF is the election report of NIST SP 1500-100 version 2.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .addOption(
      new Option('--format <format>', 'csv, json or cdf').choices(RESULT_FORMATS).makeOptionMandatory(),
    )
    .option('--out <file>', 'a file that does not exist yet (default: standard output)')
  return onCluster(command)
    .addHelpText(
      'after',
      `
Examples:
  $ elections export --data ./data --format csv --out results.csv
  $ elections export --data ./data --format json | sha256sum`,
    )
    .action(async (options: ExportOptions) => {
      const counted = await recountShown(options.data, options.election, wantedCluster(options))
      const pieces = resultPieces(counted, options.format, VERSION)
      if (options.out === undefined) for (const piece of pieces) process.stdout.write(piece)
      else {
        await writeResult(options.out, pieces)
        console.error(`${options.out}: ${counted.result.ballots.toLocaleString('en')} ballots`)
      }
    })
}
