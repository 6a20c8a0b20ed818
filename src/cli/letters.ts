/**
 * `elections letters`: the letters to voters, from the key file, the election and the voter roll.
 */
import { readFileSync, statSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { ENVELOPES, type EnvelopeName } from '../core/letter/envelope.ts'
import { placeOf } from '../organise/letters/booth-address.ts'
import { LETTER_FORMATS, type LetterFormat, writeLetters } from '../organise/letters/letters.ts'
import { type ClusterOptions, clusterAddresses, onDatabase } from './cluster-options.ts'
import { withProgress } from './progress.ts'
import { type RollOptions, rollForm, withRollForm } from './roll-options.ts'

interface LettersOptions extends RollOptions, ClusterOptions {
  readonly keys: string
  readonly url: string
  readonly base?: string
  readonly out: string
  readonly format: LetterFormat
  readonly envelope: EnvelopeName
  readonly data?: string
  readonly definition?: string
  readonly roll?: string
  readonly title?: string
  readonly words?: ReadonlyMap<string, readonly string[]>
}

export function lettersCommand(): Command {
  const command = new Command('letters')
    .summary('make the letters with the voters’ keys')
    .description(
      'Writes a letter for every key in a key file: as CSV or a workbook (.xlsx) for a mail merge, ' +
        'or as PDF or HTML to print, for window envelopes, in the languages of the election. Names and ' +
        'addresses come from the voter roll. Titles, times and the organiser’s logo come from the ' +
        'election.\n\n' +
        'Voters type the key code; a check in it catches typing mistakes. The link has the same key ' +
        'after its “#”, which browsers never send to a server. The output has every key: only you can ' +
        'read it, and no existing file is overwritten. Letters cannot be called back, so the command ' +
        'first compares the address with the election.',
    )
    .requiredOption('--keys <file>', 'the key file that init wrote')
    .requiredOption(
      '--url <url>',
      'the address of the booth, such as https://vote.example.org/e/ID',
      boothUrl,
    )
    .option('--base <path>', 'the path below which the server runs, as given to "serve --base"')
    .requiredOption('--out <file>', 'the file to write; it must not exist yet')
    .option('--data <folder>', 'the data folder of the election (default: the folder of the key file)')
    .option('--definition <file>', 'the election’s definition, if the data folder is on another machine')
    .option('--cluster', 'the election is on a cluster: the end of voting is read from PostgreSQL')
    .option(
      '--roll <file>',
      'the voter roll that the keys were made from, CSV or .xlsx: names, e-mail, addresses',
    )
    .addOption(
      new Option('--format <format>', 'the format of the output').choices(LETTER_FORMATS).default('csv'),
    )
    .addOption(
      new Option('--envelope <kind>', 'the window envelope: din (A4, DIN 5008 B) or us10 (Letter, US #10)')
        .choices(ENVELOPES)
        .default('din'),
    )
    .option('--title <text>', 'the heading of printed letters (default: the election’s title)')
    .option(
      '--words <[language=]file>',
      'your own text for printed letters, paragraphs in UTF-8; may be repeated, one file for each language',
      ownWords,
    )
  return withRollForm(onDatabase(command))
    .addHelpText(
      'after',
      `
Examples:
  $ elections letters --keys data/keys.csv --roll voters.csv --url https://vote.example.org/e/council \\
      --format pdf --out letters.pdf
  $ elections letters --keys data/keys.csv --roll voters.xlsx --url https://vote.example.org/e/council \\
      --format xlsx --out mail-merge.xlsx
  $ elections letters --keys keys.csv --data ./data --url https://vote.example.org/e/council --out letters.csv

docs/key-code.md describes how key codes and links are made. Exit codes: 0 done, 2 refused.`,
    )
    .action(letters)
}

async function letters(options: LettersOptions): Promise<void> {
  const { keys, url, out, format, envelope, roll, title, words } = options
  const place = await placeOf(options, keys)
  const form = rollForm(options)
  const to = {
    keys,
    place,
    database: options.cluster ? clusterAddresses(options).database : undefined,
    roll,
    form,
    booth: url,
    base: options.base,
    out,
    format,
    envelope,
    title,
    ownWords: words ?? new Map(),
  }
  const written = await writeLetters(to, withProgress)
  const count = written.letters.toLocaleString('en')
  console.error(
    `${out}: ${count} ${written.letters === 1 ? 'letter' : 'letters'}; only you can read this file`,
  )
  for (const warning of written.warnings) console.error(warning)
}

const MOST_WORDS = 8 * 1024

/** @throws InvalidArgumentError, which commander turns into a line and exit code 2 */
function ownWords(
  text: string,
  before: ReadonlyMap<string, readonly string[]> | undefined,
): ReadonlyMap<string, readonly string[]> {
  const [, language = '', file = ''] = /^(?:([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)=)?(.*)$/s.exec(text) ?? []
  return new Map([...(before ?? []), [language, paragraphsOf(file)]])
}

function paragraphsOf(file: string): readonly string[] {
  try {
    if (statSync(file).size > MOST_WORDS)
      throw new InvalidArgumentError(
        `${file} is larger than the limit of ${MOST_WORDS.toLocaleString('en')} bytes.`,
      )
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
    return text
      .split(/(?:\r?\n[^\S\n]*){2,}/)
      .map((paragraph) => paragraph.trim())
      .filter((paragraph) => paragraph !== '')
  } catch (cause) {
    if (cause instanceof InvalidArgumentError) throw cause
    const why = cause instanceof TypeError ? 'is not UTF-8' : 'cannot be read'
    throw new InvalidArgumentError(`${file} ${why}.`)
  }
}

/** @throws InvalidArgumentError, which commander turns into a line and exit code 2 */
function boothUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError(
      'It must be an address that begins with https:// (or http:// for a trial).',
    )
  if (!/^\/(.*\/)?e\/[^/]+\/?$/.test(url.pathname))
    throw new InvalidArgumentError(
      'It must be the address of the booth: it ends in /e/ and the election’s id.',
    )
  if (url.hash !== '' || url.search !== '' || url.username !== '')
    throw new InvalidArgumentError('It must end with the election’s id: no "?", "#" or password.')
  return url.href
}
