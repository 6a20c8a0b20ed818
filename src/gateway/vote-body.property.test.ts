import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import Value from 'typebox/value'
import { parseVoteBody, VoteBodySchema } from './vote-body.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constant('😀'.repeat(64)),
  fc.constant('😀'.repeat(65)),
  fc.constant('x'.repeat(128)),
  fc.constant('x'.repeat(129)),
)
const body = fc.oneof(
  fc.record({ personal_id: text, guid: text, candidate: text }),
  fc.record(
    { personal_id: text, guid: text, candidate: fc.oneof(text, fc.anything()), contests: fc.anything() },
    { requiredKeys: [] },
  ),
  fc.anything(),
)

test('the hot path takes exactly what the schema takes', () => {
  fc.assert(
    fc.property(body, (value) => {
      const json = JSON.stringify(value)
      if (json === undefined) return
      assert.equal(
        parseVoteBody(Buffer.from(json)) !== undefined,
        // The replacement character stands for bytes that are not UTF-8: such a body is refused
        // unread.
        !json.includes('\ufffd') && Value.Check(VoteBodySchema, JSON.parse(json)),
        json,
      )
    }),
    { numRuns: 2_000 },
  )
})
