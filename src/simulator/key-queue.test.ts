import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import type { VoterKey } from '../adapters/files/key-file.ts'
import { type KeyQueue, keyQueue } from './key-queue.ts'

function key(n: number): VoterKey {
  return { personal_id: `P${n}`, guid: '', district: 'all' }
}

function unexpected(error: unknown): never {
  throw error
}

async function drain(queue: KeyQueue): Promise<string[]> {
  const taken: string[] = []
  for (;;) {
    const next = queue.peek()
    if (next === 'end') return taken
    if (next === 'wait') await turn()
    else {
      taken.push(next.personal_id)
      queue.take()
    }
  }
}

describe('the key queue', () => {
  it('gives every key once, in order, up to the limit, for any batches', async () => {
    const sizes = fc.array(fc.nat(4), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(20), async (batches, limit) => {
        let n = 0
        async function* source() {
          for (const size of batches) yield Array.from({ length: size }, () => key(n++))
        }
        const queue = keyQueue(source(), limit, () => {}, unexpected)
        const all = batches.reduce((a, b) => a + b, 0)
        const expected = Array.from({ length: Math.min(all, limit) }, (_, i) => `P${i}`)
        assert.deepEqual(await drain(queue), expected)
      }),
    )
  })

  it('ends after a failure of the stream, and reports it', async () => {
    async function* source() {
      yield [key(0)]
      throw new Error('line 2')
    }
    const errors: unknown[] = []
    const queue = keyQueue(
      source(),
      10,
      () => {},
      (error) => errors.push(error),
    )
    assert.deepEqual(await drain(queue), ['P0'])
    assert.match(String(errors), /line 2/)
  })

  it('returns an unfinished stream when closed', async () => {
    let returned = false
    async function* source() {
      try {
        for (let n = 0; ; n++) yield [key(n)]
      } finally {
        returned = true
      }
    }
    const queue = keyQueue(source(), 3, () => {}, unexpected)
    await drain(queue)
    await queue.close()
    assert.ok(returned)
  })
})
