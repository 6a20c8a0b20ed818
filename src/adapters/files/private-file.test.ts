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

test('a sealed draft can be put in place by any process, and more than once', async () => {
  const draft = await sealed()
  assert.equal(await readFile(draft, 'utf8'), 'keys')
  assert.equal(await placeDraft(draft, path), true)
  assert.equal(await placeDraft(draft, path), true)
  assert.deepEqual(await readdir(folder), ['keys.csv'])
  assert.equal(await readFile(path, 'utf8'), 'keys')
})

test('a move that was interrupted while the file had both names is completed', async () => {
  const draft = await sealed()
  await link(draft, path)
  assert.equal(await placeDraft(draft, path), true)
  assert.deepEqual(await readdir(folder), ['keys.csv'])
})

test('another file of that name is kept, and so is the draft', async () => {
  const draft = await sealed()
  await writeFile(path, 'precious')
  await assert.rejects(placeDraft(draft, path), /never overwritten/)
  assert.equal(await readFile(draft, 'utf8'), 'keys')
  assert.equal(await readFile(path, 'utf8'), 'precious')
})

test('if neither file exists, the result is false', async () => {
  assert.equal(await placeDraft(join(folder, '.gone.draft'), path), false)
})
