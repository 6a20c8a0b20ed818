/**
 * Writes a workbook of one sheet as a stream. Every cell is text and stays unchanged, including
 * leading zeros. It has no formulas, so nothing in it runs.
 */
import { strToU8, Zip, ZipDeflate } from 'fflate'

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const SMALL_PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ` +
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default ' +
    'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ' +
    `ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ` +
    `ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ` +
    `ContentType="${TYPE}.styles+xml"/></Types>`,
  '_rels/.rels':
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" ` +
    `Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml':
    `<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets><sheet name="Letters" sheetId="1" ` +
    'r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" ` +
    `Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" ` +
    `Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  // The second format is text ("@", number 49), so that what a person types into a cell also stays
  // text.
  'xl/styles.xml':
    `<styleSheet ${MAIN}><fonts count="1"><font><sz val="11"/><name ` +
    'val="Calibri"/></font></fonts><fills count="2"><fill><patternFill ' +
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders ' +
    'count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs ' +
    'count="2"><xf xfId="0"/><xf numFmtId="49" xfId="0" ' +
    'applyNumberFormat="1"/></cellXfs></styleSheet>',
}
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
/** The limit of the file format. */
export const MOST_SHEET_ROWS = 1_048_576

/**
 * Yields the bytes of the file, piece by piece.
 * @param batches rows of cells, the header first
 * @throws {RangeError} for more rows than a sheet can have
 */
export async function* workbookBytes(
  columns: number,
  batches: AsyncIterable<readonly (readonly string[])[]>,
): AsyncGenerator<Uint8Array> {
  let made: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    made.push(chunk)
  })
  const taken = (): Uint8Array[] => {
    const chunks = made
    made = []
    return chunks
  }
  for (const [name, xml] of Object.entries(SMALL_PARTS)) add(zip, name).push(strToU8(HEAD + xml), true)
  const sheet = add(zip, 'xl/worksheets/sheet1.xml')
  const first =
    `<worksheet ${MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" ` +
    'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col ' +
    `min="1" max="${columns}" width="24" style="1" customWidth="1"/></cols><sheetData>`
  sheet.push(strToU8(HEAD + first))
  let row = 0
  for await (const batch of batches) {
    const xml = batch.map((cells) => rowXml(cells, ++row)).join('')
    if (row > MOST_SHEET_ROWS) throw new RangeError('more rows than a sheet can have')
    sheet.push(strToU8(xml))
    yield* taken()
  }
  sheet.push(strToU8('</sheetData></worksheet>'), true)
  zip.end()
  yield* taken()
}

function add(zip: Zip, name: string): ZipDeflate {
  const part = new ZipDeflate(name, { level: 6 })
  zip.add(part)
  return part
}

function rowXml(cells: readonly string[], row: number): string {
  const xml = cells.map(
    (text) => `<c s="1" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`,
  )
  return `<row r="${row}">${xml.join('')}</row>`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no place for them
const NEVER_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu

/**
 * Escapes a text for XML. Drops characters that XML cannot contain, and protects a text that reads
 * like the escape `_x000D_`.
 */
function escaped(text: string): string {
  return text
    .replaceAll(NEVER_IN_XML, '')
    .replaceAll(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}
