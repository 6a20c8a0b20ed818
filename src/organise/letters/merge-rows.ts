/** Letters as rows for a mail merge, CSV or a workbook: the voter's address and key. */
import { workbookBytes } from '../../adapters/files/workbook/writing.ts'
import { BYTE_ORDER_MARK, csvCell } from '../../core/csv-field.ts'
import type { Letter } from '../../core/letter/letter.ts'
import type { KeyHolder } from './recipients.ts'

export interface AddressedLetter {
  readonly holder: KeyHolder
  readonly letter: Letter
}

const KEYED = ['personal_id', 'district', 'key_code', 'link'] as const
const OF_ROLL = [
  'name',
  'email',
  'district_name',
  'language',
  'address_1',
  'address_2',
  'address_3',
  'postal_code',
  'city',
  'region',
  'country',
] as const

/** @param hasRoll whether names and addresses are available */
function header(hasRoll: boolean): readonly string[] {
  return hasRoll ? [...KEYED, ...OF_ROLL] : KEYED
}

function row({ holder: { key, person }, letter }: AddressedLetter, districtName: string): readonly string[] {
  const keyed = [key.personal_id, key.district, letter.keyCode, letter.link]
  if (person === undefined) return keyed
  const { lines, postalCode, city, region, country } = person.address
  const [first = '', second = '', ...rest] = lines
  return [
    ...keyed,
    ...[person.name, person.email, districtName, person.language],
    ...[first, second, rest.join(', '), postalCode, city, region, country],
  ]
}

export interface MergeOptions {
  readonly hasRoll: boolean
  /** By district index. */
  readonly districtNames: readonly string[]
}

export async function* csvRows(
  batches: AsyncIterable<readonly AddressedLetter[]>,
  { hasRoll, districtNames }: MergeOptions,
): AsyncGenerator<string> {
  yield `${BYTE_ORDER_MARK}${header(hasRoll).join(',')}\r\n`
  for await (const batch of batches)
    yield batch
      .map((each) => `${row(each, districtNames[each.holder.district]!).map(csvCell).join(',')}\r\n`)
      .join('')
}

export function workbookRows(
  batches: AsyncIterable<readonly AddressedLetter[]>,
  { hasRoll, districtNames }: MergeOptions,
): AsyncGenerator<Uint8Array> {
  const rows = async function* (): AsyncGenerator<readonly (readonly string[])[]> {
    yield [header(hasRoll)]
    for await (const batch of batches)
      yield batch.map((each) => row(each, districtNames[each.holder.district]!))
  }
  return workbookBytes(header(hasRoll).length, rows())
}
