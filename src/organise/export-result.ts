/** The result of an election as a file: CSV, the result document, or a NIST election report. */
import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { draftOf, placeNew, syncFolder } from '../adapters/node/durable-file.ts'
import { cdfText } from '../core/tally/cdf.ts'
import { resultCsv } from '../core/tally/csv.ts'
import { resultText } from '../core/tally/result-text.ts'
import type { ShownCount } from './shown-recount.ts'

export const RESULT_FORMATS = ['csv', 'json', 'cdf'] as const
export type ResultFormat = (typeof RESULT_FORMATS)[number]

/**
 * @param version this program's, which an election report names
 * @param language the tag of the language that names and words of a CSV are in; the election's
 *   first if left out
 */
export function resultPieces(
  { election, phase, eligible, result, lots }: ShownCount,
  format: ResultFormat,
  version: string,
  language?: string,
): Iterable<string> {
  if (format === 'csv') return resultCsv(election, result, { phase, eligible, lots }, language)
  if (format === 'json') return [resultText(result)]
  const made = { generatedAtMs: systemClock.nowMs(), version, phase, eligible, lots }
  return cdfText(election, result, made)
}

/** What may be shown is everybody's to read, as far as the umask lets them. */
const ANY_READER = 0o666

/**
 * Writes the whole file or none of it, and never over another one.
 * @throws {BadInput} where there is something at the path
 */
export async function writeResult(
  path: string,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const draft = draftOf(path)
  try {
    await writeDraft(draft, pieces)
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

/** Characters gathered before they are written: a county's result comes in many small pieces. */
const GATHERED = 1 << 16

async function writeDraft(draft: string, pieces: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const file = await open(draft, 'wx')
  try {
    let gathered = ''
    for await (const piece of pieces) {
      gathered += piece
      if (gathered.length < GATHERED) continue
      await file.appendFile(gathered)
      gathered = ''
    }
    await file.appendFile(gathered)
    await file.sync()
  } finally {
    await file.close()
  }
}
