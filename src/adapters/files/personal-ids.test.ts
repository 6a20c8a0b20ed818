import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { idLines, refuseKnownIds } from './personal-ids.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ids-'))
})
after(() => rm(folder, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

test('roll, key file and letters yield ids, whatever the columns, separators and Unicode form', async () => {
  const comma = await file('a.csv', 'personal_id,guid,district\n7,x,north\n"a,""b""",y,north\n')
  assert.deepEqual(
    [...(await idLines(comma)).lines],
    [
      ['7', 2],
      ['a,"b"', 3],
    ],
  )
  const semicolon = await file('b.csv', 'Name;Personal_ID\r\nZoë; Zoe\u0308 \r\n')
  assert.deepEqual([...(await idLines(semicolon)).lines], [['Zo\u00eb', 2]])
})

test('a voter who is in the other file is refused with both line numbers and no name', async () => {
  const late = await file('late.csv', 'personal_id\nsecret-1\nsecret-2\nsecret-3\n')
  const ids = await idLines(late)
  await refuseKnownIds(late, ids, await file('none.csv', 'district,personal_id\nnorth,4\n'))
  const roll = await file('roll.csv', 'district,personal_id\nnorth,secret-3\nnorth,9\nnorth,secret-1\n')
  await assert.rejects(refuseKnownIds(late, ids, roll), (error: Error) => {
    assert.match(
      error.message,
      /late\.csv:2: personal_id is in .*roll\.csv already, on line 4\n.*late\.csv:4: .*line 2$/,
    )
    assert.doesNotMatch(error.message, /secret/)
    return true
  })
})

test('a file without the column, an empty file and a missing file are refused', async () => {
  await assert.rejects(
    idLines(await file('c.csv', 'code,name\n1,x\n')),
    /c\.csv:1: the header has no column personal_id/,
  )
  await assert.rejects(idLines(await file('d.csv', '')), /is empty/)
  await assert.rejects(idLines(join(folder, 'gone.csv')), /there is no such file/)
})

test('an id is recognised behind the apostrophe that guards it in a key file', async () => {
  const late = await file('late-guarded.csv', 'personal_id\n+4912345\n')
  const keys = await file('keys-guarded.csv', "personal_id,guid,district\n'+4912345,x,north\n")
  await assert.rejects(
    refuseKnownIds(late, await idLines(late), keys),
    /personal_id is in .* already, on line 2/,
  )
})

test('a look-alike in the other file is refused unless allowed; an equal address is a warning', async () => {
  const late = await file(
    'late-alike.csv',
    'personal_id,email\nab-1,a@example.org\n7,c@example.org\nnew,A@Example.org\n',
  )
  const roll = await file('roll-alike.csv', 'Voter ID;Mail\nAB-1;a@example.org\n007;c@example.org\n')
  const ids = await idLines(late)
  await assert.rejects(
    refuseKnownIds(late, ids, roll),
    /late-alike\.csv:2: personal_id looks like one .* line 2 .*\n.*late-alike\.csv:3: .* line 3 /,
  )
  assert.deepEqual(await refuseKnownIds(late, ids, roll, { form: { lookAlikes: 'allowed' } }), [
    `line 4: email is in ${roll} already, on line 2`,
    `line 3: email is in ${roll} already, on line 3`,
  ])
})
