/** Reads CSV (RFC 4180) with csv-parse as a stream of records with their line numbers. */
import { pipeline, Readable } from 'node:stream'
import { type CsvError, type Info, parse } from 'csv-parse'
import { parse as parseSync } from 'csv-parse/sync'
import { columnName } from '../../core/roll/headings.ts'
import { BadInput, type ProblemList } from './bad-input.ts'
import { type InputFile, type ReadProgress, textChunks } from './input-file.ts'
import type { Encoding } from './legacy-encoding.ts'

/** No real line is longer. The limit keeps a file of one endless line from filling the memory. */
const MAX_RECORD_BYTES = 64 * 1024
const RECORDS_PER_BATCH = 4096
/** The header must be among this many lines. */
export const HEADER_WITHIN = 10
export const HOW_TO_SAVE = 'save it again as “CSV UTF-8” (in Excel: File, Save As, CSV UTF-8)'

export interface CsvRecord {
  readonly fields: readonly string[]
  /** The line on which the record begins; the header is line 1. */
  readonly line: number
}

export interface CsvOptions {
  /** Candidate field separators; the reader uses the one under which a line is the header. */
  readonly delimiters: readonly string[]
  readonly isHeader: (fields: readonly string[]) => boolean
  /** Receives the errors of syntax; the reader leaves out the records concerned, or ends early. */
  readonly problems: ProblemList
  readonly onProgress?: ReadProgress | undefined
  /** UTF-8 if left out. */
  readonly encoding?: Encoding | undefined
  /** Counts what was skipped. */
  readonly passedOver?: PassedOver | undefined
}

/** What spreadsheets write beside the records. */
export interface PassedOver {
  /** Rows whose cells are all empty; empty lines do not count. */
  emptyRows: number
  /** Whether the first line is `sep=;` or the like. */
  separatorLine: boolean
  /** Whether the file ends in Ctrl-Z. */
  ctrlZ: boolean
}

export function nothingPassedOver(): PassedOver {
  return { emptyRows: 0, separatorLine: false, ctrlZ: false }
}

/**
 * Yields batches of records; the first record is the header. Skips empty lines, rows without text,
 * a first line that names the separator, and a Ctrl-Z at the end.
 * @throws {BadInput} if the encoding is wrong
 */
export async function* csvRecords(
  input: InputFile,
  options: CsvOptions,
): AsyncGenerator<readonly CsvRecord[]> {
  const { problems, passedOver = nothingPassedOver() } = options
  const chunks = withoutCtrlZ(textChunks(input, HOW_TO_SAVE, options), passedOver)
  const first = await chunks.next()
  if (first.done) return
  const { separator, start } = separatorLine(first.value, options.delimiters)
  passedOver.separatorLine = separator !== undefined
  const delimiter = separator ?? delimiterOf(start, options.delimiters, options.isHeader)

  let excess = separator === undefined ? 0 : -1
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
    chunksUntil(() => stopped, start, chunks),
    { objectMode: true, highWaterMark: 1 },
  )
  pipeline(source, parser, () => {}) // the loop below throws an error of the source, as it does the parser's
  let batch: CsvRecord[] = []
  let lines = 0
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    if (stopped) break
    let line = info.lines - excess
    if (info.lines !== lines + 1) {
      // Empty lines came before, or the record contains line ends. csv-parse also counts a CR
      // inside a record as a line.
      const text = record.join('')
      const returns = text.split('\r').length - 1
      line = Math.max(line - returns - (text.split('\n').length - 1), lines + 1 - excess)
      excess += returns
    }
    lines = info.lines
    if (isBlank(record)) {
      passedOver.emptyRows++
      continue
    }
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
    'a field that contains a quotation mark must be enclosed in quotation marks, with each ' +
    'mark inside it doubled'
  switch (error.code as string) {
    case 'INVALID_OPENING_QUOTE': // without the prefix that csv-parse's types give it
      return { words: `has a misplaced quotation mark: ${rule}`, lost: false }
    case 'CSV_MAX_RECORD_SIZE':
      return {
        words:
          `is longer than ${MAX_RECORD_BYTES} bytes, perhaps because a quotation mark is never ` +
          'closed; the rest was not read',
        lost: true,
      }
    default:
      return {
        words:
          `a quotation mark is not closed on this line or an earlier one: ${rule}; the rest was not ` +
          'read',
        lost: true,
      }
  }
}

/** Whether no field has visible text. */
export function isBlank(fields: readonly string[]): boolean {
  return fields.every((field) => field === '' || field.trim() === '')
}

const SEPARATOR_LINE = /^"?sep=([^\r\n])"?[^\S\r\n]*\r?\n/i

/** `sep=;` sets the separator for a spreadsheet; other programs read it as a row. */
function separatorLine(
  start: Buffer,
  delimiters: readonly string[],
): { readonly separator: string | undefined; readonly start: Buffer } {
  const line = SEPARATOR_LINE.exec(start.toString('latin1', 0, 16))
  if (line === null || !delimiters.includes(line[1]!)) return { separator: undefined, start }
  return { separator: line[1], start: start.subarray(line[0].length) }
}

const CTRL_Z = 0x1a

/** Drops a Ctrl-Z at the end of the file, as DOS programs wrote it. */
async function* withoutCtrlZ(chunks: AsyncIterable<Buffer>, passedOver: PassedOver): AsyncGenerator<Buffer> {
  let held: Buffer | undefined
  for await (const chunk of chunks) {
    if (held !== undefined) yield held
    held = chunk
  }
  if (held === undefined) return
  let end = held.length
  while (end > 0 && (held[end - 1] === 0x0a || held[end - 1] === 0x0d || held[end - 1] === 0)) end--
  if (held[end - 1] !== CTRL_Z) yield held
  else {
    passedOver.ctrlZ = true
    while (end > 0 && held[end - 1] === CTRL_Z) end--
    if (end > 0) yield held.subarray(0, end)
  }
}

/** Excel writes semicolons in countries where the comma is the decimal sign. */
function delimiterOf(
  start: Buffer,
  delimiters: readonly string[],
  isHeader: (fields: readonly string[]) => boolean,
): string {
  const lines = firstLines(start)
  for (const line of lines) {
    const found = delimiters.find((delimiter) => isHeader(fieldsOf(line, delimiter)))
    if (found !== undefined) return found
  }
  // No line is a known header: take the separator that yields the most columns, so that the message
  // names them right.
  const widths = delimiters.map((delimiter) => fieldsOf(lines[0] ?? start, delimiter).length)
  return delimiters[widths.indexOf(Math.max(...widths))]!
}

function firstLines(start: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < start.length && lines.length < HEADER_WITHIN; ) {
    const end = start.indexOf(0x0a, from)
    const until = end < 0 ? start.length : end
    const line = start.subarray(from, Math.min(until, from + MAX_RECORD_BYTES))
    if (line.length > 1 || (line.length === 1 && line[0] !== 0x0d)) lines.push(line)
    from = until + 1
  }
  return lines
}

function fieldsOf(line: Buffer, delimiter: string): string[] {
  try {
    const records = parseSync(line, { delimiter, relax_column_count: true, relax_quotes: true }) as string[][]
    return records[0] ?? []
  } catch {
    return []
  }
}

/** Whether a line is a header with this column. */
export function hasColumn(column: string): (fields: readonly string[]) => boolean {
  return (fields) => fields.some((field) => columnName(field) === column)
}

/**
 * For callers that got no record.
 * @throws {BadInput} always: the file has no header
 */
export function refuseEmpty(path: string, header: string): never {
  throw new BadInput(path, [{ message: `is empty: its first line must name the columns: ${header}` }])
}
