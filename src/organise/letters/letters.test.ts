/**
 * Letters: a link and a code for every key, in a file that is private, and complete or absent.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import decodeQR from 'qr/decode.js'
import { initElection, openElectionFile, rollOf } from '../../../test/server.ts'
import { readKeyCode } from '../../core/election/key-code.ts'
import { readKeyFragment } from '../../core/election/key-link.ts'
import type { Progress } from '../progress.ts'
import { placeOf } from './booth-address.ts'
import { type LettersToWrite, writeLetters } from './letters.ts'

const BOOTH = 'https://vote.example.org/e/council'
const KEYS = `personal_id,guid,district
P1,8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38,north
"Müller, ""Zoë""",00000000-0000-4000-8000-000000000000,south
<b>&,ffffffff-ffff-4fff-bfff-ffffffffffff,south
`

const DEFINITION = {
  id: 'council',
  title: 'Council <2026> & more',
  organiser: { name: 'City of Riverton' },
  contact: { email: 'clerk@riverton.example' },
  opens_at: '2026-12-01T08:00:00-06:00',
  closes_at: '2026-12-08T20:00:00-06:00',
  results: 'live',
  districts: [
    { id: 'north', name: 'North Ward' },
    { id: 'south', name: 'South Ward' },
  ],
  contests: [{ id: 'mayor', title: 'Mayor', options: [{ id: 'ann', name: 'Ann' }] }],
}

const silently: Progress = (_task, _signal, work) => work(() => {})

type Asked = Omit<LettersToWrite, 'envelope' | 'ownWords'> & Partial<LettersToWrite>

const write = (asked: Asked) => writeLetters({ envelope: 'din', ownWords: new Map(), ...asked }, silently)

function newFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'letters-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function folder(t: TestContext, keys = KEYS) {
  const [dir, place] = [newFolder(t), newFolder(t)]
  writeFileSync(join(dir, 'keys.csv'), keys)
  const definition = join(place, 'election.json')
  writeFileSync(definition, JSON.stringify(DEFINITION))
  const letters = (out: string, changes: Partial<LettersToWrite> = {}) =>
    write({
      ...{ keys: join(dir, 'keys.csv'), place: { definition }, booth: BOOTH, out: join(dir, out) },
      format: 'csv',
      ...changes,
    })
  return { dir, letters, place }
}

test('a CSV for a mail merge has a code and a link for every key, and is private to its owner', async (t) => {
  const { dir, letters } = folder(t)
  assert.equal((await letters('letters.csv')).letters, 3)
  const file = join(dir, 'letters.csv')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n')
  assert.equal(lines[0], '\ufeffpersonal_id,district,key_code,link', 'spreadsheets know it for UTF-8')
  assert.equal(
    lines[1],
    `P1,north,4D9W-X543-0Y9D-QSMX-TY5M-E0Q7-${lines[1]!.split(',')[2]!.slice(-4)},${lines[1]!.split(',')[3]}`,
  )
  assert.ok(lines[2]!.startsWith('"Müller, ""Zoë""",south,'))
  for (const [i, personalId, guid] of [
    [1, 'P1', '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38'],
    [2, 'Müller, "Zoë"', '00000000-0000-4000-8000-000000000000'],
    [3, '<b>&', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
  ] as const) {
    const [code, link] = lines[i]!.split(',').slice(-2) as [string, string]
    assert.deepEqual(readKeyCode(code, personalId), { personalId, guid })
    assert.ok(link.startsWith(`${BOOTH}#k=`))
    assert.deepEqual(readKeyFragment(new URL(link).hash), { personalId, guid })
  }
  assert.deepEqual(readdirSync(dir).sort(), ['keys.csv', 'letters.csv'], 'no draft is left')
})

test('ids that a spreadsheet would change are counted, and none can run as a formula', async (t) => {
  const formula = '=HYPERLINK(""https://evil.example"",""x"")'
  const keys = ['007', '008', '1E5', '+4912345', `"${formula}"`].map(
    (id, i) => `${id},8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f3${i},north\n`,
  )
  const { dir, letters } = folder(t, `personal_id,guid,district\n${keys.join('')}`)
  const [zeros, exponent, formulas] = (await letters('letters.csv')).warnings
  assert.match(zeros!, /^2 ids begin with a zero: .* import the column as text$/)
  assert.match(exponent!, /^1 id reads like a number with an exponent: /)
  assert.match(formulas!, /^2 ids read like formulas: they have an apostrophe in front/)
  const rows = readFileSync(join(dir, 'letters.csv'), 'utf8').split('\r\n')
  assert.match(rows[4]!, /^'\+4912345,/)
  assert.match(rows[5]!, /^"'=HYPERLINK/)
  const html = await letters('letters.html', { format: 'html' })
  assert.doesNotMatch(html.warnings.join('\n'), /spreadsheet|apostrophe/)
  assert.match(
    readFileSync(join(dir, 'letters.html'), 'utf8'),
    />\+4912345</,
    'letters on paper have the id itself',
  )
})

test('HTML has one letter per voter, with a QR code and escaped names', async (t) => {
  const { dir, letters } = folder(t)
  await letters('letters.html', { format: 'html', title: 'Vote <now>' })
  const html = readFileSync(join(dir, 'letters.html'), 'utf8')
  assert.equal(html.match(/<section /g)!.length, 3)
  assert.equal(html.match(/<svg /g)!.length, 3)
  assert.doesNotMatch(html, /<b>|<now>/)
  assert.match(html, /4D9W-X543/)
})

test('an existing file is not overwritten', async (t) => {
  const { dir, letters } = folder(t)
  writeFileSync(join(dir, 'mine.csv'), 'mine')
  await assert.rejects(letters('mine.csv'), { code: 'bad-input', message: /mine\.csv: exists.*$/ })
  assert.equal(readFileSync(join(dir, 'mine.csv'), 'utf8'), 'mine')
})

test('a malformed key, or a folder that is missing, is refused and leaves no file', async (t) => {
  const { dir, letters } = folder(t, `${KEYS}P4,not-a-guid,north\n`)
  await assert.rejects(letters('letters.csv'), {
    ...{ code: 'bad-input', message: /keys\.csv:5: guid is not a UUID$/ },
  })
  await assert.rejects(letters('no/such/folder.csv'), { code: 'bad-input' })
  assert.deepEqual(readdirSync(dir), ['keys.csv'])
})

const ROLL =
  'Voter ID,Name,Ward,E-mail,Street,ZIP,City\n' +
  'P1,Alma <Berg>,North Ward,a@x.example,12 Elm Street,62704,Springfield\n' +
  '"Müller, ""Zoë""",王小明,south,,,,\n<b>&,محمد عبد الله,south,c@x.example,7 Main Street,62704,Springfield\n'

test('every format has names and addresses of the roll and the election’s texts', async (t) => {
  const { dir, letters, place } = folder(t)
  const roll = join(place, 'voters.csv')
  writeFileSync(roll, ROLL)
  const html = await letters('letters.html', { format: 'html', roll })
  assert.equal(html.warnings[0], '1 of them have no postal address in the roll')
  const text = readFileSync(join(dir, 'letters.html'), 'utf8')
  for (const words of [
    ...['Alma &#60;Berg&#62;', '12 Elm Street', '62704 Springfield', 'North Ward', 'Mayor'],
    ...['City of Riverton', 'Tuesday, December 8, 2026, 8:00', '(\u2066UTC\u221206:00\u2069)'],
    ...['clerk@riverton.example', '王小明', 'Council &#60;2026&#62; &#38; more', 'If it does not work'],
  ])
    assert.ok(text.includes(words), words)
  await letters('letters.csv', { roll })
  const rows = readFileSync(join(dir, 'letters.csv'), 'utf8').split('\r\n')
  assert.match(rows[0]!, /^\ufeffpersonal_id,district,key_code,link,name,email,/)
  assert.match(rows[1]!, /,Alma <Berg>,a@x\.example,North Ward,,12 Elm Street,,,62704,Springfield,,$/)
  for (const [format, magic] of [
    ['xlsx', 'PK'],
    ['pdf', '%PDF-1.7'],
  ] as const) {
    await letters(`letters.${format}`, { format, roll })
    const bytes = readFileSync(join(dir, `letters.${format}`))
    assert.equal(bytes.toString('latin1', 0, magic.length), magic)
    assert.equal(statSync(join(dir, `letters.${format}`)).mode & 0o777, 0o600)
  }
  // The roll reader reads the workbook: the ids are unchanged.
  assert.equal((await letters('again.csv', { roll: join(dir, 'letters.xlsx') })).letters, 3)
})

test('a logo that PDF cannot contain is left out with a warning, and HTML has it', async (t) => {
  const { dir, letters, place } = folder(t)
  const definition = (file: string) =>
    writeFileSync(join(place, 'election.json'), JSON.stringify({ ...DEFINITION, logo: { file } }))
  const example = new URL('../../../examples/river-county/', import.meta.url)
  const png = readFileSync(new URL('logo.png', example))
  const webp = readFileSync(new URL('photos/baptiste.webp', example))
  writeFileSync(join(place, 'logo.webp'), webp)
  writeFileSync(join(place, 'logo.png'), png)
  writeFileSync(join(place, 'torn.png'), withDamagedPixels(png))
  for (const [file, words] of [
    ['logo.webp', /without the logo, which is a WebP picture, .*: save it as PNG, or print .* as HTML/],
    ['torn.png', /without the logo, which is damaged: save it again/],
    ['logo.png', undefined],
  ] as const) {
    definition(file)
    const warnings = (await letters(`${file}.pdf`, { format: 'pdf' })).warnings.join('\n')
    if (words === undefined) assert.doesNotMatch(warnings, /the logo/)
    else assert.match(warnings, words)
    const isDrawn = readFileSync(join(dir, `${file}.pdf`), 'latin1').includes('/Subtype /Image')
    assert.equal(isDrawn, words === undefined, file)
  }
  definition('logo.webp')
  const html = await letters('letters.html', { format: 'html' })
  assert.doesNotMatch(html.warnings.join('\n'), /the logo/)
  assert.ok(
    readFileSync(join(dir, 'letters.html'), 'utf8').includes(
      `data:image/webp;base64,${webp.toString('base64')}`,
    ),
  )
})

/** A picture with valid checksums whose data cannot be unpacked. */
function withDamagedPixels(png: Buffer): Buffer {
  const damaged = Buffer.from(png)
  const at = damaged.indexOf('IDAT')
  const end = at + 4 + damaged.readUInt32BE(at - 4)
  damaged.fill(0xff, at + 8, end)
  damaged.writeUInt32BE(crc32(damaged.subarray(at, end)), end)
  return damaged
}

test('letters follow the keys’ order, and a key of a person who is not on the roll is refused', async (t) => {
  const { dir, letters, place } = folder(t)
  const roll = join(place, 'voters.csv')
  writeFileSync(roll, 'personal_id,district,name\n<b>&,south,C\n"Müller, ""Zoë""",south,B\nP1,north,A\n')
  await letters('letters.csv', { roll })
  const rows = readFileSync(join(dir, 'letters.csv'), 'utf8').split('\r\n').slice(1, 4)
  assert.deepEqual(
    rows.map((row) => /,([ABC]),/.exec(row)?.[1]),
    ['A', 'B', 'C'],
  )
  writeFileSync(roll, 'personal_id,district\nP1,north\n')
  await assert.rejects(letters('other.csv', { roll }), {
    ...{ code: 'bad-input', message: /keys\.csv:3: its personal_id is not in / },
  })
})

test('an address that does not lead to the booth is refused before a letter is written', async (t) => {
  const { dir, letters } = folder(t)
  for (const [booth, message, base] of [
    ['https://vote.example.org/e/bord', /no election “bord”.*\/e\/council/],
    ['https://vote.example.org/e/COUNCIL', /no election “COUNCIL”/],
    ['https://org.example/vote/e/council', /below a path only if.*--base \/vote\/ here, too/],
    ['https://org.example/vote/e/council', /not below \/votes\//, '/votes/'],
    ['https://org.example/e/council', /not below \/vote\//, 'vote'],
  ] as const)
    await assert.rejects(letters('letters.csv', { booth, base }), { code: 'bad-input', message })
  await letters('below.csv', { booth: 'https://org.example/vote/e/council', base: '/vote/' })
  rmSync(join(dir, 'below.csv'))
  await assert.rejects(placeOf({}, join(dir, 'keys.csv')), {
    ...{ code: 'bad-input', message: /--data.*--definition/ },
  })
  assert.deepEqual(readdirSync(dir), ['keys.csv'])
})

/** Makes an election with one voter in a folder, and writes its letters there. */
async function made(t: TestContext) {
  const dir = newFolder(t)
  const definition = openElectionFile({
    languages: ['en', 'ar'],
    title: { en: 'Council', ar: 'المجلس' },
  })
  await initElection(dir, { definition, roll: rollOf(1) })
  const keys = join(dir, 'keys.csv')
  const letters = (format: LettersToWrite['format'], changes: Partial<LettersToWrite> = {}) =>
    write({
      ...{ keys, place: { dataDir: join(dir, 'data') }, base: '/vote/', format },
      ...{ booth: 'https://org.example/vote/e/test-election/', out: join(dir, `letters.${format}`) },
      ...changes,
    })
  return { dir, keys, letters }
}

test('keys that were issued for another election of the same id are refused', async (t) => {
  const [one, other] = [await made(t), await made(t)]
  await assert.rejects(one.letters('csv', { keys: other.keys }), {
    ...{ code: 'bad-input', message: /its keys are not for “test-election”/ },
  })
  assert.ok(!readdirSync(one.dir).includes('letters.csv'))
  assert.equal((await one.letters('csv')).letters, 1)
})

/** Reads a page's QR codes the way a camera does, from the SVG's shapes as pixels. */
function codesIn(html: string): readonly string[] {
  const SCALE = 4
  return [...html.matchAll(/<svg viewBox="-4 -4 (\d+) \d+"[^>]*><path d="([^"]*)"/g)].map(([, size, d]) => {
    const side = Number(size) * SCALE
    const data = new Uint8Array(side * side * 4).fill(255)
    for (const [, x, y, run] of d!.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
      for (let row = (Number(y) + 4) * SCALE; row < (Number(y) + 5) * SCALE; row++)
        for (let at = (Number(x) + 4) * SCALE; at < (Number(x) + 4 + Number(run)) * SCALE; at++)
          data.fill(0, (row * side + at) * 4, (row * side + at) * 4 + 3)
    return decodeQR({ width: side, height: side, data })
  })
}

test('a letter has a link to the verifier page with the public log’s key', async (t) => {
  const { dir, letters } = await made(t)
  await letters('html')
  const html = readFileSync(join(dir, 'letters.html'), 'utf8')
  const key = /class="mono">([^<]+)</
    .exec(html)![1]!
    .replaceAll(/&#(\d+);/g, (_, n) => String.fromCharCode(n))
  assert.match(key, /^\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,}={0,2}$/)
  const codes = codesIn(html)
  assert.equal(codes.length, 4, 'two pages, two codes each')
  assert.match(codes[0]!, /^https:\/\/org\.example\/vote\/e\/test-election\/?#k=/)
  assert.equal(codes[1], `https://org.example/vote/e/test-election/verify#key=${encodeURIComponent(key)}`)
  assert.ok(html.includes('not for voting'))
  assert.equal((await letters('pdf')).letters, 1)
})
