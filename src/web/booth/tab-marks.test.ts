/** Choices survive a reload: once, only with their key, and only a reload. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { tabMarks } from './tab-marks.ts'

const key = { personalId: 'P1', guid: '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38' }
const stored = new Map<string, string>()
beforeEach(() => stored.clear())
Object.assign(globalThis, {
  sessionStorage: {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  },
})

/** A page with choices that is closed. */
async function left(marks = { mayor: ['ada'] }): Promise<void> {
  const page = tabMarks('e')
  page.keep(key, marks)
  while (!page.areKept()) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(stored.size, 0, 'nothing lies there while the page is open')
  page.putDown()
  // In a reload the next page is requested before this one closes.
  const [election, wentMs, text] = JSON.parse(stored.get('marks')!)
  stored.set('marks', JSON.stringify([election, wentMs + 60_000, text]))
}

test('the key restores the choices once, and the stored text reveals nothing', async () => {
  await left()
  assert.doesNotMatch([...stored].join(), /ada|mayor|P1/)
  const next = tabMarks('e')
  assert.equal(stored.size, 0)
  assert.ok(next.areKept())
  assert.deepEqual(await next.before(key), { mayor: ['ada'] })
  assert.equal(await next.before(key), null)
})

test('another key, another election, a cast ballot or a reopened tab restores no choices', async () => {
  await left()
  const other = tabMarks('e')
  assert.equal(await other.before({ ...key, guid: key.guid.replace('8', '9') }), null)
  assert.equal(await other.before(key), null)
  await left()
  assert.equal(tabMarks('f').areKept(), false)
  await left()
  const cast = tabMarks('e')
  cast.drop()
  cast.putDown()
  assert.equal(stored.size, 0)
  await left()
  const [election, , text] = JSON.parse(stored.get('marks')!)
  stored.set('marks', JSON.stringify([election, performance.timeOrigin - 1, text]))
  assert.equal(tabMarks('e').areKept(), false)
})

test('a page that is loaded twice before the key is entered keeps the choices', async () => {
  await left()
  tabMarks('e').putDown()
  assert.equal(stored.size, 1)
})
