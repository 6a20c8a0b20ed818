import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { problem, REFUSALS, type RefusalCode } from '../core/election/refusal.ts'
import { verdictOn } from './outcome.ts'

const RECEIPT = JSON.stringify({ election: 'e', tracker: 't1' })

function outcome(status: number, body: string, earlier: string | null = null): string {
  return verdictOn({ status, body, retryAfterMs: null }, earlier).outcome
}

describe('the verdict on an answer', () => {
  it('recognises receipts', () => {
    assert.equal(outcome(201, RECEIPT), 'accepted')
    assert.equal(outcome(200, RECEIPT), 'repeated')
    assert.equal(outcome(200, RECEIPT, 't1'), 'repeated')
    assert.equal(outcome(200, RECEIPT, 't2'), 'another-receipt')
    assert.equal(outcome(201, RECEIPT, 't2'), 'another-receipt')
  })

  it('does not accept a success without a tracker', () => {
    for (const body of ['', '{}', 'null', '[]', '{"tracker":1}', '{"tracker":""}', '<html>'])
      assert.equal(outcome(201, body), 'http-201', body)
  })

  it('recognises every refusal, only with its own status', () => {
    for (const code of Object.keys(REFUSALS) as RefusalCode[]) {
      assert.equal(outcome(REFUSALS[code].status, JSON.stringify(problem(code))), code)
      assert.equal(outcome(500, JSON.stringify(problem(code))), 'http-500')
    }
    assert.equal(outcome(403, '{"code":"toString"}'), 'http-403')
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        assert.equal(typeof outcome(status, body), 'string')
      }),
    )
  })
})
