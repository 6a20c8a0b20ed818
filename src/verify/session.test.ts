/**
 * What command and page have in common, apart from verifying: places, keys, and what is remembered
 * of a log.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberedPlace } from './session.ts'

test('this machine’s own addresses are not remembered', () => {
  assert.equal(rememberedPlace('http://127.0.0.1:8501/log/'), null)
  assert.equal(rememberedPlace('http://localhost/log/'), null)
  assert.equal(rememberedPlace('https://vote.example.org/log/'), 'https://vote.example.org/log/')
})
