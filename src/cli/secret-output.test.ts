import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BadInput } from '../adapters/files/bad-input.ts'
import { emittedSecret, outputOfInit, refuseStray } from './secret-output.ts'

const root = mkdtempSync(join(tmpdir(), 'secret-output-'))
after(() => rmSync(root, { recursive: true }))

const refusal = (words: RegExp) => (cause: unknown) => cause instanceof BadInput && words.test(cause.message)
const output = (to: string, json = false) => ({ option: '--out', to, json })

test('keys go to the named file or pipe, and never to a terminal', (t) => {
  const { isTTY } = process.stdout
  t.after(() => {
    process.stdout.isTTY = isTTY
  })
  process.stdout.isTTY = false
  assert.doesNotThrow(() => refuseStray(output('-')))
  assert.throws(() => refuseStray(output('-', true)), refusal(/^--out: .*both write to standard output/))
  process.stdout.isTTY = true
  assert.throws(() => refuseStray(output('-')), refusal(/to a terminal/))
  assert.throws(
    () => outputOfInit({ cluster: true, emitSecret: '-' }),
    refusal(/^--emit-secret: .*to a terminal/),
  )
  assert.doesNotThrow(() => refuseStray(output('a.yaml', true)))
})

test('"init" writes them only for a cluster', () => {
  assert.equal(outputOfInit({ cluster: true }), undefined)
  assert.throws(() => outputOfInit({ emitSecret: 'a.yaml' }), refusal(/add --cluster/))
  assert.deepEqual(outputOfInit({ cluster: true, emitSecret: 'a.yaml' }), {
    ...{ option: '--emit-secret', to: 'a.yaml', json: false },
  })
})

test('only the owner can read the file, it is never overwritten, and no half of it remains', async () => {
  const path = join(root, 'secret.yaml')
  const given = await emittedSecret(output(path))
  await given.letGo()
  assert.deepEqual(readdirSync(root), [])
  const file = await emittedSecret(output(path))
  await file.write('kind: Secret\n')
  await file.letGo()
  assert.equal(readFileSync(path, 'utf8'), 'kind: Secret\n')
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
  await assert.rejects(emittedSecret(output(path)), refusal(/exists, and files with keys are never/))
  assert.deepEqual(readdirSync(root), ['secret.yaml'])
})
