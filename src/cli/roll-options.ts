/** The options of every command that reads a voter roll, and what a dry run prints. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { createFindingFile, type FindingFile } from '../adapters/files/finding-file.ts'
import { ENCODINGS, type Encoding } from '../adapters/files/legacy-encoding.ts'
import type { RollForm } from '../adapters/files/roll-rules.ts'
import { type ChosenColumns, ROLL_FIELDS, type RollField } from '../core/roll/headings.ts'
import type { NewElectionHands } from '../organise/new-election.ts'
import type { RollPreview } from '../organise/roll-preview.ts'

export interface RollOptions {
  readonly column?: ChosenColumns
  readonly encoding?: Encoding
  readonly sheet?: string
  readonly allowLookAlikes?: boolean
}

export interface RollCheckOptions extends RollOptions {
  readonly dryRun?: boolean
  readonly report?: string
}

/** Adds the options that say what a roll's form is. */
export function withRollForm(command: Command): Command {
  return command
    .option(
      '--column <field=heading>',
      'the heading of a field, such as personal_id="Voter ID", where it is not one that is known; may be repeated',
      chosenColumn,
    )
    .addOption(
      new Option('--encoding <name>', 'the encoding of a CSV file, where it cannot be found out').choices(
        ENCODINGS,
      ),
    )
    .option('--sheet <name>', 'the sheet of a workbook (default: the first that is not hidden)')
}

/** Adds those that say what is to become of what it holds. */
export function withRollCheck(command: Command): Command {
  return withRollForm(command)
    .option(
      '--allow-look-alikes',
      'take ids that look alike (AB-1 and ab-1, 007 and 7) for those of different people',
    )
    .option(
      '--report <file>',
      'write all that is found in the roll to a file; the terminal shows the first ones',
    )
    .option('--dry-run', 'say what would be done with each row, and do nothing')
}

function chosenColumn(text: string, before: ChosenColumns | undefined): ChosenColumns {
  const at = text.indexOf('=')
  const field = text.slice(0, at).trim() as RollField
  const heading = text.slice(at + 1).trim()
  if (at < 0 || !ROLL_FIELDS.includes(field) || heading === '' || heading.length > 200)
    throw new InvalidArgumentError(`It must be a field and a heading: ${ROLL_FIELDS.join(', ')}.`)
  return { ...before, [field]: heading }
}

/** What the options say of the roll; undefined where they say nothing. */
export function rollForm({ column, encoding, sheet, allowLookAlikes }: RollOptions): RollForm | undefined {
  const form: RollForm = {
    ...(column && { columns: column }),
    ...(encoding && { encoding }),
    ...(sheet !== undefined && { sheet }),
    ...(allowLookAlikes && { lookAlikes: 'allowed' as const }),
  }
  return Object.keys(form).length === 0 ? undefined : form
}

/**
 * Where all findings go: to the file that was asked for, or nowhere, with a word of how to get it.
 */
export async function withFindings<Result>(
  { report }: RollCheckOptions,
  work: (findings: NonNullable<NewElectionHands['findings']>) => Promise<Result>,
): Promise<Result> {
  if (report === undefined) return work({ hint: '; --report FILE lists all' })
  const file: FindingFile = createFindingFile(report)
  try {
    return await work({ onFound: file.add, hint: `; all are in ${report}` })
  } finally {
    file.close()
  }
}

/**
 * Prints the table of a dry run, and ends with what is refused. @throws {BadInput} where any row is
 */
export function printPreview(roll: string, preview: RollPreview, isJson: boolean | undefined): void {
  const { rows, added, changed, refused, withoutText, perDistrict, election } = preview
  const districts = election.districts.map(({ id }, d) => [id, perDistrict[d]!] as const)
  if (isJson)
    console.log(
      JSON.stringify({
        ...{ event: 'dry-run', election: election.id, rows, added, changed, refused },
        ...{ without_text: withoutText, districts: Object.fromEntries(districts) },
      }),
    )
  else {
    const lines: (readonly [string, number])[] = [
      ['to be added', added],
      ['to be added, with the id in its composed Unicode form', changed],
      ['refused', refused],
      ['without text, passed over', withoutText],
    ]
    const wide = Math.max(...lines.map(([words]) => words.length)) + 2
    const row = (words: string, count: number): string =>
      `  ${words.padEnd(wide)}${count.toLocaleString('en').padStart(11)}`
    console.log(`${roll}: what would be done. Nothing was written.\n`)
    for (const [words, count] of lines)
      if (count > 0 || words === 'to be added') console.log(row(words, count))
    console.log(`  ${'-'.repeat(wide + 11)}\n${row('rows below the header', rows)}`)
    if (districts.length > 1) printDistricts(districts, row)
  }
  if (preview.refusal !== null) throw preview.refusal
}

/** Of so many districts each has a line. */
const MOST_DISTRICTS = 40

function printDistricts(
  districts: readonly (readonly [string, number])[],
  row: (words: string, count: number) => string,
): void {
  console.log('\nVoters by district, refused ones left out\n')
  for (const [id, voters] of districts.slice(0, MOST_DISTRICTS)) console.log(row(id, voters))
  const rest = districts.slice(MOST_DISTRICTS)
  if (rest.length > 0)
    console.log(
      row(
        `${rest.length.toLocaleString('en')} more districts`,
        rest.reduce((sum, [, voters]) => sum + voters, 0),
      ),
    )
  console.log(
    row(
      'all districts',
      districts.reduce((sum, [, voters]) => sum + voters, 0),
    ),
  )
}
