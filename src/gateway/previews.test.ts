/**
 * What it costs a server to be asked for pictures, where drawing one fails, and where many are
 * asked for at once.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { previewRoute } from './previews.ts'
import type { ServedElection } from './served-election.ts'
import { ElectionRegistry } from './served-elections.ts'
import { AT_ROOT } from './site.ts'

const served = (id: string) =>
  ({
    election: { id },
    phase: () => 'open',
    tally: { facts: () => ({ figures: { phase: 'open' } }) },
  }) as unknown as ServedElection

function scene(ids: readonly string[], draw: (id: string) => Promise<{ png: Buffer; cpuMs: number }>) {
  const app = Fastify()
  app.decorate('home', '/')
  const drawn: string[] = []
  const elections = new ElectionRegistry(ids.map(served), ids[0]!)
  previewRoute(
    app,
    elections,
    (election) => {
      drawn.push(election.id)
      return draw(election.id)
    },
    AT_ROOT,
  )
  const ask = async (id: string) => (await app.inject(`/e/${id}/preview.png`)).statusCode
  return { ask, drawn }
}

test('a picture that cannot be drawn is not tried for everybody who asks', async () => {
  const { ask, drawn } = scene(['sound', 'hostile'], async (id) => {
    if (id === 'hostile') throw new Error('the thread that draws previews ended')
    return { png: Buffer.from('png'), cpuMs: 1 }
  })
  for (let i = 0; i < 20; i++) assert.equal(await ask('hostile'), 503)
  assert.equal(drawn.length, 1)
  assert.equal(await ask('sound'), 200, 'others are drawn')
})

test('asked for all elections at once, a server draws a few and tells the others that it is busy', async () => {
  const ids = Array.from({ length: 100 }, (_, i) => `e${i}`)
  const waiting: (() => void)[] = []
  const { ask, drawn } = scene(ids, async () => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    return { png: Buffer.from('png'), cpuMs: 1 }
  })
  const answers = ids.map(ask)
  const busy = await Promise.all(answers.slice(4))
  assert.deepEqual([...new Set(busy)], [503])
  assert.equal(drawn.length, 4)
  for (const resolve of waiting) resolve()
  assert.deepEqual(await Promise.all(answers.slice(0, 4)), [200, 200, 200, 200])
  const last = ask('e99')
  while (waiting.length < 5) await new Promise(setImmediate)
  waiting[4]!()
  assert.equal(await last, 200, 'the places are free again')
})
