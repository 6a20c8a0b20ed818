/** What command and page share besides verifying: places, keys, and the memory of logs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberedPlace } from './session.ts'

test('addresses of this machine are not remembered', () => {
  assert.equal(rememberedPlace('http://127.0.0.1:8501/log/'), null)
  assert.equal(rememberedPlace('http://localhost/log/'), null)
  assert.equal(rememberedPlace('https://vote.example.org/log/'), 'https://vote.example.org/log/')
})
