/**
 * A table somebody hands in: CSV in an encoding that is found out, or the sheet of a workbook. Read
 * as often as need be.
 */
import { BadInput, type ProblemList } from './bad-input.ts'
import { type CsvRecord, csvRecords, HOW_TO_SAVE, nothingPassedOver, type PassedOver } from './csv-file.ts'
import { encodingInWords, encodingOf, type InputFile, openInput, type ReadProgress } from './input-file.ts'
import type { Encoding } from './legacy-encoding.ts'
import { openWorkbook } from './workbook/workbook.ts'

export interface TableForm {
  readonly delimiters: readonly string[]
  readonly isHeader: (fields: readonly string[]) => boolean
  /** Left out, it is found out where that is certain. */
  readonly encoding?: Encoding | undefined
  /** Of a workbook; the first that is not hidden where it is left out. */
  readonly sheet?: string | undefined
}

export interface Table {
  readonly path: string
  /** The state of the file that was opened. */
  readonly stamp: string
  /** The records from the first line on, whatever was handed out before. */
  readonly records: (problems: ProblemList, onProgress?: ReadProgress) => AsyncGenerator<readonly CsvRecord[]>
  /**
   * What was read past and what it was read as, a sentence each; of the last time that the records
   * were read.
   */
  readonly notes: () => readonly string[]
  readonly passedOver: () => PassedOver
  readonly close: () => Promise<void>
}

/** @throws {BadInput} where it is no table that can be read with certainty */
export async function openTable(path: string, form: TableForm): Promise<Table> {
  const input = await openInput(path)
  try {
    const start = Buffer.alloc(8)
    await input.handle.read(start, 0, 8, 0)
    refuseOther(path, start)
    return start.readUInt32LE(0) === ZIP ? await workbookTable(input, form) : await csvTable(input, form)
  } catch (error) {
    await input.handle.close()
    throw error
  }
}

const ZIP = 0x04034b50
/** Compound files: workbooks of Excel 97 to 2003, and those with a password. */
const COMPOUND = 'd0cf11e0a1b11ae1'

function refuseOther(path: string, start: Buffer): void {
  const refuse = (message: string): never => {
    throw new BadInput(path, [{ message }])
  }
  if (start.toString('hex') === COMPOUND)
    refuse(
      'is a workbook of an old kind (.xls), or one with a password: save it as “CSV UTF-8” or as .xlsx without one',
    )
  if (start.toString('latin1', 0, 5) === '%PDF-') refuse('is a PDF document: a roll is CSV or .xlsx')
}

async function csvTable(input: InputFile, form: TableForm): Promise<Table> {
  const encoding = form.encoding ?? (await encodingOf(input, HOW_TO_SAVE))
  const told = form.encoding === undefined && encoding !== 'utf-8'
  let passedOver = nothingPassedOver()
  return {
    path: input.path,
    stamp: input.stamp,
    records: (problems, onProgress) => {
      passedOver = nothingPassedOver()
      const { delimiters, isHeader } = form
      return csvRecords(input, { delimiters, isHeader, encoding, problems, onProgress, passedOver })
    },
    notes: () => [
      ...(told
        ? [
            `is read as ${encodingInWords(encoding)}: look at a name with an accent before letters are printed`,
          ]
        : []),
      ...passedOverInWords(passedOver),
    ],
    passedOver: () => passedOver,
    close: () => input.handle.close(),
  }
}

async function workbookTable(input: InputFile, { sheet }: TableForm): Promise<Table> {
  const workbook = await openWorkbook(input, sheet)
  let passedOver = nothingPassedOver()
  return {
    path: input.path,
    stamp: input.stamp,
    records: (_, onProgress) => {
      passedOver = nothingPassedOver()
      return workbook.records(passedOver, onProgress)
    },
    notes: () => [...workbook.notes(), ...passedOverInWords(passedOver)],
    passedOver: () => passedOver,
    close: () => input.handle.close(),
  }
}

/**
 * One line that counts what is not part of the table; nothing where there was nothing of the kind.
 */
function passedOverInWords({ emptyRows, separatorLine, ctrlZ }: PassedOver): string[] {
  const parts = [
    ...(emptyRows > 0
      ? [`${emptyRows.toLocaleString('en')} ${emptyRows === 1 ? 'row' : 'rows'} without text`]
      : []),
    ...(separatorLine ? ['a first line that names the separator'] : []),
    ...(ctrlZ ? ['a Ctrl-Z at the end'] : []),
  ]
  return parts.length === 0 ? [] : [`passed over: ${parts.join(', ')}`]
}
