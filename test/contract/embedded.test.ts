/**
 * The embedded adapters: their contracts, and what only they promise about a full disk, a broken
 * ballot log and a lock.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { CommitterOptions } from '../../src/adapters/embedded/commit.ts'
import { createElection } from '../../src/adapters/embedded/create.ts'
import { databaseFile, electionDir } from '../../src/adapters/embedded/layout.ts'
import { BrokenInvariant } from '../../src/adapters/embedded/load.ts'
import { FolderInUse, lockFolder } from '../../src/adapters/embedded/lock.ts'
import { openStore } from '../../src/adapters/embedded/open.ts'
import { systemClock } from '../../src/adapters/node/clock.ts'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import type { MarkedBallot } from '../../src/core/election/choices.ts'
import type { Election } from '../../src/core/election/definition.ts'
import type { FollowedLog } from '../../src/ports/ballot-log.ts'
import type { Credential } from '../../src/ports/digest.ts'
import type { IssuedCredential } from '../../src/ports/voter-roll.ts'
import { openElectionFile } from '../server.ts'
import { type BoxUnderTest, ballotBoxContract, boxBehindMessages, followedLogContract } from './ballot-box.ts'

const digest = nodeDigest()

type EmbeddedUnderTest = BoxUnderTest & { readonly dir: string; readonly log: FollowedLog }

async function make(
  election: Election,
  issued: readonly IssuedCredential[],
  committer: CommitterOptions = {},
  saveFrom?: number,
): Promise<EmbeddedUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'elections-box-'))
  const file = openElectionFile()
  const draft = await createElection(dataDir, file, JSON.stringify(file))
  draft.add(issued)
  await draft.commit()
  const dir = electionDir(dataDir, file.id)
  const open = async (): Promise<EmbeddedUnderTest> => {
    const districts = election.districts.length
    const store = await openStore(dir, {
      ...{ districts, digest, clock: systemClock, tagger, committer },
      ...(saveFrom !== undefined && { saveFrom }),
    })
    if (saveFrom !== undefined)
      assert.ok((await store.keysSaved()) || store.restored === issued.length, 'keys are saved')
    return {
      ...store,
      dir,
      reopen: async () => {
        await store.close()
        return open()
      },
      dispose: async () => {
        await store.close()
        rmSync(dataDir, { recursive: true, force: true })
      },
    }
  }
  return open()
}

/** The same box, also after a restart, with only copies of all arguments and outcomes. */
async function makeElsewhere(...of: Parameters<typeof make>): Promise<BoxUnderTest> {
  const elsewhere = (under: BoxUnderTest): BoxUnderTest => ({
    ...under,
    box: boxBehindMessages(under.box),
    reopen: async () => elsewhere(await under.reopen()),
  })
  return elsewhere(await make(...of))
}

ballotBoxContract('embedded', make)
ballotBoxContract('embedded, begun again from saved keys', (...of) => make(of[0], of[1], {}, 1))
ballotBoxContract('embedded, in another process', makeElsewhere)
followedLogContract('embedded', make)

const election = {
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
} as unknown as Election
const credential = (voter: number) => digest.credential(`voter ${voter}`) as Credential
const issued = (voters: number) =>
  Array.from({ length: voters }, (_, i) => ({ credential: credential(i), district: 0 }))
const marked = { choices: '[[0]]', districts: null } as unknown as MarkedBallot
const ballots = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ credential: credential(from + i), marked, retryMark: null }))

test('exactly the new ballots are reported as under way before they are durable', async () => {
  const under = await make(election, issued(3))
  try {
    let reported: readonly unknown[] | undefined
    let settled = false
    const cast = under.box.cast([...ballots(0, 1), ...ballots(0, 1), ...ballots(2, 3)], null, (ballots) => {
      reported = Array.from(ballots)
    })
    void cast.then(() => {
      settled = true
    })
    assert.deepEqual(
      reported?.map((one) => one !== undefined),
      [true, false, true],
    )
    assert.equal(settled, false)
    const [first, second, third] = await cast
    assert.equal(first, reported![0])
    assert.equal(second, 'key-already-used')
    assert.equal(third, reported![2])
    await under.box.cast([...ballots(1, 2)], 'polls-closed', (ballots) =>
      assert.deepEqual(Array.from(ballots), [undefined]),
    )
  } finally {
    await under.dispose()
  }
})

test('the ballots reported as under way do not change when a waiting ballot gets its turn', async () => {
  // Room for one more ballot, but not for a whole batch.
  const under = await make(election, issued(4_096), { maxPages: 60 })
  try {
    const first = under.box.cast(ballots(0, 4_096), null)
    let reported: readonly unknown[] = []
    const waited = under.box.cast(ballots(0, 1), null, (ballots) => {
      reported = ballots
    })
    assert.ok((await first).every((outcome) => outcome === 'storage-unavailable'))
    assert.equal(typeof (await waited)[0], 'object')
    assert.deepEqual(Array.from(reported), [undefined])
  } finally {
    await under.dispose()
  }
})

test('a database that cannot grow refuses with storage-unavailable, loses nothing, uses no key', async () => {
  const under = await make(election, issued(20_000), { maxPages: 400 })
  let recorded = 0
  let refused = 0
  for (let from = 0; from < 20_000; from += 500)
    for (const outcome of await under.box.cast(ballots(from, from + 500), null)) {
      if (typeof outcome === 'object') recorded++
      else {
        assert.equal(outcome, 'storage-unavailable')
        refused++
      }
    }
  assert.ok(recorded > 0 && refused > 0, `${recorded} recorded, ${refused} refused`)
  assert.equal(under.box.keysUsed(), recorded)
  assert.equal(under.log.length(), recorded)
  await under.box.close()
  // With room again, the refused voters can vote, and only they.
  const store = await openStore(under.dir, { districts: 2, digest, clock: systemClock, tagger })
  const outcomes = (await Promise.all([store.box.cast(ballots(0, 20_000), null)])).flat()
  assert.equal(outcomes.filter((outcome) => typeof outcome === 'object').length, refused)
  assert.equal(outcomes.filter((outcome) => outcome === 'key-already-used').length, recorded)
  await store.close()
  await under.dispose().catch(() => {})
})

test('a ballot log with a ballot twice, or without a key, is neither opened nor repaired', async () => {
  const under = await make(election, issued(3))
  await under.box.cast(ballots(0, 2), null)
  await under.box.close()
  const database = new DatabaseSync(databaseFile(under.dir))
  const open = () => openStore(under.dir, { districts: 2, digest, clock: systemClock, tagger })
  database.exec(
    'INSERT INTO ballots SELECT 3, tag, district, choices, nonce, retry FROM ballots WHERE seq = 1',
  )
  await assert.rejects(
    open,
    (error) => error instanceof BrokenInvariant && /ballots 1 and 3/.test(error.message),
  )
  database.exec('DROP TRIGGER ballots_never_change; UPDATE ballots SET tag = zeroblob(32) WHERE seq = 3')
  await assert.rejects(
    open,
    (error) =>
      error instanceof BrokenInvariant && /ballot 3 came from a key that was not issued/.test(error.message),
  )
  database.exec('DROP TRIGGER ballots_never_go; DELETE FROM ballots WHERE seq = 2')
  await assert.rejects(open, (error) => error instanceof BrokenInvariant && /gaps/.test(error.message))
  database.exec('INSERT INTO voters (credential, district) VALUES (randomblob(32), 0)')
  await assert.rejects(
    open,
    (error) => error instanceof BrokenInvariant && /3 keys were issued/.test(error.message),
  )
  database.close()
})

test('the ballots table refuses updates and deletions', async () => {
  const under = await make(election, issued(2))
  await under.box.cast(ballots(0, 1), null)
  const database = new DatabaseSync(databaseFile(under.dir))
  assert.throws(() => database.exec("UPDATE ballots SET choices = '[[1]]'"), /append-only/)
  assert.throws(() => database.exec('DELETE FROM ballots'), /append-only/)
  database.close()
  await under.dispose()
})

test('a data folder is locked by one server, and free after it has ended', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'elections-lock-'))
  const lock = lockFolder(dataDir)
  lock.announce('http://127.0.0.1:1')
  assert.throws(
    () => lockFolder(dataDir, 50),
    (error) => error instanceof FolderInUse && error.message.includes(`process ${process.pid}`),
  )
  lock.release()
  lockFolder(dataDir, 50).release()
  rmSync(dataDir, { recursive: true })
})
