/**
 * An election on one machine loads no client of an engine. Loading them would slow down every
 * command.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Loaded, loadedBy, recorder } from './loaded-modules.ts'
import { openElectionFile, rollOf, SOURCE_MAIN, startServer, vote } from './server.ts'

const CLIENTS = /^(pg|pg-[\w-]+|@redis\/.*|@platformatic\/.*|@grpc\/.*|aws4fetch)$/
const ROOMS =
  /^((organise|server)\/cluster\/(?!addresses|roles)|adapters\/(kafka|redis|postgres|s3|spark)\/(?!remote|place|ssl-mode))/

function refuseEngines(command: string, { ours, others }: Loaded): void {
  assert.ok(ours.length > 20, `${command} loaded ${ours.length} modules`)
  assert.deepEqual(
    [...others.filter((name) => CLIENTS.test(name)), ...ours.filter((path) => ROOMS.test(path))],
    [],
    command,
  )
}

test('a server on one machine loads no client of an engine, in any thread', async (t) => {
  const { env, loaded, discard } = recorder()
  t.after(discard)
  const server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(4),
    env,
    main: SOURCE_MAIN,
  })
  try {
    assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 201)
    const seen = loaded()
    assert.ok(seen.ours.includes('server/publisher-thread.ts'), 'the threads are seen, too')
    refuseEngines('serve', seen)
  } finally {
    await server.stop()
  }
})

test('commands load no client of an engine without --cluster', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-one-machine-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const data = ['--data', join(dir, 'data')]
  const example = (name: string) => `examples/city-council/${name}`
  const files = ['--definition', example('election.json'), '--roll', example('voters.csv')]
  for (const args of [
    ['init', ...files, ...data, '--already-over'],
    ['tally', ...data],
    ['doctor', ...data],
    ['config'],
    ['--help'],
  ]) {
    const { run, ...seen } = await loadedBy(args)
    assert.notEqual(run.code, 70, run.stderr)
    refuseEngines(args[0]!, seen)
  }
  const cluster = ['--cluster', '--kafka', '127.0.0.1:1', '--redis', 'redis://127.0.0.1:1']
  const { others } = await loadedBy(['doctor', ...data, ...cluster])
  assert.ok(
    others.some((name) => CLIENTS.test(name)),
    'the look-out sees a client where one is loaded',
  )
})
