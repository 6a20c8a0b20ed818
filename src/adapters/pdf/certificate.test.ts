/**
 * The certificate shows names in any script, or their ids with a note, the winners, and a command
 * in one line, on both paper sizes.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { electionFrom } from '../../core/election/definition.ts'
import { certificationOf } from '../../core/log/certification.ts'
import type { Lots } from '../../core/tally/contest-outcome.ts'
import { pluralityTally } from '../../core/tally/plurality.ts'
import { wholeResult } from '../../core/tally/shown.ts'
import { certificatePdf } from './certificate.ts'
import { CERTIFICATE_WORDS, type CertificateWords } from './certificate-words.ts'
import { missingIn } from './font-set.ts'
import type { Paper } from './sheet.ts'

const NAMES = [
  ...['فاطمة الزهراء', 'שרה לוי', '張三', '田中さくら', '김민준', 'สมชาย ใจดี', 'राजेश कुमार', 'বাংলা', 'தமிழ்'],
  ...[
    'తెలుగు స్త్రీ',
    'ગુજરાતી',
    'ਪੰਜਾਬੀ',
    'ಕನ್ನಡ',
    'മലയാളം',
    'Հայերեն',
    'ქართული',
    'Łódź – Trần Hưng Đạo',
    'Ђорђе',
    'Ἀθῆναι',
  ],
  ...['فاطمة (Fatima) 12 ١٢', '「はい」、『東京』', 'O’Neill – 50 €'],
]

test('every script for which a font is shipped can be set, and characters without a font are named', () => {
  for (const name of NAMES) assert.deepEqual(missingIn(name), [], name)
  for (const [name, missing] of [
    ['Bob 👍', ['👍']],
    ['Anna \u202eevil', ['\u202e']],
    ['a\u0000', ['\u0000']],
    ['\ud800', ['\ud800']],
  ] as const)
    assert.deepEqual(missingIn(name), missing)
})

const ISSUED = [40, 40, 2]
const LOG = {
  key: 'vote.example.org/e/rada+1a2b3c4d+AZ9bM0rB1f4a6q8Lw2o3u5y7p9d1f3h5j7k9m1n3b5v7',
  checkpoint: 'vote.example.org/e/rada\n1234\nq3b1Zb0o7o8m6k5j4h3g2f1d0s9a8p7o6i5u4y3t2r1=\n',
}

function drawn(
  names: readonly string[],
  { paper = 'a4' as Paper, lots = new Map() as Lots, contests = 1, language = 'en' } = {},
) {
  const options = names.map((name, i) => ({ id: `o${i}`, name }))
  const election = electionFrom({
    ...{ id: 'rada', title: 'Rada', results: 'live', suppress_below: 3 },
    ...{ opens_at: '2026-11-23T07:00:00Z', closes_at: '2026-11-23T19:00:00Z' },
    districts: ['Nord', '東区', 'tiny'].map((name, i) => ({ id: `d${i}`, name })),
    contests: Array.from({ length: contests }, (_, c) => ({ id: `c${c}`, title: `Contest ${c}`, options })),
  })
  const tally = pluralityTally(election)
  const ballot = (j: number) =>
    JSON.stringify(election.contests.map(() => [j])) as Parameters<typeof tally.fold>[1]
  for (const [d, j, times] of [
    ...([
      [0, 0, 9],
      [1, 1, 9],
      [1, 2, 4],
      [2, 2, 1],
    ] as const),
  ])
    tally.fold(d, ballot(j), times)
  const result = wholeResult(election, ISSUED, tally)
  const certification = certificationOf({
    ...{ election, result, resultSha256: 'ab'.repeat(32), keysIssued: 82, eligible: ISSUED, lots, log: LOG },
    ...{ atMs: Date.parse('2026-11-24T09:00:00Z'), software: 'digital-elections 0.1.0', checked: [] },
  })
  const logAddress = 'https://vote.example.org/e/rada/log/'
  return certificatePdf(certification, {
    ...{ sha256: 'cd'.repeat(32), logAddress, paper, language, election, result, eligible: ISSUED },
  })
}

const plain = new Map<string, Promise<Uint8Array>>()

/** Three names in Latin letters, drawn once for all tests that read them. */
function drawnPlain(language = 'en', paper: Paper = 'a4'): Promise<Uint8Array> {
  const key = `${language} ${paper}`
  const pdf = plain.get(key) ?? drawn(['Ada', 'Bob', 'Cyd'], { paper, language })
  plain.set(key, pdf)
  return pdf
}

/** The drawing instructions of all pages, uncompressed. */
function contents(pdf: Uint8Array): string {
  const text = Buffer.from(pdf).toString('latin1')
  return [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)]
    .map(([, stream]) => {
      try {
        return inflateSync(Buffer.from(stream!, 'latin1')).toString('latin1')
      } catch {
        return ''
      }
    })
    .join('\n')
}

/** Texts that replace drawn shapes when copied, as a PDF writes them. */
function actualTexts(pdf: Uint8Array): string[] {
  return [...contents(pdf).matchAll(/\/ActualText \(((?:\\[\s\S]|[^\\)])*)\)/g)].map(([, text]) => {
    const bytes = Buffer.from(
      text!.replace(
        /\\([nrtbf()\\])/g,
        (_, c: string) => ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' })[c] ?? c,
      ),
      'latin1',
    )
    return bytes.subarray(0, 2).toString('hex') === 'feff'
      ? bytes.subarray(2).swap16().toString('utf16le')
      : bytes.toString('latin1')
  })
}

/** Runs of letters in the monospaced font. */
function typewritten(pdf: Uint8Array): string[] {
  return contents(pdf)
    .split('\n')
    .filter((line) => line.endsWith('TJ'))
    .map((line) =>
      [...line.matchAll(/<([0-9a-f]+)>/g)]
        .map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1'))
        .join(''),
    )
}

test('the same certification yields the same bytes, on as many pages as needed', async () => {
  const pages = (pdf: Uint8Array) =>
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type \/Page\b/g)!.length
  const small = await drawn(NAMES.slice(0, 6))
  assert.deepEqual(await drawn(NAMES.slice(0, 6)), small)
  assert.ok(pages(await drawn(NAMES, { contests: 8 })) > pages(small) + 5)
})

test('names in other scripts are drawn, and can be copied from the page as text', async () => {
  const texts = actualTexts(await drawn(['فاطمة', '張三', 'สมชาย', 'Trần Thị Bé']))
  for (const name of ['فاطمة', '張三', 'สมชาย', '東区', 'Trần Thị Bé']) assert.ok(texts.includes(name), name)
  assert.ok(
    texts.some((text) => /^Tied for first: 張三 and สมชาย|^Tied/.test(text)) ||
      texts.some((text) => text.includes('elected')),
  )
})

test('the command to verify is one line', async () => {
  const command = `elections verify https://vote.example.org/e/rada/log/ --key '${LOG.key}'`
  for (const paper of ['a4', 'letter'] as const)
    assert.ok(typewritten(await drawnPlain('en', paper)).includes(command))
})

test('paper is A4 or Letter', async () => {
  const box = (pdf: Uint8Array) =>
    /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(Buffer.from(pdf).toString('latin1'))!.slice(1)
  assert.deepEqual(box(await drawnPlain()), ['595.28', '841.89'])
  assert.deepEqual(box(await drawnPlain('en', 'letter')), ['612', '792'])
})

const isArabic = (text: string) => /\p{Script=Arabic}/u.test(text)

test('the certificate is translated; an untranslated language has English words and a note', async () => {
  const [en, es, ar, de] = await Promise.all(['en', 'es', 'ar', 'de'].map((language) => drawnPlain(language)))
  const lang = (pdf: Uint8Array) => /\/Lang \(([^)]*)\)/.exec(Buffer.from(pdf).toString('latin1'))?.[1]
  assert.deepEqual(
    [en, es, ar, de].map((pdf) => lang(pdf!)),
    ['en', 'es', 'ar', 'en'],
  )
  const arabic = actualTexts(ar!)
  for (const words of ['نتيجة مصدَّقة', 'كيف يُتحقَّق منها', 'وُقِّع عن لجنة الانتخابات', 'الخيار'])
    assert.ok(arabic.includes(words), words)
  assert.ok(
    arabic.some((text) => /^تعادل على المركز الأول: Ada|^الفائز/.test(text)),
    'who has won',
  )
  for (const pdf of [en, es, de]) assert.ok(!actualTexts(pdf!).some(isArabic))
  assert.notDeepEqual(en, de)
})

test('every word of the certificate exists in each language, and can be set in a font', () => {
  const { en, ...others } = CERTIFICATE_WORDS
  const said = (words: CertificateWords) =>
    Object.entries(words).map(([key, value]: [string, unknown]) => {
      const text = typeof value === 'function' ? value('37', '41', '43') : value
      return [key, Array.isArray(text) ? text.join() : String(text)] as const
    })
  for (const words of Object.values(others)) {
    const other = new Map(said(words))
    for (const [key, text] of said(en)) {
      assert.notEqual(other.get(key), text, key)
      for (const piece of ['37', '41', '43'])
        assert.equal(other.get(key)!.includes(piece), text.includes(piece), key)
      assert.deepEqual(missingIn(other.get(key)!), [], key)
    }
  }
})
