/** Workbooks as spreadsheets write them, and malicious ones. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { strToU8, type Zippable, zipSync } from 'fflate'
import { type DefinitionFile, electionFrom } from '../../../core/election/definition.ts'
import { problemList } from '../bad-input.ts'
import { checkRoll, readPersons } from '../roll-file.ts'
import { rollTable } from '../roll-rules.ts'
import { openTable } from '../table-file.ts'

let folder: string
let path: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workbook-'))
  path = join(folder, 'voters.xlsx')
})
after(() => rm(folder, { recursive: true }))

const DEFINITION: DefinitionFile = {
  id: 'board',
  title: 'The board',
  opens_at: '2026-11-23T08:00:00Z',
  closes_at: '2026-11-23T20:00:00Z',
  results: 'live',
  contests: [{ id: 'chair', title: 'Chair', options: [{ id: 'ann', name: 'Ann' }] }],
}
const ELECTION = electionFrom(DEFINITION)

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

interface Parts {
  readonly sheet: string
  readonly strings?: readonly string[]
  readonly sheets?: string
  readonly styles?: string
  readonly more?: Zippable
}

/** The parts that a spreadsheet writes, by their names. */
function workbook({ sheet, strings = [], sheets, styles, more = {} }: Parts): Uint8Array {
  const xml = (text: string): Uint8Array =>
    strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n${text}`)
  return zipSync({
    'xl/workbook.xml': xml(
      `<workbook ${MAIN} ` +
        `xmlns:r="${RELATIONS}"><workbookPr/>` +
        `<sheets>${sheets ?? '<sheet name="Voters" sheetId="1" r:id="rId1"/>'}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': xml(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship ' +
        'Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" ' +
        'Type="worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
    ),
    'xl/worksheets/sheet1.xml': xml(`<worksheet ${MAIN}><sheetData>${sheet}</sheetData></worksheet>`),
    'xl/sharedStrings.xml': xml(
      `<sst ${MAIN} count="${strings.length}">${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    ),
    ...(styles && { 'xl/styles.xml': xml(`<styleSheet ${MAIN}>${styles}</styleSheet>`) }),
    ...more,
  })
}

async function read(parts: Parts | Uint8Array, sheet?: string) {
  await writeFile(path, parts instanceof Uint8Array ? parts : workbook(parts))
  const table = await openTable(path, { ...rollTable(), sheet })
  try {
    const records: (readonly [number, ...string[]])[] = []
    for await (const batch of table.records(problemList(path)))
      for (const { line, fields } of batch) records.push([line, ...fields])
    return { records, notes: table.notes() }
  } finally {
    await table.close()
  }
}

const refused = async (parts: Parts | Uint8Array): Promise<string> =>
  read(parts).then(
    () => 'accepted',
    (error: Error) => error.message.replaceAll(path, 'F'),
  )

const STYLES =
  '<numFmts count="3"><numFmt numFmtId="164" formatCode="0000000"/><numFmt numFmtId="165" ' +
  'formatCode="000\\-00\\-0000"/><numFmt numFmtId="166" formatCode="[$-407]d\\.\\ mmm\\ ' +
  'yyyy;@"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf ' +
  'numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf ' +
  'numFmtId="166"/><xf numFmtId="49"/></cellXfs>'

test('texts, numbers, formatted zeros, dates, booleans and errors are read into their columns', async () => {
  const { records, notes } = await read({
    strings: [
      '<t>Voter ID</t>',
      '<r><t>A &amp; </t></r><r><t xml:space="preserve">B</t></r><rPh><t>no</t></rPh>',
      '<t>a_x000D_b</t>',
    ],
    styles: STYLES,
    sheet:
      '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" ' +
      't="inlineStr"><is><t>Name</t></is></c></row><row r="4"><c r="A4"><v>491512345678</v></c><c ' +
      'r="B4" t="s"><v>1</v></c><c r="C4" s="1"><v>46113</v></c></row><row r="5"><c r="A5" ' +
      's="2"><v>7</v></c><c r="B5" s="3"><v>12345678</v></c><c r="C5" ' +
      's="4"><v>46113.5</v></c></row><row r="6"><c r="A6"><v>4.9151200000000002E+11</v></c><c r="B6" ' +
      't="b"><v>1</v></c><c r="C6" t="e"><v>#N/A</v></c></row><row r="7" hidden="1"><c r="A7" ' +
      't="str"><f>B1&amp;"x"</f><v>8x</v></c><c r="B7"><f>1+1</f></c><c t="s"><v>2</v></c></row><row ' +
      'r="9"><c r="A9" s="5"/><c r="B9" t="s"><v/></c></row>',
  })
  assert.deepEqual(records, [
    [2, 'Voter ID', '', 'Name'],
    [4, '491512345678', 'A & B', '2026-04-01'],
    [5, '0000007', '012-34-5678', '2026-04-01 12:00:00'],
    [6, '491512000000', 'TRUE', '#N/A'],
    [7, '8x', '', 'a\rb'],
  ])
  assert.deepEqual(notes, [
    '2 cells are formulas: the value when the file was saved is read',
    '1 formula has no value: open the workbook in a spreadsheet and save it',
    '1 row is hidden or filtered out and is read like the others',
    'skipped: 1 row without text',
  ])
})

test('a roll is read from a workbook as from CSV, with the workbook’s row numbers', async () => {
  await writeFile(
    path,
    workbook({
      strings: ['<t>Voter ID</t>', '<t>Name</t>', '<t>Zoë</t>'],
      sheet:
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c ' +
        'r="A2"><v>7</v></c><c r="B2" t="s"><v>2</v></c></row><row r="3"><c r="A3"><v>8</v></c></row>',
    }),
  )
  const roll = await checkRoll(path, ELECTION)
  const persons: string[] = []
  for await (const batch of readPersons(roll, ELECTION))
    for (const { personalId, name } of batch) persons.push(`${personalId} ${name}`)
  assert.deepEqual(persons, ['7 Zoë', '8 '])
  await writeFile(
    path,
    workbook({
      sheet:
        '<row><c t="inlineStr"><is><t>personal_id</t></is></c></row><row ' +
        'r="9"><c><v>7</v></c></row><row><c><v>7</v></c></row>',
    }),
  )
  await assert.rejects(checkRoll(path, ELECTION), /voters\.xlsx:10: personal_id is the same as on line 9$/)
})

test('the first visible sheet is read, or the one that is named', async () => {
  const parts: Parts = {
    sheets:
      '<sheet name="Old" r:id="rId2" state="hidden"/><sheet name="Voters" r:id="rId1"/><sheet ' +
      'name="Notes" r:id="rId2"/>',
    sheet: '<row><c><v>1</v></c></row>',
    more: {
      'xl/worksheets/sheet2.xml': strToU8(
        `<x:worksheet xmlns:x="a"><x:row r="5"><x:c r="B5"><x:v>2</x:v></x:c></x:row></x:worksheet>`,
      ),
    },
  }
  const first = await read(parts)
  assert.deepEqual(first.records, [[1, '1']])
  assert.deepEqual(first.notes, ['the sheet “Voters” is read, one of 3; --sheet names another'])
  assert.deepEqual((await read(parts, 'Notes')).records, [[5, '', '2']])
  await assert.rejects(read(parts, 'Persons'), /has no sheet “Persons”; it has “Old”, “Voters”, “Notes”/)
})

test('a file that is not an .xlsx workbook is refused by its kind, with the remedy', async () => {
  assert.match(
    await refused(Uint8Array.from(Buffer.from('d0cf11e0a1b11ae100', 'hex'))),
    /old format \(\.xls\).*CSV UTF-8/,
  )
  assert.match(
    await refused(zipSync({ mimetype: strToU8('x'), 'content.xml': strToU8('x') })),
    /OpenDocument.*CSV UTF-8/,
  )
  assert.match(await refused(zipSync({ 'xl/workbook.bin': strToU8('x') })), /binary workbook.*CSV UTF-8/)
  assert.match(await refused(zipSync({ 'a.txt': strToU8('x') })), /ZIP file but not a workbook/)
  const whole = workbook({ sheet: '<row><c><v>1</v></c></row>' })
  for (const length of [30, 200, whole.length - 10])
    assert.match(await refused(whole.subarray(0, length)), /^F: is (an incomplete workbook|a ZIP file)/)
})

test('a ZIP bomb is refused once it has unpacked to two hundred times its size', async () => {
  const zeros = new Uint8Array(16 * 1024 * 1024).fill(0x20)
  const bomb = workbook({ sheet: '', more: { 'xl/worksheets/sheet1.xml': [zeros, { level: 9 }] } })
  assert.ok(bomb.length < 64 * 1024)
  assert.match(await refused(bomb), /unpacks to far more than a roll can be/)
})

test('document types, entities, broken XML, endless rows and distant columns are refused', async () => {
  const inSheet = (text: string): Parts => ({
    sheet: '',
    more: { 'xl/worksheets/sheet1.xml': strToU8(text) },
  })
  const lol =
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet><row><c t="str"><v>&a;</v></c></row></worksheet>'
  assert.match(await refused(inSheet(lol)), /a malformed workbook/)
  assert.match(
    await refused(inSheet('<worksheet><row><c t="str"><v>&lol;</v></c></row></worksheet>')),
    /a malformed/,
  )
  assert.match(await refused(inSheet('<worksheet><row>')), /a malformed workbook/)
  assert.match(await refused({ sheet: '<row r="1048577"><c><v>1</v></c></row>' }), /more rows than a sheet/)
  assert.match(await refused({ sheet: '<row><c r="ZZ1"><v>1</v></c></row>' }), /more than 256 columns/)
  assert.match(
    await refused({ sheet: `<row><c t="str"><v>${'ab'.repeat(40_000)}</v></c></row>` }),
    /longer than 65536/,
  )
  assert.match(await refused({ sheet: '<row><c t="s"><v>4</v></c></row>' }), /text is missing/)
})
