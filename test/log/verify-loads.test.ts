/** What `elections verify` loads of this program: little enough for a sceptic to read. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runCli } from '../server.ts'
import { cityLog, filesOf } from './honest-log.ts'

/**
 * Modules of ours. It was 81 before definitions had texts by language, pictures and rules for who has won, which a
 * verifier checks, and 94 before it worked on several processors; it grows only with what is checked.
 */
const MOST_MODULES = 96
const SOURCES = new URL('../../src/', import.meta.url).href
const PACKAGES = new URL('../../node_modules/', import.meta.url).href
/** Nothing that a log is written, stored, queued or served with. */
const NOT_FOR_VERIFYING =
  /^(node:sqlite|node:cluster|pg|pg-[\w-]+|@redis\/.*|@platformatic\/.*|@grpc\/.*|fastify|@fastify\/.*|pino|pdfkit|prom-client)$/
/** Writes down every module that is resolved, ours, of packages and Node's own. */
const RECORDER = `
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
registerHooks({
  resolve: (name, context, next) => {
    const found = next(name, context)
    appendFileSync(process.env.LOADED_FILE, found.url + '\\n')
    return found
  },
})`

async function loadedBy(t: TestContext, argsIn: (dir: string) => readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'elections-loads-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const log = cityLog({ ballots: 20 })
  for (const [path, bytes] of filesOf(log)) {
    const file = join(dir, 'log', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  writeFileSync(join(dir, 'results.json'), log.result)
  const loaded = join(dir, 'loaded')
  const run = await runCli(argsIn(dir), {
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(RECORDER)}`,
    LOADED_FILE: loaded,
  })
  const urls = [...new Set(readFileSync(loaded, 'utf8').trim().split('\n'))]
  return {
    run,
    ours: urls.filter((url) => url.startsWith(SOURCES)).map((url) => url.slice(SOURCES.length)),
    others: urls
      .filter((url) => !url.startsWith(SOURCES))
      .map((url) =>
        url.startsWith(PACKAGES) ? /^(?:@[^/]+\/)?[^/]+/.exec(url.slice(PACKAGES.length))![0] : url,
      ),
  }
}

test('verify loads no database, queue, engine or server', async (t) => {
  const { run, ours, others } = await loadedBy(t, (dir) => {
    const state = join(dir, 'state')
    return ['verify', join(dir, 'log'), '--result', join(dir, 'results.json'), '--state', state]
  })
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

test('the look-out sees what other commands load', async (t) => {
  const { others } = await loadedBy(t, () => ['serve', '--help'])
  for (const name of ['node:sqlite', 'fastify', 'pg', '@redis/client', '@platformatic/kafka'])
    assert.ok(others.includes(name), name)
})
