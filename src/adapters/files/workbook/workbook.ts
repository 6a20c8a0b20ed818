/** Opens a workbook (.xlsx, ECMA-376): lists its sheets and selects the one to read. */
import { BadInput } from '../bad-input.ts'
import { type CsvRecord, nothingPassedOver, type PassedOver } from '../csv-file.ts'
import type { InputFile, ReadProgress } from '../input-file.ts'
import { type NumberFormat, numberFormat } from './number-format.ts'
import { NO_STRINGS, sharedStrings } from './shared-strings.ts'
import { type SheetOddities, sheetRecords } from './sheet.ts'
import { type Attributes, readXml } from './xml.ts'
import { type ZipPart, zipParts } from './zip.ts'

const MOST_SMALL = 8 * 1024 * 1024
const MOST_SHEETS = 1_000
const MOST_STYLES = 65_536

export interface Workbook {
  /**
   * How the workbook was interpreted and what its texts do not show, a sentence each; complete once
   * the records were read.
   */
  readonly notes: () => readonly string[]
  readonly records: (
    passedOver?: PassedOver,
    onProgress?: ReadProgress,
  ) => AsyncGenerator<readonly CsvRecord[]>
}

interface Sheet {
  readonly name: string
  readonly relation: string
  readonly isHidden: boolean
}

/**
 * @param wanted a sheet's name; if left out, the first that is not hidden
 * @throws {BadInput} if it is not a workbook, or has no such sheet
 */
export async function openWorkbook(input: InputFile, wanted?: string): Promise<Workbook> {
  const parts = await zipParts(input)
  const book = parts.get('xl/workbook.xml')
  if (book === undefined) refuseOther(input, parts)
  const { sheets, isFrom1904 } = await sheetsIn(input, book)
  const sheet = chosen(input, sheets, wanted)
  const targets = await relationsIn(input, parts.get('xl/_rels/workbook.xml.rels'))
  const part = parts.get(pathOf(targets.get(sheet.relation)))
  if (part === undefined)
    throw new BadInput(input.path, [{ message: 'is an incomplete workbook: save it again' }])
  const formats = await formatsIn(input, parts.get('xl/styles.xml'))
  const texts = parts.get('xl/sharedStrings.xml')
  let oddities: SheetOddities = { formulas: 0, uncomputed: 0, hiddenRows: 0 }
  return {
    notes: () => notesOf(sheet, sheets, oddities),
    records: async function* (passedOver = nothingPassedOver(), onProgress) {
      oddities = { formulas: 0, uncomputed: 0, hiddenRows: 0 }
      const strings = texts === undefined ? NO_STRINGS : await sharedStrings(input, texts)
      yield* sheetRecords(input, { part, strings, formats, isFrom1904 }, passedOver, oddities, (bytes) =>
        onProgress?.(Math.min(bytes, part.packedBytes), part.packedBytes),
      )
    },
  }
}

function refuseOther(input: InputFile, parts: ReadonlyMap<string, ZipPart>): never {
  const what =
    parts.has('mimetype') && parts.has('content.xml')
      ? 'is an OpenDocument spreadsheet'
      : parts.has('xl/workbook.bin')
        ? 'is a binary workbook (.xlsb)'
        : 'is a ZIP file but not a workbook'
  throw new BadInput(input.path, [{ message: `${what}: save it as “CSV UTF-8” or as .xlsx` }])
}

async function sheetsIn(
  input: InputFile,
  book: ZipPart,
): Promise<{ readonly sheets: readonly Sheet[]; readonly isFrom1904: boolean }> {
  const sheets: Sheet[] = []
  let isFrom1904 = false
  await readXml(input, book, MOST_SMALL, {
    open: (name, attributes) => {
      if (name === 'workbookPr') isFrom1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
      if (name !== 'sheet' || sheets.length === MOST_SHEETS) return
      const isHidden = (attributes.state ?? 'visible') !== 'visible'
      sheets.push({ name: attributes.name ?? '', relation: relationId(attributes), isHidden })
    },
    close: () => {},
    text: () => {},
  })
  return { sheets, isFrom1904 }
}

function relationId(attributes: Attributes): string {
  const [, id = ''] = Object.entries(attributes).find(([name]) => name.endsWith(':id')) ?? []
  return id
}

function chosen(input: InputFile, sheets: readonly Sheet[], wanted: string | undefined): Sheet {
  const sheet =
    wanted === undefined
      ? sheets.find(({ isHidden }) => !isHidden)
      : sheets.find(({ name }) => name === wanted)
  if (sheet !== undefined) return sheet
  const names = sheets
    .slice(0, 10)
    .map(({ name }) => `“${name}”`)
    .join(', ')
  const message = wanted === undefined ? 'has no visible sheet' : `has no sheet “${wanted}”; it has ${names}`
  throw new BadInput(input.path, [{ message }])
}

async function relationsIn(
  input: InputFile,
  part: ZipPart | undefined,
): Promise<ReadonlyMap<string, string>> {
  const targets = new Map<string, string>()
  if (part === undefined) return targets
  await readXml(input, part, MOST_SMALL, {
    open: (name, { Id, Target }) => {
      if (name === 'Relationship' && Id !== undefined && Target !== undefined) targets.set(Id, Target)
    },
    close: () => {},
    text: () => {},
  })
  return targets
}

/** The part's name for a target, which is relative to xl/ or begins at the root. */
function pathOf(target = ''): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`
}

async function formatsIn(input: InputFile, part: ZipPart | undefined): Promise<readonly NumberFormat[]> {
  const formats: NumberFormat[] = []
  if (part === undefined) return formats
  const codes = new Map<number, string>()
  let inCells = false
  await readXml(input, part, MOST_SMALL, {
    open: (name, { numFmtId, formatCode }) => {
      if (name === 'cellXfs') inCells = true
      else if (name === 'numFmt' && formatCode !== undefined && codes.size < MOST_STYLES)
        codes.set(Number(numFmtId), formatCode.slice(0, 255))
      else if (name === 'xf' && inCells && formats.length < MOST_STYLES)
        formats.push(numberFormat(Number(numFmtId ?? 0), codes.get(Number(numFmtId ?? 0))))
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false
    },
    text: () => {},
  })
  return formats
}

function notesOf(
  sheet: Sheet,
  sheets: readonly Sheet[],
  { formulas, uncomputed, hiddenRows }: SheetOddities,
): string[] {
  const number = (count: number, one: string, many: string): string =>
    `${count.toLocaleString('en')} ${count === 1 ? one : many}`
  return [
    ...(sheets.length > 1
      ? [`the sheet “${sheet.name}” is read, one of ${sheets.length}; --sheet names another`]
      : []),
    ...(formulas > 0
      ? [
          `${number(formulas, 'cell is a formula', 'cells are formulas')}: the value when the file ` +
            'was saved is read',
        ]
      : []),
    ...(uncomputed > 0
      ? [
          `${number(uncomputed, 'formula has', 'formulas have')} no value: open the workbook in a ` +
            'spreadsheet and save it',
        ]
      : []),
    ...(hiddenRows > 0
      ? [
          number(
            hiddenRows,
            'row is hidden or filtered out and is read like the others',
            'rows are hidden or filtered out and are read like the others',
          ),
        ]
      : []),
  ]
}
