import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createDemo, DEMO_ID } from '../demo-election.ts'
import { addVotersByOwner } from '../owner.ts'
import type { Progress } from '../progress.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'late-'))
before(() => createDemo(dataDir, 20, Date.now()))
after(() => rmSync(dataDir, { recursive: true }))

const silently: Progress = (_task, _signal, work) => work(() => {})
const inFolder = (name: string) => join(dataDir, name)

function rollFile(name: string, ids: readonly string[]): string {
  const lines = ids.map((id) => `${id},harbour\n`)
  writeFileSync(inFolder(name), `personal_id,district\n${lines.join('')}`)
  return inFolder(name)
}

/** @returns the outcome and the warnings */
async function added(roll: string, keys: string, against: readonly string[] = [], signal?: AbortSignal) {
  const warnings: string[] = []
  const { result, isServed } = await addVotersByOwner(
    dataDir,
    DEMO_ID,
    { roll, keys: inFolder(keys), against },
    {
      signal: signal ?? new AbortController().signal,
      progress: silently,
      note: (words) => warnings.push(words),
    },
  )
  assert.equal(isServed, false)
  const { added: voters, keysIssued, finished } = result
  assert.equal(finished, null)
  const outcome = { voters, keysIssued }
  return { outcome, warnings }
}

test('late voters get keys, and a warning says if they were not compared with the roll', async () => {
  const { outcome, warnings } = await added(rollFile('late.csv', ['L1', 'L2']), 'late-keys.csv')
  assert.deepEqual(outcome, { voters: 2, keysIssued: 22 })
  assert.match(warnings.join(), /name the earlier roll or key file with --against/)
  assert.match(readFileSync(inFolder('late-keys.csv'), 'utf8'), /^L1,[0-9a-f-]{36},harbour$/m)
})

test('the same voters are not added twice, nor a voter who has a key in an earlier key file', async () => {
  const again = rollFile('again.csv', ['L2', 'L1'])
  await assert.rejects(added(again, 'again-keys.csv'), /its voters were added already/)
  const known = rollFile('known.csv', ['L9', 'L1'])
  const late = inFolder('late-keys.csv')
  await assert.rejects(added(known, 'known-keys.csv', [late]), { code: 'bad-input' })
  for (const keys of ['again-keys.csv', 'known-keys.csv']) assert.ok(!existsSync(inFolder(keys)), keys)
  const { outcome } = await added(rollFile('others.csv', ['L3']), 'other-keys.csv', [late])
  assert.deepEqual(outcome, { voters: 1, keysIssued: 23 })
})

test('an interruption before the roll is decided adds no voter', async () => {
  const signal = AbortSignal.abort(new Error('interrupted'))
  await assert.rejects(added(rollFile('never.csv', ['N1']), 'never-keys.csv', [], signal))
  assert.ok(!existsSync(inFolder('never-keys.csv')))
  const { outcome } = await added(rollFile('more.csv', ['M1']), 'more-keys.csv', [inFolder('late-keys.csv')])
  assert.deepEqual(outcome, { voters: 1, keysIssued: 24 })
})
