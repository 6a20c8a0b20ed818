import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type BadInput, problemList } from './bad-input.ts'
import { csvRecords, hasColumn, nothingPassedOver } from './csv-file.ts'
import { openInput } from './input-file.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-'))
})
after(() => rm(folder, { recursive: true }))

async function read(
  bytes: string | Buffer,
  passedOver = nothingPassedOver(),
): Promise<{ records: [number, string[]][]; problems: string }> {
  const path = join(folder, 'file.csv')
  await writeFile(path, bytes)
  const input = await openInput(path)
  const problems = problemList('F')
  const records: [number, string[]][] = []
  try {
    for await (const batch of csvRecords(input, {
      delimiters: [',', ';', '\t'],
      isHeader: hasColumn('id'),
      problems,
      passedOver,
    }))
      for (const { line, fields } of batch) records.push([line, [...fields]])
  } finally {
    await input.handle.close()
  }
  let told = ''
  try {
    problems.refuseIfAny()
  } catch (error) {
    told = (error as BadInput).message
  }
  return { records, problems: told }
}

test('both kinds of line ends, a byte order mark, empty lines and all separators are read', async () => {
  const two = [
    [1, ['id', 'x']],
    [2, ['1', 'é']],
  ]
  assert.deepEqual((await read('id,x\n1,é\n')).records, two)
  assert.deepEqual((await read('\ufeffid;x\r\n1;é\r\n')).records, two)
  assert.deepEqual((await read('id\tx\n1\té')).records, two)
  assert.deepEqual((await read('\n\nid,x\n\r\n1,2\n\n')).records, [
    [3, ['id', 'x']],
    [5, ['1', '2']],
  ])
  assert.deepEqual((await read('')).records, [])
})

test('rows without text, a line that names the separator and a Ctrl-Z are skipped', async () => {
  const passed = nothingPassedOver()
  const sep = await read('sep=;\r\nid;x\r\n1;a,b\r\n;\r\n" ";\u00a0\r\n2;c\r\n;\r\n\x1a', passed)
  assert.deepEqual(sep.records, [
    [2, ['id', 'x']],
    [3, ['1', 'a,b']],
    [6, ['2', 'c']],
  ])
  assert.deepEqual(passed, { emptyRows: 3, separatorLine: true, ctrlZ: true })
  assert.deepEqual((await read('"sep=\t"\nid\tx\n1\t2\n\x1a\x1a\r\n')).records, [
    [2, ['id', 'x']],
    [3, ['1', '2']],
  ])
  const inside = await read('id,x\n1,a\x1ab\n')
  assert.deepEqual(inside.records[1], [2, ['1', 'a\x1ab']])
})

test('misplaced quotation marks are reported by line', async () => {
  const first = await read('id,x\n1,a"b\n2,c\n')
  assert.match(first.problems, /^F:2: has a misplaced quotation mark/)
  assert.deepEqual(first.records.at(-1), [3, ['2', 'c']])
  assert.match((await read('id,x\n1,"a"b\n2,c\n')).problems, /^F:2: a quotation mark is not closed/)
  assert.match((await read('id,x\n1,"a\n2,c\n')).problems, /not closed/)
})

test('a line that never ends does not fill the memory', async () => {
  const { problems } = await read(`id,x\n1,"${'a,\n'.repeat(1_000_000)}`)
  assert.match(problems, /^F:\d+: is longer than 65536 bytes/)
  assert.doesNotMatch(problems, /more/)
  assert.match((await read('x'.repeat(1_000_000))).problems, /^F:1: is longer/)
})

test('other encodings are refused, naming the line', async () => {
  await assert.rejects(read(Buffer.from('id,x\n1,2\n', 'utf16le')), /UTF-16/)
  await assert.rejects(read(Buffer.from('\ufeffid,x\n1,2\n', 'utf16le')), /UTF-16/)
  await assert.rejects(read(Buffer.from('id,x\n1,a\n2,é\n3,b\n', 'latin1')), /:3: is not UTF-8/)
  const late = Buffer.from(`id,x\n${'1,a\n'.repeat(200_000)}2,é\n`, 'latin1')
  await assert.rejects(read(late), /:200002: is not UTF-8/)
  await assert.rejects(read(Buffer.from([...Buffer.from('id\n1\n'), 0xc3])), /is not UTF-8/)
})

test('property: a file written by RFC 4180 is read back, each record with its line', async () => {
  const field = fc.string({
    unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r\n', '\r', ' ', 'é', '🗳'),
    maxLength: 8,
  })
  const rows = fc.array(fc.tuple(fc.array(field, { minLength: 2, maxLength: 4 }), fc.nat(2)), {
    maxLength: 20,
  })
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (all, end) => {
      let text = `id,x${end}`
      const expected: [number, string[]][] = [[1, ['id', 'x']]]
      let line = 2
      for (const [fields, empty] of all) {
        text += end.repeat(empty)
        line += empty
        const row = fields
          .map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
          .join(',')
        if (fields.some((field) => field.trim() !== '')) expected.push([line, fields])
        text += row + end
        line += row.split('\n').length
      }
      assert.deepEqual(await read(text), { records: expected, problems: '' })
    }),
    { numRuns: 200 },
  )
})
