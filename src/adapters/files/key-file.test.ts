import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { isPersonalId } from '../../core/election/credential.ts'
import { readKeyFile, type VoterKey, writeKeyFile } from './key-file.ts'

const GUID = '0b9f5c1e-6d1a-4b7e-9a55-2f3f0d6c8e11'
const KEY: VoterKey = { personal_id: '7', guid: GUID, district: 'north' }

const folders: string[] = []
let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'))
  folders.push(folder)
  path = join(folder, 'keys.csv')
})
after(() => Promise.all(folders.map((one) => rm(one, { recursive: true }))))

async function read(): Promise<VoterKey[]> {
  const keys: VoterKey[] = []
  for await (const batch of readKeyFile(path)) keys.push(...batch)
  return keys
}

test('a committed key file is complete, and only its owner can read it', async () => {
  const writer = await writeKeyFile(path)
  await writer.add([KEY, { ...KEY, personal_id: 'a,"b"' }])
  assert.deepEqual((await readdir(folder)).includes('keys.csv'), false)
  for (const draft of await readdir(folder))
    assert.equal((await stat(join(folder, draft))).mode & 0o777, 0o600)
  await writer.commit()
  assert.deepEqual(await readdir(folder), ['keys.csv'])
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal(
    await readFile(path, 'utf8'),
    `personal_id,guid,district\n7,${GUID},north\n"a,""b""",${GUID},north\n`,
  )
  assert.deepEqual(await read(), [KEY, { ...KEY, personal_id: 'a,"b"' }])
})

test('abort leaves no file, before a commit and after it', async () => {
  const before = await writeKeyFile(path)
  await before.add([KEY])
  await before.abort()
  await before.abort()
  assert.deepEqual(await readdir(folder), [])
  const late = await writeKeyFile(path)
  await late.commit()
  await late.abort()
  assert.deepEqual(await readdir(folder), [])
})

test('an existing file is never overwritten, even one that was created in the meantime', async () => {
  const writer = await writeKeyFile(path)
  await writer.add([KEY])
  await writeFile(path, 'precious')
  await assert.rejects(writeKeyFile(path), /keys\.csv: exists, and files with keys are never overwritten/)
  await assert.rejects(writer.commit(), /never overwritten/)
  await writer.abort()
  assert.deepEqual(await readdir(folder), ['keys.csv'])
  assert.equal(await readFile(path, 'utf8'), 'precious')
})

test('a missing folder is reported', async () => {
  await assert.rejects(writeKeyFile(join(folder, 'no', 'keys.csv')), /keys\.csv: cannot be written: ENOENT/)
})

test('a file that is not a key file is refused, naming the line', async () => {
  const refused = async (text: string, message: RegExp) => {
    await writeFile(path, text)
    await assert.rejects(read(), message)
  }
  const header = 'personal_id,guid,district\n'
  await refused('', /is empty/)
  await refused('personal_id,district,guid\n', /:1: is not a file of voter keys/)
  await refused(`${header}7,${GUID}\n`, /:2: has 2 fields, not 3/)
  await refused(`${header}7,${GUID},a\n8,x,a\n`, /:3: guid is not a UUID/)
  await refused(`${header},${GUID},a\n`, /:2: personal_id is malformed/)
  await refused(`${header}7,${GUID},\n`, /:2: district is empty/)
  await refused(`${header}"7,${GUID},a\n`, /quotation mark/)
})

test('property: keys are read back as they were written', async () => {
  const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isPersonalId)
  const key = fc.record({ personal_id: id, guid: fc.uuid(), district: fc.stringMatching(/^[a-z0-9]{1,5}$/) })
  await fc.assert(
    fc.asyncProperty(fc.array(key), async (drawn) => {
      const keys = drawn.map((one) => ({ ...one }))
      await rm(path, { force: true })
      const writer = await writeKeyFile(path)
      await writer.add(keys)
      await writer.commit()
      assert.deepEqual(await read(), keys)
    }),
    { numRuns: 50 },
  )
})

test('an id that reads like a formula is guarded in the file, and is read back unchanged', async () => {
  const keys = ['=1+1', '+4912345', "'=x", '-', '@x'].map((personal_id) => ({ ...KEY, personal_id }))
  const writer = await writeKeyFile(path)
  await writer.add(keys)
  await writer.commit()
  const rows = (await readFile(path, 'utf8')).trimEnd().split('\n').slice(1)
  for (const row of rows) assert.match(row, /^'/)
  assert.deepEqual(await read(), keys)
})
