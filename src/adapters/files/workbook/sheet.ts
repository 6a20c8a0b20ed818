/**
 * The rows of one sheet of a workbook, as the records of a table: text as it is meant, in the order
 * of the file.
 */
import { BadInput } from '../bad-input.ts'
import { type CsvRecord, isBlank, type PassedOver } from '../csv-file.ts'
import type { InputFile } from '../input-file.ts'
import { type NumberFormat, numberText } from './number-format.ts'
import { type SharedStrings, unescaped } from './shared-strings.ts'
import { type Attributes, xmlPieces } from './xml.ts'
import type { ZipPart } from './zip.ts'

export interface SheetParts {
  readonly part: ZipPart
  readonly strings: SharedStrings
  readonly formats: readonly NumberFormat[]
  readonly isFrom1904: boolean
}

/** What a sheet has that its texts do not show. */
export interface SheetOddities {
  /** Cells that are formulas; the value they had when the file was saved is read. */
  formulas: number
  /** Formulas without such a value. */
  uncomputed: number
  /** Rows that are hidden or filtered away, and read like the others. */
  hiddenRows: number
}

const MOST_XML_BYTES = 1024 * 1024 * 1024
/** As many as a sheet can have. */
const MOST_ROWS = 1_048_576
const MOST_COLUMNS = 256
/** Of one row, as of one line of a CSV file. */
const MOST_ROW = 64 * 1024
const ROWS_PER_BATCH = 4_096

/** @throws {BadInput} where the sheet is not sound or is larger than a roll can be */
export async function* sheetRecords(
  input: InputFile,
  sheet: SheetParts,
  passedOver: PassedOver,
  oddities: SheetOddities,
  onPacked?: (bytes: number) => void,
): AsyncGenerator<readonly CsvRecord[]> {
  let batch: CsvRecord[] = []
  let width = 0
  const reader = rowReader(input, sheet, oddities, (record) => {
    if (isBlank(record.fields)) {
      passedOver.emptyRows++
      return
    }
    // A row ends at its last cell that has something; a table's are as wide as its header.
    width = Math.max(width, record.fields.length)
    const missing = width - record.fields.length
    batch.push(missing === 0 ? record : { ...record, fields: [...record.fields, ...Array(missing).fill('')] })
  })
  for await (const _ of xmlPieces(input, sheet.part, MOST_XML_BYTES, reader, onPacked)) {
    if (batch.length >= ROWS_PER_BATCH) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function rowReader(
  input: InputFile,
  sheet: SheetParts,
  oddities: SheetOddities,
  found: (record: CsvRecord) => void,
) {
  let line = 0
  let rows = 0
  let fields: string[] = []
  let size = 0
  let column = -1
  let cell: Attributes = {}
  let value: string | undefined
  let isFormula = false
  let within: 'value' | 'text' | null = null
  let isPhonetic = false

  const refuse: (message: string) => never = (message) => {
    throw new BadInput(input.path, [{ line: Math.max(line, 1), message }])
  }
  const beginRow = ({ r, hidden }: Attributes): void => {
    line = r === undefined ? line + 1 : Number(r)
    if (!Number.isInteger(line) || line < 1 || line > MOST_ROWS || ++rows > MOST_ROWS)
      refuse(`has more rows than a sheet can have (${MOST_ROWS.toLocaleString('en')})`)
    if (hidden === '1' || hidden === 'true') oddities.hiddenRows++
    fields = []
    size = 0
    column = -1
  }
  const beginCell = (attributes: Attributes): void => {
    cell = attributes
    column = attributes.r === undefined ? column + 1 : columnOf(attributes.r)
    value = undefined
    isFormula = false
  }
  const endCell = (): void => {
    if (isFormula) {
      oddities.formulas++
      if (value === undefined || value === '') oddities.uncomputed++
    }
    const text = value === undefined ? '' : cellText(value, cell, sheet)
    if (text === undefined) refuse('has a cell whose text is missing from the workbook')
    if (text === '') return
    if (column < 0 || column >= MOST_COLUMNS) refuse(`has more than ${MOST_COLUMNS} columns`)
    size += text.length
    if (size > MOST_ROW) refuse(`is longer than ${MOST_ROW} characters`)
    put(fields, column, text)
  }
  return {
    open: (name: string, attributes: Attributes): void => {
      if (name === 'row') beginRow(attributes)
      else if (name === 'c') beginCell(attributes)
      else if (name === 'v') within = 'value'
      else if (name === 't' && cell.t === 'inlineStr') within = 'text'
      else if (name === 'f') isFormula = true
      else if (name === 'rPh') isPhonetic = true
    },
    close: (name: string): void => {
      if (name === 'row') found({ fields, line })
      else if (name === 'c') endCell()
      else if (name === 'v' || name === 't') within = null
      else if (name === 'rPh') isPhonetic = false
    },
    text: (more: string): void => {
      if (within === null || isPhonetic) return
      if ((value?.length ?? 0) + more.length > MOST_ROW) refuse(`is longer than ${MOST_ROW} characters`)
      value = (value ?? '') + more
    },
  }
}

/**
 * What a cell shows; undefined where its text is missing from the workbook. ECMA-376 part 1,
 * 18.18.11.
 */
function cellText(
  raw: string,
  { t, s }: Attributes,
  { strings, formats, isFrom1904 }: SheetParts,
): string | undefined {
  switch (t) {
    case 's':
      return strings.at(Number(raw))
    case 'b':
      return raw === '1' ? 'TRUE' : 'FALSE'
    case 'str':
    case 'inlineStr':
      return unescaped(raw)
    case 'e':
    case 'd':
      return raw
    default:
      return numberText(raw, formats[Number(s ?? 0)] ?? { kind: 'plain' }, isFrom1904)
  }
}

function put(fields: string[], column: number, text: string): void {
  while (fields.length < column) fields.push('')
  fields[column] = text
}

/** `AB12` is column 27. */
function columnOf(reference: string): number {
  let column = 0
  for (let i = 0; i < reference.length && i < 4; i++) {
    const letter = reference.charCodeAt(i) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return column - 1
}
