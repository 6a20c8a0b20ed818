import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { electionSchema } from './election-schema.ts'

test('the published schema is the one that definitions are checked with', async () => {
  const published = await readFile(new URL('../../../schemas/election.schema.json', import.meta.url), 'utf8')
  assert.deepEqual(
    JSON.parse(published),
    electionSchema(),
    'write it again: node src/adapters/files/election-schema.ts > schemas/election.schema.json',
  )
})
