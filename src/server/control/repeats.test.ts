import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeats } from './repeats.ts'

const stays = new AbortController().signal

test('a repeated request gets the same answer, also while the first is open', async () => {
  const known = repeats<number>(10)
  const gate = Promise.withResolvers<number>()
  let begun = 0
  const ask = (id: string, question = 'q') =>
    known.answer(id, question, stays, () => {
      begun++
      return gate.promise
    })
  const [first, second] = [ask('a'), ask('a')]
  gate.resolve(7)
  assert.deepEqual([await first, await second, await ask('a'), begun], [7, 7, 7, 1])
  assert.equal(await ask('a', 'another'), 'reused')
  assert.deepEqual([await ask('b'), begun], [7, 2])
})

test('beyond the limit, the oldest answered request is forgotten, and no open one', async () => {
  const known = repeats<string>(2)
  const gate = Promise.withResolvers<string>()
  let begun = 0
  const ask = (id: string, answer: Promise<string>) =>
    known.answer(id, 'q', stays, () => {
      begun++
      return answer
    })
  const slow = ask('slow', gate.promise)
  for (const id of ['a', 'b', 'c']) await ask(id, Promise.resolve(id))
  await ask('a', Promise.resolve('a'))
  assert.equal(begun, 5, 'a was forgotten')
  const again = ask('slow', Promise.resolve('not this'))
  gate.resolve('done')
  assert.deepEqual([await slow, await again, begun], ['done', 'done', 5])
})

test('work is cancelled once all its clients have left, and a repeated request is answered so', async () => {
  const known = repeats<string>(10)
  const [one, other] = [new AbortController(), new AbortController()]
  let taken: AbortSignal | undefined
  const work = (signal: AbortSignal) => {
    taken = signal
    return new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve('taken back')))
  }
  const asked = [known.answer('a', 'q', one.signal, work), known.answer('a', 'q', other.signal, work)]
  one.abort()
  assert.equal(taken?.aborted, false)
  other.abort()
  assert.equal(taken?.aborted, true)
  assert.deepEqual(await Promise.all(asked), ['taken back', 'taken back'])
  assert.equal(await known.answer('a', 'q', stays, work), 'taken back')
})
