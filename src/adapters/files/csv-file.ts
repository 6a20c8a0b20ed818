/** CSV (RFC 4180) read as a stream of records with their line numbers, by csv-parse. */
import { pipeline, Readable } from 'node:stream'
import { type CsvError, type Info, parse } from 'csv-parse'
import { parse as parseSync } from 'csv-parse/sync'
import { BadInput, type ProblemList } from './bad-input.ts'
import { type InputFile, type ReadProgress, utf8Chunks } from './input-file.ts'

/** Nobody's line is this long; a file of one endless line must not fill the memory. */
const MAX_RECORD_BYTES = 64 * 1024
const RECORDS_PER_BATCH = 4096
const HOW_TO_SAVE = 'save it again as “CSV UTF-8” (in Excel: File, Save As, CSV UTF-8)'

export interface CsvRecord {
  readonly fields: readonly string[]
  /** The line it begins on; the header is line 1. */
  readonly line: number
}

export interface CsvOptions {
  /** Field separators to consider; the one under which the header has `column` is taken. */
  readonly delimiters: readonly string[]
  readonly column: string
  /** Given the problems of form; the reader leaves the records concerned out, or ends early. */
  readonly problems: ProblemList
  readonly onProgress?: ReadProgress | undefined
}

/**
 * Batches of records, the header among them as the first. Empty lines are passed over.
 * @throws {BadInput} on a wrong encoding
 */
export async function* csvRecords(
  input: InputFile,
  { delimiters, column, problems, onProgress }: CsvOptions,
): AsyncGenerator<readonly CsvRecord[]> {
  const chunks = utf8Chunks(input, HOW_TO_SAVE, onProgress)
  const first = await chunks.next()
  if (first.done) return
  const delimiter = delimiterOf(first.value, delimiters, column)

  let excess = 0
  let stopped = false
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (stopped || error === undefined) return undefined
      const { words, lost } = quoteTrouble(error)
      stopped = lost
      problems.add(Number(error.lines) - excess, words)
      return undefined
    },
  })
  const source = Readable.from(
    chunksUntil(() => stopped, first.value, chunks),
    { objectMode: true, highWaterMark: 1 },
  )
  pipeline(source, parser, () => {}) // an error of the source ends the loop below, as the parser's own
  let batch: CsvRecord[] = []
  let lines = 0
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    if (stopped) break
    let line = info.lines - excess
    if (info.lines !== lines + 1) {
      // Empty lines came before, or the record has line ends within, where csv-parse counts a CR for a line too.
      const text = record.join('')
      const returns = text.split('\r').length - 1
      line = Math.max(line - returns - (text.split('\n').length - 1), lines + 1 - excess)
      excess += returns
    }
    lines = info.lines
    batch.push({ fields: record, line })
    if (batch.length === RECORDS_PER_BATCH) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

async function* chunksUntil(
  stopped: () => boolean,
  first: Buffer,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield first
  for await (const chunk of rest) {
    if (stopped()) return
    yield chunk
  }
}

function quoteTrouble(error: CsvError): { words: string; lost: boolean } {
  const rule =
    'a field that holds a quotation mark must stand in quotation marks, with each mark inside it doubled'
  switch (error.code as string) {
    case 'INVALID_OPENING_QUOTE': // without the prefix that csv-parse's types give it
      return { words: `has a quotation mark out of place: ${rule}`, lost: false }
    case 'CSV_MAX_RECORD_SIZE':
      return {
        words: `is longer than ${MAX_RECORD_BYTES} bytes, perhaps for a quotation mark that is never closed; the rest was not read`,
        lost: true,
      }
    default:
      return {
        words: `a quotation mark is not closed on this line or the ones before: ${rule}; the rest was not read`,
        lost: true,
      }
  }
}

/** Excel writes semicolons where the comma is the decimal sign. */
function delimiterOf(start: Buffer, delimiters: readonly string[], column: string): string {
  const end = start.indexOf(0x0a)
  const line = start.subarray(0, end < 0 ? MAX_RECORD_BYTES : end)
  return delimiters.find((delimiter) => headerFields(line, delimiter).includes(column)) ?? delimiters[0]!
}

function headerFields(line: Buffer, delimiter: string): string[] {
  try {
    const records = parseSync(line, { delimiter, relax_column_count: true, relax_quotes: true }) as string[][]
    return (records[0] ?? []).map(columnName)
  } catch {
    return []
  }
}

/** A column's name as it is compared: case and spaces around it do not matter. */
export function columnName(field: string): string {
  return field.trim().toLowerCase()
}

/** @throws {BadInput} for a file without a header; for callers that met no record at all */
export function refuseEmpty(path: string, header: string): never {
  throw new BadInput(path, [{ message: `is empty: its first line must name the columns: ${header}` }])
}
