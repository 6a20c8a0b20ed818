/** Tests the combined metrics of several processes, and one rate of a token over all of them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { Counter, Gauge, Registry } from 'prom-client'
import { tokenText } from '../core/access/access-token.ts'
import { AccessGate } from './access.ts'
import { countsOfEnded, type Figures, figuresAsText } from './worker-figures.ts'

async function process(recorded: number, up: number, cast: number): Promise<Figures> {
  const registry = new Registry()
  const registers = [registry]
  const answered = new Counter({ name: 'answered_total', help: 'a', labelNames: ['outcome'], registers })
  answered.inc({ outcome: 'recorded' }, recorded)
  new Gauge({ name: 'up', help: 'u', aggregator: 'min', registers }).set(up)
  new Gauge({ name: 'cast', help: 'c', aggregator: 'max', registers }).set(cast)
  new Gauge({ name: 'viewers', help: 'v', registers }).set(2)
  return registry.getMetricsAsJSON()
}

const lines = async (all: readonly Figures[]): Promise<string[]> =>
  (await figuresAsText(all)).split('\n').filter((line) => line !== '' && !line.startsWith('#'))

test('counts are summed; of shared figures the largest or the smallest is used', async () => {
  assert.deepEqual(await lines([await process(3, 1, 10), await process(4, 0, 12)]), [
    'answered_total{outcome="recorded"} 7',
    'up 0',
    'cast 12',
    'viewers 4',
  ])
})

test('the counts of a process stay after its end, its state does not', async () => {
  const once = await countsOfEnded([], await process(3, 0, 99))
  const twice = await countsOfEnded(once, await process(5, 0, 99))
  assert.deepEqual(await lines([await process(1, 1, 10), twice]), [
    'answered_total{outcome="recorded"} 9',
    'up 1',
    'cast 10',
    'viewers 2',
  ])
})

test('a token has one rate over all processes together', () => {
  const secret = 's'.repeat(43)
  const token = {
    ...{ id: 'k3v9x0q2ab', name: 'Kiosk', scopes: ['cast'], perSecond: 5 },
    sha256: createHash('sha256').update(secret).digest('hex'),
    ...{ createdAtMs: 0, expiresAtMs: Number.MAX_SAFE_INTEGER, revokedAtMs: null },
  }
  let nowMs = 0
  const gate = () =>
    new AccessGate(
      {
        tokens: { find: () => token },
        ...{ required: new Set(['cast']), clock: { nowMs: () => 1 } },
      } as unknown as ConstructorParameters<typeof AccessGate>[0],
      () => nowMs,
    )
  const [one, two] = [gate(), gate()]
  const headers = { authorization: `Bearer ${tokenText(token.id, secret)}` }
  // Each process has its own connections.
  const requestOf = () => ({ headers, socket: {} }) as unknown as IncomingMessage
  const asked = [one, two].map((each) => [each, requestOf()] as const)
  let allowed = 0
  for (; nowMs < 60_000; nowMs += 20) {
    for (const [each, request] of asked) if (each.refuses(request, 'cast') === null) allowed++
    if (nowMs % 200 === 0) {
      const [uses, others] = [one.reportUses(), two.reportUses()]
      two.usedElsewhere(uses)
      one.usedElsewhere(others)
    }
  }
  // 60 s of 5 a second, the burst of 2 s, and requests that arrive between two exchanges.
  assert.ok(allowed >= 290 && allowed <= 330, String(allowed))
})
