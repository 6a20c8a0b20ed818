import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { pictureHashes } from '../../core/election/definition.ts'
import { BadInput } from './bad-input.ts'
import { parseDefinition, readDefinition, readNewDefinition } from './definition-file.ts'
import { readPictures } from './definition-pictures.ts'
import { checkRoll } from './roll-file.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/city-council/', import.meta.url))

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'definition-'))
})
after(() => rm(folder, { recursive: true }))

const GOOD = `{
  "id": "board",
  "title": "The board",
  "opens_at": "2026-11-23T08:00:00+01:00",
  "closes_at": "2026-11-23T20:00:00+01:00",
  "results": "live",
  "contests": [
    {
      "id": "chair",
      "title": "Chair",
      "options": [
        { "id": "ann", "name": "Ann" },
        { "id": "bo", "name": "Bo" }
      ]
    }
  ]
}
`

function refusal(text: string): string {
  try {
    parseDefinition('election.json', text)
  } catch (error) {
    if (error instanceof BadInput) return error.message
    throw error
  }
  return 'accepted'
}

test('a valid definition is read, with or without a byte order mark', async () => {
  const path = join(folder, 'good.json')
  for (const start of ['', '\ufeff']) {
    await writeFile(path, start + GOOD)
    const { election, file, text } = await readDefinition(path)
    assert.equal(election.districts[0]!.id, 'all')
    assert.equal(file.id, 'board')
    assert.equal(text, GOOD)
  }
})

test('the example election and its roll are valid', async () => {
  const { election } = await readDefinition(join(EXAMPLE, 'election.json'))
  const roll = await checkRoll(join(EXAMPLE, 'voters.csv'), election)
  assert.equal(roll.voters, 12)
  assert.deepEqual(roll.warnings, [])
})

test('the rich example and its pictures are valid, and its roll is read by other headings', async () => {
  const path = fileURLToPath(new URL('../../../examples/river-county/election.json', import.meta.url))
  const { election, pictures, notes, text } = await readPictures(path, await readNewDefinition(path))
  const roll = await checkRoll(join(path, '..', 'voters.csv'), election)
  assert.deepEqual([roll.voters, notes], [50, []])
  assert.deepEqual(roll.warnings, [
    'columns are read by their headings: personal_id from “Voter ID”, email from “E-mail”, ' +
      'address from “Street”, postal_code from “ZIP”',
  ])
  assert.deepEqual([...pictures.keys()].toSorted(), pictureHashes(election).toSorted())
  const { contests, districts, languages } = election
  assert.deepEqual([contests.length, districts.length, languages], [3, 5, ['en', 'es']])
  assert.equal(parseDefinition(path, text).id, election.id)
})

// Hashes as version 1 computed them: of these bytes, and with the same meaning.
test('a version 1 definition keeps its bytes and its hash', async () => {
  const { text, file } = await readNewDefinition(join(EXAMPLE, 'election.json'))
  const hash = createHash('sha256').update(text).digest('hex')
  assert.equal(hash, CITY_COUNCIL_SHA256)
  const kept = await readPictures(
    join(EXAMPLE, 'election.json'),
    await readNewDefinition(join(EXAMPLE, 'election.json')),
  )
  assert.equal(kept.text, text)
  assert.deepEqual(JSON.parse(text), file)
})
const CITY_COUNCIL_SHA256 = '093648d25ed92e1257cbcd00bde379dbf5ee08fd16a10901eec81d664c506ebc'

const ONE_PROBLEM: [what: string, from: string | RegExp, to: string, message: string][] = [
  [
    'a wrong type',
    '"title": "Chair"',
    '"title": 7',
    '10:16: contests[0].title must be text in quotation marks or texts by language, such as ' +
      '{ "en": "…", "es": "…" }',
  ],
  [
    'a number that is not whole',
    '"title": "Chair"',
    '"title": "Chair", "votes": 1.5',
    '10:34: contests[0].votes must be a whole number',
  ],
  ['a missing field', '  "opens_at": "2026-11-23T08:00:00+01:00",\n', '', '1:1: opens_at is missing'],
  ['a missing field of an option', '"id": "bo", ', '', '13:9: contests[0].options[1].id is missing'],
  [
    'an unknown field with a similar name',
    '"opens_at"',
    '"open_at": "", "opens_at"',
    '4:3: open_at is not a field here; did you mean opens_at?',
  ],
  [
    'an unknown field deep inside',
    '"name": "Bo"',
    '"name": "Bo", "party": "x"',
    '13:37: contests[0].options[1].party is not a field here; the fields are id, name, ' +
      'color, designation, statement, photo, link, none_of_these',
  ],
  [
    'an id with a capital',
    '"id": "chair"',
    '"id": "Chair"',
    '9:13: contests[0].id may contain only lower-case letters, digits, “-” and “_”, and must ' +
      'begin and end with a letter or a digit',
  ],
  [
    'a time without its offset',
    '08:00:00+01:00',
    '08:00:00',
    '4:15: opens_at must be a date and time with its offset from UTC, such as 2026-11-23T08:00:00+01:00',
  ],
  [
    'a day that does not exist',
    '2026-11-23T08',
    '2026-11-43T08',
    '4:15: opens_at is not a date that exists: November ends on day 30',
  ],
  ['results that are never shown', '"live"', '"never"', '6:14: results must be "live" or "after-close"'],
  ['an empty name', '"Bo"', '""', '13:31: contests[0].options[1].name must not be empty'],
  ['no contest', /"contests": \[.*\]\n/s, '"contests": []\n', '7:15: contests must have at least one entry'],
  ['closing before opening', 'T20', 'T02', '5:16: closes_at must be later than opens_at'],
  [
    'an option with the name of another',
    '"Bo"',
    '"ann"',
    '13:31: contests[0].options[1].name "ann" names another option too',
  ],
  [
    'more votes than options',
    '"title": "Chair"',
    '"title": "Chair", "votes": 3',
    '10:34: contests[0].votes is more than there are options',
  ],
  [
    'a field twice',
    '"title": "Chair",',
    '"title": "Chair",\n "title": "x",',
    '11:2: title is here twice, first on line 10',
  ],
  [
    'a malformed language tag',
    '"title": "Chair"',
    '"title": { "EN": "Chair" }',
    '10:18: contests[0].title.EN is not a language tag: it must be a language tag as BCP 47 ' +
      'writes it, such as en, pt-BR or zh-Hant',
  ],
  [
    'texts by language without a list of languages',
    '"title": "Chair"',
    '"title": { "en": "Chair" }',
    '10:16: contests[0].title has texts by language (en): list in "languages" which of them are promised',
  ],
  [
    'an empty text of a language',
    '"title": "Chair"',
    '"title": { "en": "" }',
    '10:24: contests[0].title.en must not be empty',
  ],
  [
    'a photo from elsewhere',
    '"name": "Bo"',
    '"name": "Bo", "photo": { "file": "../../etc/passwd" }',
    '13:56: contests[0].options[1].photo.file must be the path of a file below the ' +
      'definition’s folder, such as photos/okafor.jpg',
  ],
  [
    'a link that runs a script',
    '"name": "Bo"',
    '"name": "Bo", "link": "javascript:alert(1)"',
    '13:45: contests[0].options[1].link must be an address that begins with https:// and has ' +
      'only ASCII characters',
  ],
  [
    'a threshold of both kinds',
    '"title": "Chair"',
    '"title": "Chair", "threshold": { "more_than": "1/2", "at_least": "2/3" }',
    '10:38: contests[0].threshold must have one of more_than and at_least',
  ],
  [
    'a threshold in percent',
    '"title": "Chair"',
    '"title": "Chair", "threshold": { "more_than": "50%" }',
    '10:53: contests[0].threshold.more_than must be a fraction of whole numbers in quotation ' +
      'marks, such as "1/2" or "2/3"',
  ],
  [
    'a quorum that is a word',
    '"title": "Chair"',
    '"title": "Chair", "quorum": { "at_least": true }',
    '10:49: contests[0].quorum.at_least must be a fraction such as "1/2" or a whole number',
  ],
  [
    'a share of an unknown total',
    '"title": "Chair"',
    '"title": "Chair", "share_of": "eligible"',
    '10:37: contests[0].share_of must be "votes" or "ballots"',
  ],
  [
    'a trailing comma',
    '"Bo" }',
    '"Bo" },',
    '14:7: a value is expected here (is there a comma too many before it?)',
  ],
  ['a comment', '"results"', '// when\n"results"', '6:3: JSON has no comments: remove this one'],
  [
    'a missing comma',
    '"board",',
    '"board"',
    '3:3: a comma is expected here, or a bracket is missing before it',
  ],
  ['half a surrogate pair', '"Bo"', '"\\ud800"', '13:31: half a character: \\ud800 to \\udfff come in pairs'],
  [
    'a prototype',
    '"results"',
    '"__proto__": {}, "results"',
    '6:3: __proto__ is not a field here; the fields are id, title, languages, organiser, ' +
      'contact, logo, privacy, opens_at, closes_at, results, simulated, suppress_below, ' +
      'districts, map, contests',
  ],
]

for (const [what, from, to, message] of ONE_PROBLEM)
  test(`refused: ${what}`, () => {
    assert.equal(refusal(GOOD.replace(from, to)), `election.json:${message}`)
  })

test('a text that is missing in a promised language is reported with its path and the language', () => {
  const file = JSON.parse(GOOD)
  file.languages = ['en', 'es']
  file.title = { en: 'The board', es: 'La junta' }
  file.contests[0].title = { en: 'Chair' }
  file.contests[0].description = ['In every language', { en: 'a', es: 'b', de: 'c' }]
  assert.equal(
    refusal(JSON.stringify(file)).replaceAll(/json:\d+:\d+/g, 'json'),
    'election.json: contests[0].title has no text in es\n' +
      'election.json: contests[0].description[1].de is not one of the languages promised',
  )
})

test('problems are listed in the order of the lines, at most twenty', () => {
  const two = GOOD.replace('"live"', '"x"').replace('"board"', '"a b"')
  assert.match(
    refusal(two),
    /^election\.json:2:9: id may contain .*\nelection\.json:6:14: results must be .*$/,
  )
  const many = JSON.parse(GOOD)
  many.contests[0].options = Array.from({ length: 60 }, () => ({ id: 'A B', name: 3 }))
  const lines = refusal(JSON.stringify(many, null, 1)).split('\n')
  assert.equal(lines.length, 21)
  assert.equal(lines[20], 'and 100 more')
})

test('other encodings, empty, large and deeply nested files and a folder are refused', async () => {
  const path = join(folder, 'bad.json')
  const refused = async (bytes: string | Buffer, message: RegExp) => {
    await writeFile(path, bytes)
    await assert.rejects(readDefinition(path), (error: BadInput) => {
      assert.match(error.message.replace(path, 'F'), message)
      return error instanceof BadInput
    })
  }
  await refused(Buffer.from(GOOD, 'utf16le'), /^F: is saved as UTF-16, not UTF-8/)
  await refused(Buffer.from(GOOD.replace('Bo"', 'Bó"'), 'latin1'), /^F:13: is not UTF-8/)
  await refused('', /^F: is empty$/)
  await refused(' \n', /^F: is empty$/)
  await refused('['.repeat(100_000), /^F:1:65: is nested deeper/)
  await refused(Buffer.alloc(17 << 20, ' '), /^F: is larger than 16 MiB$/)
  await assert.rejects(readDefinition(join(folder, 'none')), /there is no such file$/)
  await assert.rejects(readDefinition(folder), /is not a file$/)
})

test('65,535 districts are read in under a second', async () => {
  const file = JSON.parse(GOOD)
  file.districts = Array.from({ length: 65_535 }, (_, i) => ({ id: `d${i}`, name: `District ${i}` }))
  const path = join(folder, 'large.json')
  await writeFile(path, JSON.stringify(file))
  assert.equal((await readDefinition(path)).election.districts.length, 65_535)
})

test('property: any text is either accepted or refused with a message', () => {
  const json = fc.json().map((text) => text)
  const cut = fc
    .tuple(fc.nat(GOOD.length), fc.nat(20), fc.string({ maxLength: 5 }))
    .map(([at, drop, put]) => {
      return GOOD.slice(0, at) + put + GOOD.slice(at + drop)
    })
  fc.assert(
    fc.property(fc.oneof(json, cut, fc.string()), (text) => {
      const message = refusal(text)
      assert.ok(message === 'accepted' || message.startsWith('election.json'), message)
      if (message === 'accepted') JSON.parse(text)
    }),
    { numRuns: 500 },
  )
})

test('the file kept with an election has the original text', async () => {
  const path = join(EXAMPLE, 'election.json')
  assert.equal((await readDefinition(path)).text, await readFile(path, 'utf8'))
})
