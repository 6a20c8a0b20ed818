/** What voters are sent, made of the key file: it reads no election and needs no server. */
import { readKeyFile } from '../adapters/files/key-file.ts'
import { writePrivateFile } from '../adapters/files/private-file.ts'
import { type ChangedIds, changedIds } from '../core/spreadsheet-ids.ts'
import { csvLetters, htmlLetters, type LetterFormat } from './letter-formats.ts'
import type { Progress } from './progress.ts'

export interface LettersToWrite {
  /** The key file. */
  readonly keys: string
  /** The booth's address, without a fragment. */
  readonly booth: string
  /** A file that does not exist yet. */
  readonly out: string
  readonly format: 'csv' | 'html'
  /** What stands at the top of each letter of HTML. */
  readonly title: string
}

export interface WrittenLetters {
  readonly letters: number
  /** What spreadsheets would change in the voters' ids, in words; for CSV alone. */
  readonly warnings: readonly string[]
}

/** @throws {BadInput} where the key file is none, or `out` is taken or cannot be written; no file is left then */
export async function writeLetters(
  { keys, booth, out, format, title }: LettersToWrite,
  progress: Progress,
): Promise<WrittenLetters> {
  const made = format === 'csv' ? csvLetters(booth) : htmlLetters(booth, title)
  const counter = { letters: 0, ids: changedIds() }
  await progress('Writing letters', undefined, (onProgress) =>
    writePrivateFile(out, pieces(keys, made, counter, onProgress)),
  )
  return { letters: counter.letters, warnings: format === 'csv' ? [...counter.ids.inWords()] : [] }
}

/** Pieces of a few letters each: a file of a million letters passes through without being held. */
async function* pieces(
  keys: string,
  { head, letter, foot }: LetterFormat,
  counter: { letters: number; readonly ids: ChangedIds },
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<string> {
  yield head
  for await (const batch of readKeyFile(keys, onProgress)) {
    for (let from = 0; from < batch.length; from += LETTERS_PER_PIECE)
      yield batch
        .slice(from, from + LETTERS_PER_PIECE)
        .map(letter)
        .join('')
    for (const { personal_id } of batch) counter.ids.look(personal_id)
    counter.letters += batch.length
  }
  yield foot
}

const LETTERS_PER_PIECE = 256
