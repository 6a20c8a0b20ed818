/** A command checks its output path before it begins the work. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BadInput } from './bad-input.ts'
import { refuseUnwritable } from './output-file.ts'

test('a missing folder, and a file and a folder in place of each other, are refused by name', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'output-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'file'), '')
  mkdirSync(join(dir, 'folder'))
  for (const [name, words] of [
    ['nowhere/result.pdf', /nowhere is missing/],
    ['file/result.pdf', /file is not a folder|ENOTDIR/],
    ['folder', /is a folder/],
  ] as const)
    assert.throws(
      () => refuseUnwritable(join(dir, name)),
      (error) => error instanceof BadInput && words.test(error.message),
      name,
    )
  refuseUnwritable(join(dir, 'folder', 'result.pdf'))
  refuseUnwritable(join(dir, 'file'))
})
