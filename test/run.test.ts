/**
 * The test runner: any failure fails the run, and the last line has the numbers of passed and
 * failed tests.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bornAt } from '../tools/engines/processes.ts'
import { isSharedMissing } from './shared.ts'
import { filesOf, NAMED, SUITES } from './suites.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RUNNER = fileURLToPath(new URL('run.ts', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'elections-runner-'))
after(() => rmSync(dir, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(dir, `${name}.test.ts`)
  writeFileSync(path, `import { test } from 'node:test'\n${text}\n`)
  return path
}

function start(args: readonly string[]) {
  // Without this Node would treat the inner run as a part of the outer one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return spawn(process.execPath, [RUNNER, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function runner(...args: string[]): Promise<{ code: number | null; lines: string[]; last: string }> {
  const child = start(args)
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  const [code] = (await once(child, 'close')) as [number | null]
  const lines = text.trim().split('\n')
  return { code, lines, last: lines.at(-1)! }
}

const good = file('good', `test('one', () => {})\ntest('two', () => {})`)

test('passing tests end with exit code 0 and a summary line', async () => {
  const { code, lines, last } = await runner(good)
  assert.deepEqual([code, last], [0, '2 passed, 0 failed, 0 skipped'])
  assert.ok(lines.includes('ℹ tests 2') && lines.includes('ℹ pass 2') && lines.includes('ℹ fail 0'))
})

test('a failure in any file, inside or outside a test, fails the run', async () => {
  const bad = file('bad', `test('wrong', () => { throw new Error('seen') })`)
  const broken = file('broken', `throw new Error('on import')`)
  const one = await runner(good, bad, good)
  assert.deepEqual([one.code, one.last], [1, '4 passed, 1 failed, 0 skipped'])
  assert.ok(one.lines.some((line) => line.includes('seen')))
  const two = await runner(broken, good)
  assert.deepEqual([two.code, two.last], [1, '2 passed, 1 failed, 0 skipped'])
})

test('a file without a test, and a name without a test, fail the run', async () => {
  const none = await runner(file('none', ''), good)
  assert.deepEqual([none.code, none.last], [1, '2 passed, 1 failed, 0 skipped'])
  const named = await runner(good, '--name=three')
  assert.equal(named.code, 1)
  assert.ok(named.lines.includes('FAILED: no test ran'))
})

test('skipped tests are counted with their reasons, and may be forbidden', async () => {
  const skipped = file('skipped', `test('later', { skip: 'needs a moon' }, () => {})`)
  const allowed = await runner(good, skipped)
  assert.equal(allowed.code, isSharedMissing() ? 0 : 1)
  assert.match(allowed.last, /^2 passed, [01] failed, 1 skipped$/)
  assert.ok(allowed.lines.some((line) => line.endsWith('later (needs a moon)')))
  const forbidden = await runner(good, skipped, '--no-skips')
  assert.deepEqual([forbidden.code, forbidden.last], [1, '2 passed, 1 failed, 1 skipped'])
})

test('a hanging file is named and ended with all its processes, even if it catches signals', async () => {
  const deaf = `process.on('SIGTERM', () => {})`
  const hanging = file(
    'hanging',
    `import { spawn } from 'node:child_process'
     ${deaf}
     const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
     console.log('child ' + child.pid)
     test('before', () => {})
     test('hangs', () => new Promise(() => {}))`,
  )
  const busy = file('busy', `${deaf}\ntest('busy', () => { for (;;); })`)
  const { code, lines, last } = await runner(hanging, busy, good, '--limit=1')
  assert.equal(code, 1)
  for (const path of [hanging, busy])
    assert.ok(
      lines.includes(`FAILED: ${relative(ROOT, path)} was ended: it was not through after 1 s`),
      lines.join('\n'),
    )
  assert.match(last, /^3 passed, [1-9] failed, 0 skipped$/)
  const child = Number(/^child (\d+)$/m.exec(lines.join('\n'))?.[1])
  assert.ok(child > 0 && bornAt(child) === undefined)
})

test('a file that runs on after its tests is ended with its processes, and no result is lost', async () => {
  const leaving = file(
    'leaving',
    `import { spawn } from 'node:child_process'
     const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
     console.log('child ' + child.pid)
     test('leaves a child', () => {})
     test('fails', () => { throw new Error('seen') })`,
  )
  const { code, lines, last } = await runner(leaving, good, '--linger=1')
  assert.equal(code, 1)
  const why = 'all its tests had reported, and it did not end in 1 s: one left something open'
  assert.ok(lines.includes(`FAILED: ${relative(ROOT, leaving)} was ended: ${why}`), lines.join('\n'))
  assert.ok(lines.some((line) => line.includes('✔ leaves a child')))
  assert.ok(lines.some((line) => line.includes('seen')))
  assert.match(last, /^3 passed, [1-9] failed, 0 skipped$/)
  const child = Number(/^child (\d+)$/m.exec(lines.join('\n'))?.[1])
  assert.ok(child > 0 && bornAt(child) === undefined)
})

test('a file that continues with another, longer test is not ended', async () => {
  const further = file(
    'further',
    `import { setTimeout as sleep } from 'node:timers/promises'
     await test('first', () => {})
     test('second', () => sleep(2_500))`,
  )
  const { code, last } = await runner(further, '--linger=2')
  assert.deepEqual([code, last], [0, '2 passed, 0 failed, 0 skipped'])
})

test('an interruption ends the run with a failure', async () => {
  const child = start([
    file(
      'long',
      `test('long', async () => { console.log('begun'); await new Promise((r) => setTimeout(r, 600_000)) })`,
    ),
  ])
  for await (const line of createInterface(child.stdout)) if (line.includes('begun')) break
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  child.stdout.resume()
  assert.deepEqual(await closed, [130, null])
})

test('an argument that is neither a suite nor a file is refused', async () => {
  const { code, last } = await runner('unti')
  assert.equal(code, 2)
  assert.match(last, /^test: unti: neither a suite/)
})

test('every suite has files, and every file has a suite', () => {
  const files = SUITES.flatMap(({ name }) => filesOf(ROOT, name))
  for (const { name } of SUITES) assert.ok(filesOf(ROOT, name).length > 0, name)
  assert.equal(new Set(files).size, files.length)
  assert.ok(files.includes('test/run.test.ts') && files.includes('src/pipeline/cast.test.ts'))
})

test('every pattern of the suites matches a file', () => {
  const all = SUITES.flatMap(({ name }) => filesOf(ROOT, name))
  const idle = NAMED.filter((pattern) => !all.some((path) => pattern.test(path))).map(String)
  assert.deepEqual(idle, [])
})
