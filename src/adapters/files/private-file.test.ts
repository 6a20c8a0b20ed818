import assert from 'node:assert/strict'
import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { createPrivateFile, placeDraft } from './private-file.ts'

const folders: string[] = []
let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'private-'))
  folders.push(folder)
  path = join(folder, 'keys.csv')
})
after(() => Promise.all(folders.map((one) => rm(one, { recursive: true }))))

async function sealed(): Promise<string> {
  const file = await createPrivateFile(path)
  await file.append('keys')
  await file.seal()
  return file.draft
}

test('a sealed draft is put in place, by whoever and however often', async () => {
  const draft = await sealed()
  assert.equal(await readFile(draft, 'utf8'), 'keys')
  assert.equal(await placeDraft(draft, path), true)
  assert.equal(await placeDraft(draft, path), true)
  assert.deepEqual(await readdir(folder), ['keys.csv'])
  assert.equal(await readFile(path, 'utf8'), 'keys')
})

test('cut off between the two names of one file, it is finished', async () => {
  const draft = await sealed()
  await link(draft, path)
  assert.equal(await placeDraft(draft, path), true)
  assert.deepEqual(await readdir(folder), ['keys.csv'])
})

test('another file of that name stays, and so does the draft', async () => {
  const draft = await sealed()
  await writeFile(path, 'precious')
  await assert.rejects(placeDraft(draft, path), /never overwritten/)
  assert.equal(await readFile(draft, 'utf8'), 'keys')
  assert.equal(await readFile(path, 'utf8'), 'precious')
})

test('where neither is there, it says so', async () => {
  assert.equal(await placeDraft(join(folder, '.gone.draft'), path), false)
})
