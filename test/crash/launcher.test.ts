/** The launcher restarts a killed server on its port; a killed launcher ends its server. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bornAt } from '../../tools/engines/processes.ts'
import { initElection, openElectionFile, readKeys, rollOf, vote } from '../server.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/elections.js', import.meta.url))

interface Ready {
  readonly url: string
  readonly pid: number
}

test('after a kill -9 the server runs again on the same port, with the ballot', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-launcher-'))
  const { keysFile } = await initElection(dir, { definition: openElectionFile(), roll: rollOf(10) })
  const [first, second] = readKeys(keysFile)
  const launcher = spawn(
    process.execPath,
    [LAUNCHER, 'serve', '--data', join(dir, 'data'), '--port', '0', '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const lines = createInterface(launcher.stdout)[Symbol.asyncIterator]()
  const ready = async (): Promise<Ready> => JSON.parse((await lines.next()).value as string) as Ready
  try {
    const before = await ready()
    assert.equal((await vote(before.url, first!, 'ada')).status, 201)
    process.kill(before.pid, 'SIGKILL')
    const after = await ready()
    assert.equal(after.url, before.url)
    assert.notEqual(after.pid, before.pid)
    assert.equal((await vote(after.url, first!, 'ada')).status, 409)
    assert.equal((await vote(after.url, second!, 'ada')).status, 201)

    launcher.kill('SIGKILL')
    await once(launcher, 'exit')
    await gone(after.pid)
  } finally {
    launcher.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
})

test('SIGTERM reaches the server through the launcher, which returns its exit code', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-launcher-'))
  await initElection(dir, { definition: openElectionFile(), roll: rollOf(2) })
  const launcher = spawn(
    process.execPath,
    [LAUNCHER, 'serve', '--data', join(dir, 'data'), '--port', '0', '--json'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  await once(createInterface(launcher.stdout), 'line')
  launcher.kill('SIGTERM')
  assert.deepEqual(await once(launcher, 'exit'), [0, null])
  rmSync(dir, { recursive: true, force: true })
})

async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 1_200; i++) {
    // It may have ended without being reaped.
    if (bornAt(pid) === undefined) return
    await sleep(50)
  }
  throw new Error('the server outlived its launcher')
}
