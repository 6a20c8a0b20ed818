import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventsIn } from './token-stream.ts'

const STREAM =
  'retry: 1000\n\nid: 7\ndata: {"cast":1}\n\nevent: beat\ndata: {"viewers":1}\n\n: a comment\n\n' +
  'event: delta\nid: 8\ndata: {"base":"7",\ndata: "patch":"\u00e9: \u06f1"}\n\nevent: ' +
  'empty\n\nid: 9\ndata: cut'

test('events are the same wherever the stream’s text is cut, and an incomplete event is not reported', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
      const received: unknown[] = []
      const hear = eventsIn((name, { data, lastEventId }) => received.push([name, lastEventId, data]))
      const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length]
      for (const [i, from] of at.slice(0, -1).entries()) hear(STREAM.slice(from, at[i + 1]))
      assert.deepEqual(received, [
        ['message', '7', '{"cast":1}'],
        ['beat', '7', '{"viewers":1}'],
        ['delta', '8', '{"base":"7",\n"patch":"\u00e9: \u06f1"}'],
      ])
    }),
  )
})
