import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type DefinitionFile, type Election, electionFrom } from '../../core/election/definition.ts'
import { BadInput } from './bad-input.ts'
import { checkRoll, emptyDistricts, type RollVoter, readRoll } from './roll-file.ts'

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

test('as European Excel writes it: semicolons, CRLF, a byte order mark', async () => {
  await writeFile(path, '\ufeffpersonal_id;name;district\r\n7;"Ann; B.";north\r\n8;Ćiril;south\r\n')
  assert.equal((await votersOf(NORTH_SOUTH)).length, 2)
})

test('an election of one district needs no column for it', async () => {
  await writeFile(path, 'personal_id\n7\n8')
  assert.deepEqual(await votersOf(WHOLE), [
    { personalId: '7', district: 0 },
    { personalId: '8', district: 0 },
  ])
  await writeFile(path, 'personal_id,district\n7,\n8,all\n')
  assert.equal((await votersOf(WHOLE)).length, 2)
})

test('columns that are not part of a roll and districts without voters are warned of', async () => {
  await writeFile(path, 'personal_id,phone,district,Notes\n7,1,north,x\n')
  const roll = await checkRoll(path, NORTH_SOUTH)
  assert.deepEqual(roll.warnings, ['columns “phone”, “Notes”: not part of a voter roll, ignored'])
  assert.deepEqual(emptyDistricts(NORTH_SOUTH, roll), ['no voter in district “south”'])
})

test('ids are the same whatever their Unicode form, and come out composed', async () => {
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
    'F:2: personal_id holds a line break, a tab or another control character',
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
    'F:1: the header has no column district, which an election of several districts needs',
  ],
  [
    'no column personal_id',
    'id,district\n7,north\n',
    'F:1: the header has no column personal_id; it has “id”, “district”',
  ],
  ['a column twice', 'personal_id,district,district\n', 'F:1: the header has two columns district'],
  ['only a header', HEADER, 'F: names no voter: there is only a header'],
  ['nothing', '', 'F: is empty: its first line must name the columns: personal_id, name, district, email'],
  [
    'lines of an old Macintosh',
    'personal_id,district\r7,north\r',
    'F:1: lines end in the old Macintosh way: save the file again with Windows or Unix line ends',
  ],
]

for (const [what, text, message] of REFUSED)
  test(`refused: ${what}`, async () => assert.equal(await refusal(text), message))

test('refused: other encodings, saying how to save the file', async () => {
  assert.match(
    await refusal(Buffer.from(`${HEADER}7,north\n`, 'utf16le')),
    /^F: is saved as UTF-16.*CSV UTF-8/,
  )
  assert.match(
    await refusal(Buffer.from(`${HEADER}7,north\né,north\n`, 'latin1')),
    /^F:3: is not UTF-8.*CSV UTF-8/,
  )
})

test('all problems are told together in the order of the lines, twenty of them', async () => {
  assert.equal(
    await refusal(`${HEADER}7,north\n7,north\n8\n9,x"y\n7,south\n`),
    [
      'F:3: personal_id is the same as on line 2',
      'F:4: has 1 field, but the header has 2',
      'F:5: has a quotation mark out of place: a field that holds a quotation mark must stand in quotation marks, with each mark inside it doubled',
      'F:6: personal_id is the same as on line 2',
    ].join('\n'),
  )
  const pasted = (await refusal(HEADER + '7,north\n'.repeat(30_001))).split('\n')
  assert.equal(pasted.length, 21)
  assert.equal(pasted[20], 'and 29,980 more')
})

test('a roll changed between check and reading, or while it is read, is refused', async () => {
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

test('progress ends at the whole', async () => {
  await writeFile(path, `${HEADER}7,north\n`)
  const told: number[][] = []
  await checkRoll(path, NORTH_SOUTH, (read, total) => told.push([read, total]))
  assert.deepEqual(told.at(-1), [29, 29])
})

test('property: a roll is refused for the very ids it repeats, however poor the hash', async () => {
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
      const outcome = await checkRoll(path, WHOLE, undefined, poor).then(
        (roll) => String(roll.voters),
        (error: BadInput) => error.message,
      )
      assert.equal(outcome, expected.length > 0 ? expected.join('\n') : String(ids.length))
    }),
    { numRuns: 100 },
  )
})
