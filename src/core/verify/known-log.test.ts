/**
 * Which log one is about to verify: a stranger's of the same name never stands in for it, nor makes
 * it accused.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testKey } from '../../../test/log-keys.ts'
import { formatRecord } from '../log/record.ts'
import { formatVerifierKey } from '../tlog/note-key.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { recognised } from './known-log.ts'

const NAME = 'example.org/city'
const key = (seed: number, name = NAME) => formatVerifierKey(testKey(name, new Uint8Array(32).fill(seed)).key)
const [HONEST, STRANGER, ELSE] = [key(1), key(2), key(3, 'example.org/village')]
const roll = { size: 1, root: new Uint8Array(32) as never, perDistrictSha256: 'ab'.repeat(32) }
const genesis = (log: string) =>
  utf8Bytes(
    formatRecord({
      ...{ v: 1, entry: 'genesis', election: 'city', log, definitionSha256: 'cd'.repeat(32), roll },
      release: { results: 'live', suppressBelow: 1 },
    }),
  )
const known = (...keys: string[]) => ({
  log: (each: string) => (keys.includes(each) ? `seen of ${each}` : undefined),
  keys: () => keys,
})
const NOTHING = { given: undefined, ofPlace: undefined, genesis: undefined, origin: NAME }

test('the log that is remembered under its own key, whoever else of that name is', () => {
  for (const keys of [[HONEST], [STRANGER, HONEST], [HONEST, STRANGER, ELSE]])
    assert.deepEqual(recognised(known(...keys), { ...NOTHING, genesis: genesis(HONEST) }), {
      ...{ key: HONEST, log: `seen of ${HONEST}`, namesake: false },
    })
})

test('a log under a key that is not remembered is a new one, and it is said that another has its name', () => {
  const fresh = { key: undefined, log: undefined }
  const honest = { ...NOTHING, genesis: genesis(HONEST) }
  assert.deepEqual(recognised(known(STRANGER), honest), { ...fresh, namesake: true })
  assert.deepEqual(recognised(known(ELSE), honest), { ...fresh, namesake: false })
  assert.deepEqual(recognised(known(), honest), { ...fresh, namesake: false })
})

test('a log that hides its genesis is the one of its name, where there is one', () => {
  for (const hidden of [undefined, utf8Bytes('{}'), new Uint8Array([255])]) {
    assert.equal(recognised(known(HONEST, ELSE), { ...NOTHING, genesis: hidden }).key, HONEST)
    const two = recognised(known(HONEST, STRANGER), { ...NOTHING, genesis: hidden })
    assert.deepEqual([two.key, two.namesake], [undefined, true])
  }
})

test('what was handed in, and what stood at the address, come before what a log says of itself', () => {
  const claims = { ...NOTHING, genesis: genesis(STRANGER) }
  assert.equal(recognised(known(HONEST, STRANGER), { ...claims, ofPlace: HONEST }).key, HONEST)
  const given = recognised(known(STRANGER), { ...claims, given: HONEST })
  assert.deepEqual(given, { key: HONEST, log: undefined, namesake: false })
})
