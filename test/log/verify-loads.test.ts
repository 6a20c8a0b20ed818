/** What `elections verify` loads of this program: little enough for a sceptic to read. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadedBy } from '../loaded-modules.ts'
import { cityLog, filesOf } from './honest-log.ts'

/**
 * Modules of ours. It was 81 before definitions had texts by language, pictures and rules for who
 * has won, which a verifier checks, and 94 before flags had names in the environment and a file and
 * before it worked on several processors; it grows only with what is checked.
 */
const MOST_MODULES = 99
/** Nothing that a log is written, stored, queued or served with. */
const NOT_FOR_VERIFYING =
  /^(node:sqlite|node:cluster|pg|pg-[\w-]+|@redis\/.*|@platformatic\/.*|@grpc\/.*|fastify|@fastify\/.*|pino|pdfkit|prom-client)$/
function logIn(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'elections-loads-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const log = cityLog({ ballots: 20 })
  for (const [path, bytes] of filesOf(log)) {
    const file = join(dir, 'log', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  writeFileSync(join(dir, 'results.json'), log.result)
  return dir
}

test('verify loads no database, queue, engine or server', async (t) => {
  const dir = logIn(t)
  const { run, ours, others } = await loadedBy([
    ...['verify', join(dir, 'log'), '--result', join(dir, 'results.json'), '--state', join(dir, 'state')],
  ])
  assert.equal(run.code, 0, run.stdout + run.stderr)
  assert.match(run.stdout, /^VERIFIED in /m)
  const rooms = ours.filter((path) =>
    /^(gateway|pipeline|organise|simulator|adapters\/(?!files|http|node))/.test(path),
  )
  assert.deepEqual(rooms, ['adapters/embedded/privacy.ts', 'adapters/embedded/layout.ts'])
  assert.deepEqual(
    others.filter((name) => NOT_FOR_VERIFYING.test(name)),
    [],
  )
  assert.ok(ours.includes('core/verify/verify.ts'))
  assert.ok(ours.length <= MOST_MODULES, `${ours.length} modules of ours`)
  t.diagnostic(`${ours.length} modules of ours; packages: ${[...new Set(others)].join(' ')}`)
})

test('the look-out sees what other commands load', async () => {
  const { others } = await loadedBy(['serve', '--help'])
  for (const name of ['node:sqlite', 'fastify', 'pino']) assert.ok(others.includes(name), name)
})
