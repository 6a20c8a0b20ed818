import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { draftOf } from '../node/durable-file.ts'
import { abandonedDrafts } from './examine.ts'
import { controlFile, electionsDir, tokensFile } from './layout.ts'

test('drafts of an interrupted init are named, those of a killed server are not', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'examine-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  mkdirSync(electionsDir(dataDir))
  for (const file of [controlFile(dataDir), tokensFile(dataDir)]) writeFileSync(draftOf(file), 'half')
  assert.deepEqual(abandonedDrafts(dataDir), [])
  const keys = draftOf(join(dataDir, 'keys.csv'))
  const election = join(electionsDir(dataDir), '.council.draft-0123456789ab')
  writeFileSync(keys, 'half')
  mkdirSync(election)
  assert.deepEqual(abandonedDrafts(dataDir), [keys, election])
})
