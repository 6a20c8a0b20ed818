/**
 * Reads a published result in CSV: `district,candidate,votes`, in any column order, one line per
 * district and candidate.
 */
import { columnName } from '../../core/roll/headings.ts'
import { BadInput, problemList } from './bad-input.ts'
import { type CsvRecord, hasColumn, refuseEmpty } from './csv-file.ts'
import { openTable } from './table-file.ts'

const COLUMNS = ['district', 'candidate', 'votes'] as const
const MAX_NAME = 200
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u
const RESULT_FORM = { delimiters: [',', ';', '\t'], isHeader: hasColumn('district') }

export interface ResultFile {
  readonly districts: readonly string[]
  readonly candidates: readonly string[]
  /** Votes by district × candidates + candidate; 0 if the file has no line for the pair. */
  readonly votes: Float64Array
}

/** @throws {BadInput} with every problem, by line */
export async function readResultFile(path: string): Promise<ResultFile> {
  const table = await openTable(path, RESULT_FORM)
  const problems = problemList(path)
  const districts = new Map<string, Map<string, number>>()
  const candidates = new Map<string, number>()
  let columns: readonly number[] | undefined
  try {
    for await (const batch of table.records(problems)) {
      for (const record of batch) {
        if (columns === undefined) columns = columnsOf(record, path)
        else addLine(record, columns, districts, candidates, problems.add)
      }
    }
  } finally {
    await table.close()
  }
  problems.refuseIfAny()
  if (columns === undefined) refuseEmpty(path, COLUMNS.join(','))
  if (districts.size === 0)
    throw new BadInput(path, [{ message: 'has no line of results: there is only a header' }])
  const width = candidates.size
  const votes = new Float64Array(districts.size * width)
  for (const [d, counts] of [...districts.values()].entries())
    for (const [candidate, count] of counts) votes[d * width + candidates.get(candidate)!] = count
  return { districts: [...districts.keys()], candidates: [...candidates.keys()], votes }
}

function columnsOf({ fields }: CsvRecord, path: string): number[] {
  const names = fields.map(columnName)
  return COLUMNS.map((column) => {
    const at = names.indexOf(column)
    if (at === -1)
      throw new BadInput(path, [
        { line: 1, message: `the header has no column "${column}"; it must be ${COLUMNS.join(',')}` },
      ])
    return at
  })
}

function addLine(
  { fields, line }: CsvRecord,
  columns: readonly number[],
  districts: Map<string, Map<string, number>>,
  candidates: Map<string, number>,
  problem: (line: number, message: string) => void,
): void {
  const [district, candidate, text] = columns.map((at) => fields[at]?.trim() ?? '') as [
    string,
    string,
    string,
  ]
  if (district === '' || candidate === '') return problem(line, 'district and candidate must not be empty')
  const broken = Object.entries({ district, candidate }).find(([, name]) => CONTROL.test(name))
  if (broken !== undefined)
    return problem(line, `${broken[0]} contains a line break, a tab or another control character`)
  if (district.length > MAX_NAME || candidate.length > MAX_NAME)
    return problem(line, `district and candidate may have at most ${MAX_NAME} characters`)
  const votes = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(votes))
    return problem(line, `votes must be a whole number, not "${text.slice(0, 40)}"`)
  let counts = districts.get(district)
  if (counts === undefined) {
    counts = new Map()
    districts.set(district, counts)
  }
  if (counts.has(candidate)) return problem(line, `"${candidate}" has a line for "${district}" already`)
  counts.set(candidate, votes)
  if (!candidates.has(candidate)) candidates.set(candidate, candidates.size)
}
