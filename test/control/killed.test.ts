/** A server that is killed while it adds voters adds all of them or none, and one key each. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openElectionFile, readKeys, rollOf, runCli, startServer, vote } from '../server.ts'

/** Steps of src/organise/late-voters, and whether the log has the late voters by then. */
const STEPS: readonly (readonly [string, boolean])[] = [
  ['staged', false],
  ['districts', false],
  ['decided', true],
  ['merged', true],
  ['placed', true],
]

async function killedAfter(context: TestContext, [step, isIn]: readonly [string, boolean]): Promise<void> {
  await context.test(`after "${step}"`, async () => {
    const server = await startServer({
      definition: openElectionFile(),
      roll: rollOf(6),
      env: { ELECTIONS_FAULT: step },
    })
    const [roll, keys] = [join(server.dir, 'late.csv'), join(server.dir, 'late-keys.csv')]
    writeFileSync(roll, 'personal_id,district\nL1,north\nL2,south\n')
    const add = () =>
      runCli(['add-voters', '--data', server.dataDir, '--roll', roll, '--keys', keys, '--json'])
    try {
      assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 201)
      const cut = await add()
      assert.equal(cut.code, 70, cut.stderr)
      assert.match(
        cut.stderr,
        /^elections: the server ended before it answered .*: run the same command again/m,
      )
      assert.ok(server.hasEnded())
      // No server has the folder now: the command opens it itself.
      const again = await add()
      assert.equal(again.code, 0, again.stderr)
      assert.equal((JSON.parse(again.stdout) as { finished?: boolean }).finished ?? false, isIn)
      await server.restart()
      const late = readKeys(keys)
      assert.deepEqual(late.map(({ personal_id }) => personal_id).sort(), ['L1', 'L2'])
      for (const key of late) assert.equal((await vote(server.url, key, 'ada')).status, 201)
      assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 409)
      await server.terminate()
      const file = join(server.dataDir, 'elections', 'test-election', 'election.db')
      const database = new DatabaseSync(file, { readOnly: true })
      const { n } = database.prepare('SELECT count(*) AS n FROM voters').get()!
      database.close()
      assert.equal(n, 8)
      const doctor = await runCli(['doctor', '--data', server.dataDir])
      assert.equal(doctor.code, 0, doctor.stdout)
    } finally {
      await server.stop()
    }
  })
}

test('a server is killed while it adds voters', async (t) => {
  for (const step of STEPS) await killedAfter(t, step)
})
