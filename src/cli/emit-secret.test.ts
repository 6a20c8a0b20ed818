import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BadInput } from '../adapters/files/bad-input.ts'
import { emittedSecret, refuseStrayEmission } from './emit-secret.ts'

const root = mkdtempSync(join(tmpdir(), 'emit-secret-'))
after(() => rmSync(root, { recursive: true }))

const refusal = (words: RegExp) => (cause: unknown) => cause instanceof BadInput && words.test(cause.message)

test('keys go to a file or a pipe that was asked for, on a cluster, and never to a screen', (t) => {
  const { isTTY } = process.stdout
  t.after(() => {
    process.stdout.isTTY = isTTY
  })
  assert.doesNotThrow(() => refuseStrayEmission({ cluster: true }))
  assert.throws(() => refuseStrayEmission({ emitSecret: 'a.yaml' }), refusal(/add --cluster/))
  process.stdout.isTTY = false
  assert.doesNotThrow(() => refuseStrayEmission({ cluster: true, emitSecret: '-' }))
  assert.throws(
    () => refuseStrayEmission({ cluster: true, emitSecret: '-', json: true }),
    refusal(/both write to standard output/),
  )
  process.stdout.isTTY = true
  assert.throws(() => refuseStrayEmission({ cluster: true, emitSecret: '-' }), refusal(/on a screen/))
  assert.doesNotThrow(() => refuseStrayEmission({ cluster: true, emitSecret: 'a.yaml' }))
})

test('the file is its owner’s alone, is written over by nobody, and is not left half', async () => {
  const path = join(root, 'secret.yaml')
  const given = await emittedSecret({ emitSecret: path })
  await given!.letGo()
  assert.deepEqual(readdirSync(root), [])
  const file = await emittedSecret({ emitSecret: path })
  await file!.write('kind: Secret\n')
  await file!.letGo()
  assert.equal(readFileSync(path, 'utf8'), 'kind: Secret\n')
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
  await assert.rejects(emittedSecret({ emitSecret: path }), refusal(/exists, and files with keys are never/))
  assert.deepEqual(readdirSync(root), ['secret.yaml'])
})
