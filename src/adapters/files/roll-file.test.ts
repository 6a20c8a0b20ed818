import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type DefinitionFile, type Election, electionFrom } from '../../core/election/definition.ts'
import { BadInput } from './bad-input.ts'
import { checkRoll, emptyDistricts, readPersons, readRoll, surveyRoll } from './roll-file.ts'
import type { RollForm, RollVoter } from './roll-rules.ts'

const DEFINITION: DefinitionFile = {
  id: 'board',
  title: 'The board',
  opens_at: '2026-11-23T08:00:00Z',
  closes_at: '2026-11-23T20:00:00Z',
  results: 'live',
  contests: [{ id: 'chair', title: 'Chair', options: [{ id: 'ann', name: 'Ann' }] }],
}
const WHOLE = electionFrom(DEFINITION)
const NORTH_SOUTH = electionFrom({
  ...DEFINITION,
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
})

let folder: string
let path: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roll-'))
  path = join(folder, 'voters.csv')
})
after(() => rm(folder, { recursive: true }))

async function refusal(bytes: string | Buffer, election: Election = NORTH_SOUTH): Promise<string> {
  await writeFile(path, bytes)
  try {
    await checkRoll(path, election)
  } catch (error) {
    if (error instanceof BadInput) return error.message.replaceAll(path, 'F')
    throw error
  }
  return 'accepted'
}

async function votersOf(election: Election): Promise<RollVoter[]> {
  const voters: RollVoter[] = []
  for await (const batch of readRoll(await checkRoll(path, election), election)) voters.push(...batch)
  return voters
}

test('a roll is checked, then read', async () => {
  await writeFile(path, 'district,Personal_ID ,email\nnorth,7,\nsouth,"8 ""x""",a@example.org\nsouth,9,\n')
  const roll = await checkRoll(path, NORTH_SOUTH)
  assert.deepEqual([roll.voters, [...roll.perDistrict], roll.warnings], [3, [1, 2], []])
  assert.deepEqual(await votersOf(NORTH_SOUTH), [
    { personalId: '7', district: 0 },
    { personalId: '8 "x"', district: 1 },
    { personalId: '9', district: 1 },
  ])
})

test('a roll as European Excel writes it is read: semicolons, CRLF, a byte order mark', async () => {
  await writeFile(path, '\ufeffpersonal_id;name;district\r\n7;"Ann; B.";north\r\n8;Ćiril;south\r\n')
  assert.equal((await votersOf(NORTH_SOUTH)).length, 2)
})

test('an election with one district needs no district column', async () => {
  await writeFile(path, 'personal_id\n7\n8')
  assert.deepEqual(await votersOf(WHOLE), [
    { personalId: '7', district: 0 },
    { personalId: '8', district: 0 },
  ])
  await writeFile(path, 'personal_id,district\n7,\n8,all\n')
  assert.equal((await votersOf(WHOLE)).length, 2)
})

test('columns that are not part of a roll and districts without voters cause a warning', async () => {
  await writeFile(path, 'personal_id,phone,district,Notes\n7,1,north,x\n')
  const roll = await checkRoll(path, NORTH_SOUTH)
  assert.deepEqual(roll.warnings, ['columns “phone”, “Notes”: not part of a voter roll, ignored'])
  assert.deepEqual(emptyDistricts(NORTH_SOUTH, roll), ['no voter in district “south”'])
})

test('ids are equal whatever their Unicode form, and are returned composed', async () => {
  assert.equal(
    await refusal('personal_id\ncafe\u0301\nx\ncaf\u00e9\n', WHOLE),
    'F:4: personal_id is the same as on line 2',
  )
  await writeFile(path, 'personal_id\ncafe\u0301\n')
  assert.deepEqual(await votersOf(WHOLE), [{ personalId: 'caf\u00e9', district: 0 }])
})

const HEADER = 'personal_id,district\n'
const REFUSED: [what: string, text: string, message: string][] = [
  ['a duplicate', `${HEADER}7,north\n8,north\n7,south\n`, 'F:4: personal_id is the same as on line 2'],
  ['too few fields', `${HEADER}7,north\n8\n`, 'F:3: has 1 field, but the header has 2'],
  ['too many fields', `${HEADER}7,north,x\n`, 'F:2: has 3 fields, but the header has 2'],
  ['an empty id', `${HEADER},north\n`, 'F:2: personal_id is empty'],
  ['a space before an id', `${HEADER} 7,north\n`, 'F:2: personal_id has a space before or after it'],
  ['an id too long', `${HEADER}${'7'.repeat(129)},north\n`, 'F:2: personal_id is longer than 128 characters'],
  [
    'a line break in an id',
    `${HEADER}"7\n8",north\n`,
    'F:2: personal_id contains a line break, a tab or another control character',
  ],
  [
    'an unknown district',
    `${HEADER}7,north\n8,East\n`,
    'F:3: district “East” is not in the election, which has “north”, “south”',
  ],
  ['an empty district', `${HEADER}7,\n`, 'F:2: district is empty'],
  [
    'no column district',
    'personal_id\n7\n',
    'F:1: the header has no column district, which an election with several districts needs',
  ],
  [
    'no column personal_id',
    'code,district\n7,north\n',
    'F:1: the header has no column personal_id; it has “code”, “district”. Say which it is, ' +
      'as in --column personal_id="code"',
  ],
  ['a column twice', 'personal_id,district,district\n', 'F:1: the header has two columns district'],
  ['only a header', HEADER, 'F: names no voter: there is only a header'],
  ['nothing', '', 'F: is empty: its first line must name the columns: personal_id, name, district, email'],
  [
    'line ends of an old Macintosh',
    'personal_id,district\r7,north\r',
    'F:1: lines end in the old Macintosh way: save the file again with Windows or Unix line ends',
  ],
]

for (const [what, text, message] of REFUSED)
  test(`refused: ${what}`, async () => assert.equal(await refusal(text), message))

test('another encoding is read with a note if it is certain, else refused with the remedy', async () => {
  const text = 'personal_id;name;district\r\n7;Jürgen Müller;north\r\n8;José Peña;south\r\n'
  for (const [bytes, words] of [
    [Buffer.from(`\ufeff${text}`, 'utf16le'), 'UTF-16'],
    [Buffer.from(text, 'utf16le'), 'UTF-16'],
    [Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'UTF-16'],
    [Buffer.from(text.replace('José Peña', 'Jost'), 'latin1'), 'Windows-1252'],
  ] as const) {
    await writeFile(path, bytes)
    const roll = await checkRoll(path, NORTH_SOUTH)
    assert.match(roll.warnings[0]!, new RegExp(`^is read as ${words}: `))
    for await (const [person] of readPersons(roll, NORTH_SOUTH)) assert.equal(person?.name, 'Jürgen Müller')
  }
  const doubtful = Buffer.from(`${HEADER}7,north\n\xe1,north\n`, 'latin1')
  assert.match(
    await refusal(doubtful),
    /^F:3: is not UTF-8, .*with certainty.*CSV UTF-8.*--encoding windows-1252/,
  )
  await writeFile(path, doubtful)
  const said = await checkRoll(path, NORTH_SOUTH, { form: { encoding: 'windows-1252' } })
  assert.equal(said.voters, 2)
  assert.match(await refusal(Buffer.from('personal_id\n7\0\n')), /contains zero bytes/)
})

const warningsOf = async (text: string, form: RollForm = {}): Promise<readonly string[]> => {
  await writeFile(path, text)
  return (await checkRoll(path, NORTH_SOUTH, { form })).warnings
}

test('rows without text, a line sep=;, a Ctrl-Z and a title are skipped and counted', async () => {
  assert.deepEqual(
    await warningsOf('sep=;\r\nVoters 2026;;\r\npersonal_id;district;\r\n7;north;\r\n;;\r\n; ;\r\n\x1a'),
    [
      'skipped: 2 rows without text, a first line that names the separator, a Ctrl-Z at the end',
      'skipped: 1 line above the header',
    ],
  )
  assert.deepEqual(await votersOf(NORTH_SOUTH), [{ personalId: '7', district: 0 }])
})

test('common headings and chosen ones are understood; districts by id or name, in any case', async () => {
  const text = 'Voter ID,Full Name,Ward,Area\n1,A,NORTH,south\n2,B,South,North\n'
  assert.deepEqual(await warningsOf(text), [
    'columns are read by their headings: personal_id from “Voter ID”, name from “Full Name”, ' +
      'district from “Ward”',
    'column “Area”: not part of a voter roll, ignored',
  ])
  assert.deepEqual(
    (await votersOf(NORTH_SOUTH)).map(({ district }) => district),
    [0, 1],
  )
  await writeFile(path, text)
  const chosen = await checkRoll(path, NORTH_SOUTH, { form: { columns: { district: 'area' } } })
  assert.deepEqual([...chosen.perDistrict], [1, 1])
  assert.equal(
    await refusal('Voter ID,Member number,district\n1,2,north\n'),
    'F:1: personal_id may be “Voter ID”, “Member number”: say which, as in --column personal_id="Voter ID"',
  )
})

test('a district whose name another one also has must be given by its id', async () => {
  const twins = electionFrom({
    ...DEFINITION,
    districts: [
      { id: 'a', name: 'Old Town' },
      { id: 'b', name: 'old  town' },
    ],
  })
  assert.match(
    await refusal('personal_id,district\n1,Old Town\n2,b\n', twins),
    /^F:2: district “Old Town” is the name of more than one/,
  )
})

test('ids that look alike are one person unless a flag allows them', async () => {
  const text =
    'personal_id,district\nAB-1,north\nab-1,north\n007,south\n7,south\n' +
    'A\u200bB-1,north\n\u0410B\u20111,north\n'
  assert.match(
    await refusal(text),
    new RegExp(
      '^F:3: personal_id looks like the one on line 2 .*--allow-look-alikes.*\n' +
        'F:5: .*line 4.*\nF:6: .*line 2.*\nF:7: .*line 2[^\n]*$',
    ),
  )
  await writeFile(path, text)
  const roll = await checkRoll(path, NORTH_SOUTH, { form: { lookAlikes: 'allowed' } })
  assert.equal(roll.voters, 6)
})

test('ids that a spreadsheet has rewritten and repeated e-mail addresses are reported by line', async () => {
  const rows = ['4.91512E+11', '1-Apr', '2026-04-01', '12345678901234500000', '1-4', 'MAR1', '20260401']
  const lines = rows.map((id, i) => `${id},north,${i < 2 ? 'A@x.example' : ''}\n`)
  const text = `personal_id,district,email\n${lines.join('')}`
  const warnings = await warningsOf(text)
  assert.deepEqual(
    warnings.map((words) => words.replace(/:.* (number|date|rounded) .*/, ': $1')),
    [
      'line 2: number',
      'line 3: date',
      'line 4: date',
      'line 5: rounded',
      'line 3: email is the same as on line 2',
    ],
  )
  assert.match(await refusal(`${HEADER}#N/A,north\n#NV,north\n`), /^F:2: .* error .*\nF:3: .* error/)
  const many = await warningsOf(
    `${HEADER}${Array.from({ length: 50 }, (_, i) => `${i + 1}.5E+12,north\n`).join('')}`,
  )
  assert.ok(many.length <= 21)
})

test('numbers that seem to have lost zeros are reported, but not numbers that count upwards', async () => {
  const codes = (widthOf: (i: number) => string): string =>
    `${HEADER}${Array.from({ length: 300 }, (_, i) => `${widthOf(i)},north\n`).join('')}`
  const lost = await warningsOf(codes((i) => String(i * 33_301 + 70_000)))
  assert.match(lost.join(), /fewer digits than the 7 of most \(lines 2, 3.*zeros/)
  assert.deepEqual(await warningsOf(codes((i) => String(i + 1))), [])
})

test('a survey counts every row once', async () => {
  await writeFile(path, `${HEADER}7,north\n7,north\n,north\n8,East\n,\ncafe\u0301,south\n9,x"y\n`)
  const { rows, emptyRows, refused, voters, changed } = await surveyRoll(path, NORTH_SOUTH)
  assert.deepEqual(
    { rows, emptyRows, refused, voters, changed },
    { rows: 7, emptyRows: 1, refused: 4, voters: 2, changed: 1 },
  )
})

test('a listener receives every finding, and the report says where the rest is', async () => {
  await writeFile(path, HEADER + '7,north\n'.repeat(12_000))
  const lines = new Set<number>()
  const listening = { onFound: (line: number) => lines.add(line), hint: ' (in R)' }
  await assert.rejects(checkRoll(path, NORTH_SOUTH, listening), /and 11,979 more \(in R\)$/)
  assert.equal(lines.size, 11_999)
})

test('names and addresses are composed from the columns that exist', async () => {
  const read = async (text: string) => {
    await writeFile(path, text)
    for await (const batch of readPersons(await checkRoll(path, WHOLE), WHOLE)) return batch[0]
    return undefined
  }
  const german = await read(
    'Wählernummer;Name;Vorname;Straße;Hausnummer;PLZ;Ort;E-Mail\n7;Öz;Ela;Am ' +
      'Tor;3a;01067;Dresden;e@x.example\n',
  )
  assert.deepEqual(german, {
    ...{ personalId: '7', district: 0, name: 'Ela Öz', email: 'e@x.example', language: '' },
    address: { lines: ['Am Tor 3a'], postalCode: '01067', city: 'Dresden', region: '', country: '' },
  })
  const spanish = await read(
    'Nº de socio,Nombre,Apellidos,Dirección\n7,Ana,Gil Ruiz,"C/ Mayor 1\n28001 Madrid"\n',
  )
  assert.deepEqual([spanish?.name, spanish?.address.lines], ['Ana Gil Ruiz', ['C/ Mayor 1', '28001 Madrid']])
})

test('all problems are reported together in the order of the lines, the first twenty in full', async () => {
  assert.equal(
    await refusal(`${HEADER}7,north\n7,north\n8\n9,x"y\n7,south\n`),
    [
      'F:3: personal_id is the same as on line 2',
      'F:4: has 1 field, but the header has 2',
      'F:5: has a misplaced quotation mark: a field that contains a quotation mark must be ' +
        'enclosed in quotation marks, with each mark inside it doubled',
      'F:6: personal_id is the same as on line 2',
    ].join('\n'),
  )
  const pasted = (await refusal(HEADER + '7,north\n'.repeat(30_001))).split('\n')
  assert.equal(pasted.length, 21)
  assert.equal(pasted[20], 'and 29,980 more')
})

test('a roll that changes between check and reading, or while it is read, is refused', async () => {
  const text = `${HEADER}${Array.from({ length: 20_000 }, (_, i) => `${i},north\n`).join('')}`
  await writeFile(path, text)
  const roll = await checkRoll(path, NORTH_SOUTH)
  await utimes(path, 1, 1)
  await assert.rejects(readRoll(roll, NORTH_SOUTH).next(), /was changed while it was being read/)
  const again = await checkRoll(path, NORTH_SOUTH)
  await assert.rejects(async () => {
    for await (const _ of readRoll(again, NORTH_SOUTH)) await appendFile(path, '')
    for await (const _ of readRoll(again, NORTH_SOUTH)) await appendFile(path, 'x,north\n')
  }, /was changed while it was being read/)
})

test('progress ends at the size of the file', async () => {
  await writeFile(path, `${HEADER}7,north\n`)
  const reported: number[][] = []
  await checkRoll(path, NORTH_SOUTH, { onProgress: (read, total) => reported.push([read, total]) })
  assert.deepEqual(reported.at(-1), [29, 29])
})

test('property: a roll is refused for exactly the ids that it repeats, however poor the hash', async () => {
  const poor = (id: string, out: Uint32Array) => {
    out[0] = id.length
    out[1] = 0
  }
  const id = fc.stringMatching(/^[ab"é,]{1,4}$/)
  await fc.assert(
    fc.asyncProperty(fc.array(id, { minLength: 1, maxLength: 18 }), async (ids) => {
      await writeFile(path, `personal_id\n${ids.map((one) => `"${one.replaceAll('"', '""')}"\n`).join('')}`)
      const first = new Map<string, number>()
      const expected: string[] = []
      for (const [i, one] of ids.entries()) {
        if (first.has(one))
          expected.push(`${path}:${i + 2}: personal_id is the same as on line ${first.get(one)}`)
        else first.set(one, i + 2)
      }
      const outcome = await checkRoll(path, WHOLE, { hash: poor }).then(
        (roll) => String(roll.voters),
        (error: BadInput) => error.message,
      )
      assert.equal(outcome, expected.length > 0 ? expected.join('\n') : String(ids.length))
    }),
    { numRuns: 100 },
  )
})
