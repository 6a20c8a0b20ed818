/** `elections letters`: what voters are sent, made of the key file. It reads no election and needs no server. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { writeLetters } from '../organise/letters.ts'
import { withProgress } from './progress.ts'

interface LettersOptions {
  readonly keys: string
  readonly url: string
  readonly out: string
  readonly format: 'csv' | 'html'
  readonly title: string
}

export function lettersCommand(): Command {
  return new Command('letters')
    .summary('make the letters that bring voters their keys')
    .description(
      'Writes a letter for every key in a key file: as CSV for a mail merge (personal_id, district, key_code, ' +
        'link), or as HTML to print, one letter a page, with the link as a QR code.\n\n' +
        'The key code is what a voter types, with a check that catches slips; the link carries the same key behind ' +
        'its “#”, which browsers send to no server. The file holds every key: it is readable by you alone and ' +
        'never written over another.',
    )
    .requiredOption('--keys <file>', 'the key file that init wrote')
    .requiredOption(
      '--url <url>',
      'the address of the booth, such as https://vote.example.org/e/ID',
      boothUrl,
    )
    .requiredOption('--out <file>', 'a file that does not exist yet')
    .addOption(new Option('--format <format>', 'csv or html').choices(['csv', 'html']).default('csv'))
    .option('--title <text>', 'the heading of HTML letters', 'Your vote')
    .addHelpText(
      'after',
      `
Examples:
  $ elections letters --keys data/keys.csv --url https://vote.example.org/e/council --out letters.csv
  $ elections letters --keys data/keys.csv --url https://vote.example.org/e/council \\
      --format html --title "Riverton council election" --out letters.html

How key codes and links are made is in docs/key-code.md. Exit codes: 0 done, 2 refused.`,
    )
    .action(letters)
}

async function letters({ keys, url, out, format, title }: LettersOptions): Promise<void> {
  const written = await writeLetters({ keys, booth: url, out, format, title }, withProgress)
  const count = written.letters.toLocaleString('en')
  console.error(`${out}: ${count} ${written.letters === 1 ? 'letter' : 'letters'}, readable by you alone`)
  for (const words of written.warnings) console.error(words)
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
      'It must be the address of a booth, which ends in /e/ and the election’s id.',
    )
  if (url.hash !== '' || url.search !== '' || url.username !== '')
    throw new InvalidArgumentError('It must end with the election’s id: no "?", "#" or password.')
  return url.href
}
