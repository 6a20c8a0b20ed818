import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { draftOf, placeNew, replaceFile, replaceOwnFile, syncFolder, syncPath } from './durable-file.ts'

const root = mkdtempSync(join(tmpdir(), 'durable-'))
after(() => rmSync(root, { recursive: true }))
let folder: string
let path: string
let count = 0
beforeEach(() => {
  folder = join(root, String(count++))
  mkdirSync(folder)
  path = join(folder, 'file')
})

test('a file is replaced as a whole, with the requested mode, and leaves no draft', () => {
  replaceFile(path, 'one', 0o600)
  replaceFile(path, new TextEncoder().encode('two'), 0o600)
  assert.equal(readFileSync(path, 'utf8'), 'two')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['file'])
})

test('a failed replacement keeps the old content and leaves no draft', () => {
  mkdirSync(path)
  writeFileSync(join(path, 'inner'), 'kept')
  assert.throws(() => replaceFile(path, 'two', 0o600))
  assert.equal(readFileSync(join(path, 'inner'), 'utf8'), 'kept')
  assert.deepEqual(readdirSync(folder), ['file'])
})

test('a draft gets a free name, and never one that exists', async () => {
  const draft = draftOf(path)
  writeFileSync(draft, 'first')
  await placeNew(draft, path, 0o600)
  assert.equal(readFileSync(path, 'utf8'), 'first')
  const other = draftOf(path)
  assert.notEqual(other, draft)
  writeFileSync(other, 'second')
  await assert.rejects(placeNew(other, path, 0o600), { code: 'EEXIST' })
  assert.equal(readFileSync(path, 'utf8'), 'first')
})

test('a draft is a hidden file beside its target', () => {
  assert.match(draftOf(path).slice(folder.length + 1), /^\.file\.[0-9a-f]{12}\.draft$/)
})

test('replacing a file that no other process writes removes drafts that a killed process left', () => {
  const left = draftOf(path)
  const others = [
    draftOf(join(folder, 'file.2')),
    draftOf(join(folder, 'other')),
    join(folder, '.file.draft'),
  ]
  for (const draft of [left, ...others]) writeFileSync(draft, 'half')
  replaceOwnFile(path, 'whole', 0o600)
  assert.equal(readFileSync(path, 'utf8'), 'whole')
  assert.equal(existsSync(left), false)
  for (const draft of others) assert.ok(existsSync(draft), draft)
})

test('a failed sync is an error', async () => {
  assert.throws(() => syncPath(join(folder, 'not-there')), { code: 'ENOENT' })
  await assert.rejects(syncFolder(join(folder, 'not-there')), { code: 'ENOENT' })
  syncPath(folder)
  await syncFolder(folder)
})
