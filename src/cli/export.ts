/** `elections export`: the result as a file, from a recount of the log. */
import { rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { draftOf, placeNew, syncFolder } from '../adapters/node/durable-file.ts'
import { cdfText } from '../core/tally/cdf.ts'
import { resultCsv } from '../core/tally/csv.ts'
import { resultText } from '../core/tally/result-text.ts'
import { type RecountOptions, recountShown, type ShownCount } from '../organise/shown-recount.ts'
import { VERSION } from '../server/version.ts'
import { onCluster } from './cluster-options.ts'

type Format = 'csv' | 'json' | 'cdf'

interface ExportOptions extends RecountOptions {
  readonly format: Format
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
      new Option('--format <format>', 'csv, json or cdf')
        .choices(['csv', 'json', 'cdf'])
        .makeOptionMandatory(),
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
      const counted = await recountShown(options)
      if (options.out === undefined) for (const piece of pieces(counted, options)) process.stdout.write(piece)
      else {
        await writeWhole(options.out, [...pieces(counted, options)].join(''))
        console.error(`${options.out}: ${counted.result.ballots.toLocaleString('en')} ballots`)
      }
    })
}

function pieces(
  { election, phase, eligible, result }: ShownCount,
  { format }: ExportOptions,
): Iterable<string> {
  if (format === 'csv') return resultCsv(election, result)
  if (format === 'json') return [resultText(result)]
  const made = { generatedAtMs: systemClock.nowMs(), version: VERSION, phase, eligible }
  return cdfText(election, result, made)
}

/** What may be shown is everybody's to read, as far as the umask lets them. */
const ANY_READER = 0o666

/** The whole file or none of it, and never over another one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = draftOf(path)
  try {
    writeFileSync(draft, text, { flush: true })
    await placeNew(draft, path, ANY_READER)
    await syncFolder(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new BadInput(path, [{ message: 'exists: choose another --out' }])
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
