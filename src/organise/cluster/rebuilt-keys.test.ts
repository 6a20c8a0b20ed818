import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RedisInDoubt, RedisUnavailable } from '../../adapters/redis/connection.ts'
import { verdictOn } from '../../cli/exit.ts'
import { IncompleteRoll } from '../../pipeline/votes/rebuild-keys.ts'
import { whoseToMend } from './rebuilt-keys.ts'

test('a fault that the operator can repair ends with exit code 2 and one line, without a stack trace', () => {
  for (const cause of [
    new IncompleteRoll('20 keys were issued but the roll has 19: nothing was opened'),
    new RedisUnavailable('the connection was closed'),
    new RedisInDoubt('no answer within 30 s'),
  ]) {
    const { code, message } = verdictOn(whoseToMend(cause, '/data/elections/city'))
    assert.equal(code, 2, message)
    assert.ok(message.includes(cause.message), message)
    assert.ok(!message.includes('\n'), message)
  }
})

test('a fault of the program keeps its stack trace and ends with exit code 70', () => {
  const fault = new TypeError('undefined is not a function')
  assert.equal(whoseToMend(fault, '/data'), fault)
  assert.equal(verdictOn(fault).code, 70)
})
