/**
 * What voters are sent, made of the key file, the election and, for names and addresses, the voter
 * roll.
 */
import { writePrivateFile } from '../../adapters/files/private-file.ts'
import { type CheckedRoll, checkRoll } from '../../adapters/files/roll-file.ts'
import type { RollForm } from '../../adapters/files/roll-rules.ts'
import type { Election } from '../../core/election/definition.ts'
import { addressLines, ENVELOPE, type EnvelopeName } from '../../core/letter/envelope.ts'
import { type Letter, languagesWithoutWords, letterMaker } from '../../core/letter/letter.ts'
import { type ChangedIds, changedIds } from '../../core/spreadsheet-ids.ts'
import type { EngineUrl } from '../../ports/engine-address.ts'
import type { Progress } from '../progress.ts'
import { type ElectionPlace, electionAt } from './booth-address.ts'
import { htmlLetters, type LetterLook } from './html-letters.ts'
import { type LetterSource, letterSource } from './letter-election.ts'
import { type AddressedLetter, csvRows, type MergeOptions, workbookRows } from './merge-rows.ts'
import { keyHolders } from './recipients.ts'

export const LETTER_FORMATS = ['csv', 'xlsx', 'html', 'pdf'] as const
export type LetterFormat = (typeof LETTER_FORMATS)[number]

export interface LettersToWrite {
  /** The key file. */
  readonly keys: string
  readonly place: ElectionPlace
  /** The roll that the keys were made from. */
  readonly roll?: string | undefined
  readonly form?: RollForm | undefined
  /** The booth's address, without a fragment. */
  readonly booth: string
  /** Below which path of its host the server is started; at its root if left out. */
  readonly base?: string | undefined
  /** PostgreSQL's address, where the election's ballots lie on a cluster. */
  readonly database?: EngineUrl | undefined
  /** A file that does not exist yet. */
  readonly out: string
  readonly format: LetterFormat
  readonly envelope: EnvelopeName
  /** The heading, where another is wanted than the election's title. */
  readonly title?: string | undefined
  /** The organiser's own paragraphs, by language tag; "" is for every language without its own. */
  readonly ownWords: ReadonlyMap<string, readonly string[]>
}

export interface WrittenLetters {
  readonly letters: number
  /** What is odd and no reason not to write them, in words. */
  readonly warnings: readonly string[]
}

/**
 * @throws {BadInput} where a file or the address is unfit, or `out` is taken or cannot be written;
 *   no file is left then
 */
export async function writeLetters(to: LettersToWrite, progress: Progress): Promise<WrittenLetters> {
  const { keys, place, booth, out, form } = to
  const source = await letterSource(place, await electionAt(booth, place, to.base), to.database ?? null)
  const roll = to.roll === undefined ? undefined : await checkedRoll(to.roll, source.election, form, progress)
  const counter: Counter = { letters: 0, ids: changedIds(), withoutAddress: 0, missing: [], unprinted: null }
  await progress('Writing letters', undefined, async (onProgress) => {
    const holders = keyHolders({ keys, election: source.election, roll, onProgress })
    const pieces = await piecesOf(to, source, roll, letters(to, source, holders, counter), counter)
    await writePrivateFile(out, pieces)
  })
  return { letters: counter.letters, warnings: warningsOf(to, source, roll, counter) }
}

interface Counter {
  letters: number
  readonly ids: ChangedIds
  withoutAddress: number
  /** Letters with a character that no font has, the first of them. */
  readonly missing: number[]
  /** Why the logo is not printed, in words; null where it is, or there is none. */
  unprinted: string | null
}

function checkedRoll(
  path: string,
  election: Election,
  form: RollForm | undefined,
  progress: Progress,
): Promise<CheckedRoll> {
  // Keys were issued for all of its ids: whether two look alike was decided then.
  return progress('Checking the voter roll', undefined, (onProgress) =>
    checkRoll(path, election, { form: { ...form, lookAlikes: 'allowed' }, onProgress }),
  )
}

const LETTERS_PER_PIECE = 256
const MOST_MISSING = 1_000

/** Pieces of a few letters each: a file of a million letters passes through without being held. */
async function* letters(
  { booth, keys, envelope, ownWords }: LettersToWrite,
  source: LetterSource,
  holders: ReturnType<typeof keyHolders>,
  counter: Counter,
): AsyncGenerator<readonly AddressedLetter[]> {
  const make = letterMaker({ ...source, booth, ownWords })
  for await (const batch of holders) {
    if (counter.letters === 0 && batch[0] !== undefined) source.refuseForeign(batch[0].key, keys)
    for (let from = 0; from < batch.length; from += LETTERS_PER_PIECE)
      yield batch.slice(from, from + LETTERS_PER_PIECE).map((holder) => {
        const { key, district, person } = holder
        const address = person === undefined ? [] : addressLines(envelope, person.address)
        if (person !== undefined && address.length === 0) counter.withoutAddress++
        counter.ids.look(key.personal_id)
        counter.letters++
        const { name, language } = person ?? { name: '', language: '' }
        const { personal_id: personalId, guid } = key
        return { holder, letter: make({ personalId, guid, district, name, address, language }) }
      })
  }
}

async function piecesOf(
  { format, envelope, title }: LettersToWrite,
  { election, logo }: LetterSource,
  roll: CheckedRoll | undefined,
  batches: AsyncIterable<readonly AddressedLetter[]>,
  counter: Counter,
): Promise<AsyncIterable<string | Uint8Array>> {
  const look: LetterLook = { envelope: ENVELOPE[envelope], logo, title }
  const merge: MergeOptions = {
    hasRoll: roll !== undefined,
    districtNames: election.districts.map(({ name }) => name),
  }
  switch (format) {
    case 'csv':
      return csvRows(batches, merge)
    case 'xlsx':
      return workbookRows(batches, merge)
    case 'html':
      return htmlLetters(batches, look)
    case 'pdf':
      return pdfPieces(batches, look, counter)
  }
}

/** Fonts and the shaper of letters are loaded for those who print PDF alone. */
async function pdfPieces(
  batches: AsyncIterable<readonly AddressedLetter[]>,
  look: LetterLook,
  counter: Counter,
): Promise<AsyncIterable<Uint8Array>> {
  const { pdfLetters } = await import('../../adapters/pdf/letter-pages.ts')
  const { whyNotPrinted } = await import('../../adapters/pdf/printable-logo.ts')
  const { missing } = counter
  if (look.logo !== null) counter.unprinted = whyNotPrinted(look.logo)
  return pdfLetters(lettersOf(batches), {
    ...look,
    logo: counter.unprinted === null ? look.logo : null,
    onMissing: (letter) => {
      if (missing.length < MOST_MISSING && missing.at(-1) !== letter) missing.push(letter)
    },
  })
}

async function* lettersOf(
  batches: AsyncIterable<readonly AddressedLetter[]>,
): AsyncGenerator<readonly Letter[]> {
  for await (const batch of batches) yield batch.map(({ letter }) => letter)
}

function warningsOf(
  { format, booth, place }: LettersToWrite,
  { election, logKey, isEndKnown }: LetterSource,
  roll: CheckedRoll | undefined,
  counter: Counter,
): string[] {
  const isPrinted = format === 'html' || format === 'pdf'
  const without = languagesWithoutWords(election)
  const host = new URL(booth)
  return [
    ...(format === 'csv' ? counter.ids.inWords() : []),
    ...(isPrinted && roll === undefined
      ? ['the letters have no names and addresses: name the voter roll with --roll']
      : []),
    ...(isPrinted && counter.withoutAddress > 0
      ? [`${counter.withoutAddress.toLocaleString('en')} of them have no postal address in the roll`]
      : []),
    ...(counter.unprinted === null
      ? []
      : [`the letters are without the logo, which ${counter.unprinted}, or print the letters as HTML`]),
    ...(counter.missing.length > 0
      ? [
          `letters ${counter.missing.slice(0, 10).join(', ')}${counter.missing.length > 10 ? ' and others' : ''} have a character that no font here has, and a question mark in its place: print those as HTML`,
        ]
      : []),
    ...(isPrinted && without.length > 0
      ? [`the letter’s own words are not there in ${without.join(', ')}: they are in English there`]
      : []),
    ...(isPrinted && !isEndKnown && 'dataDir' in place
      ? ['the letters show the end of voting as it was defined: where it was extended, add --cluster']
      : []),
    ...(isPrinted && logKey === null
      ? ['the letters do not show the key of the public log: name the data folder with --data']
      : []),
    ...(host.protocol === 'http:' && !/^(localhost|127\.|\[::1\])/.test(host.hostname)
      ? ['the address begins with http://: whoever is on the way can read and change ballots']
      : []),
  ]
}
