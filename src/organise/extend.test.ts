import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clusterFile, definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import { lockFolder } from '../adapters/embedded/lock.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { amended } from '../core/log/amended.ts'
import { createDemo, DEMO_ID } from './demo-election.ts'
import { extendByOwner } from './owner.ts'
import { openLog } from './public-log.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'extend-'))
const dir = electionDir(dataDir, DEMO_ID)
const HOUR_MS = 3_600_000
let firstEndMs: number
before(async () => {
  await createDemo(dataDir, 20, Date.now())
  firstEndMs = (await readDefinition(definitionFile(dir))).election.closesAtMs
})
after(() => rmSync(dataDir, { recursive: true }))

const extendTo = (closesAtMs: number) =>
  extendByOwner(dataDir, DEMO_ID, closesAtMs, { note: (words) => assert.fail(words) })

/** The state that the log's entries give now. */
async function inForce() {
  const { election } = await readDefinition(definitionFile(dir))
  const log = await openLog(dir, election)
  try {
    const records = (await log.deps.journal.records()).map(({ record }) => record!)
    return { records: records.length, closesAtMs: amended(election, records).election.closesAtMs }
  } finally {
    await log.close()
  }
}

test('an entry in the public log extends voting, also repeatedly', async () => {
  const before = await inForce()
  assert.equal(before.closesAtMs, firstEndMs)
  await extendTo(firstEndMs + HOUR_MS)
  await extendTo(firstEndMs + 2 * HOUR_MS)
  assert.deepEqual(await inForce(), {
    records: before.records + 2,
    closesAtMs: firstEndMs + 2 * HOUR_MS,
  })
})

test('an end that is not later is refused with the present end, and the log gets no entry', async () => {
  const before = await inForce()
  for (const closesAtMs of [before.closesAtMs, before.closesAtMs - 1, firstEndMs])
    await assert.rejects(extendTo(closesAtMs), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'bad-input')
      assert.ok(error.message.includes(new Date(before.closesAtMs).toISOString()), error.message)
      return true
    })
  assert.deepEqual(await inForce(), before)
})

test('an extension is refused while another process holds the lock, and leaves the lock free', async () => {
  const before = await inForce()
  const lock = lockFolder(dataDir)
  try {
    await assert.rejects(extendTo(before.closesAtMs + HOUR_MS), { code: 'folder-in-use' })
  } finally {
    lock.release()
  }
  assert.deepEqual(await inForce(), before)
  lockFolder(dataDir).release()
})

test('an election on a cluster is refused with the advice to add --cluster', async () => {
  const before = await inForce()
  writeFileSync(clusterFile(dir), '{}')
  try {
    await assert.rejects(extendTo(before.closesAtMs + HOUR_MS), /add --cluster/)
  } finally {
    rmSync(clusterFile(dir))
  }
  assert.deepEqual(await inForce(), before)
})
