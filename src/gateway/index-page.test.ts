/** Tests the list of a server's elections under many requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { indexPage } from './index-page.ts'
import type { ServedElection } from './served-election.ts'
import { ElectionRegistry } from './served-elections.ts'
import { AT_ROOT } from './site.ts'

test('the list is created once a second per language, not for each request', async () => {
  let looks = 0
  const served = (id: string) =>
    ({
      election: { id },
      file: { id, title: { en: `Board <${id}>`, es: `Junta <${id}>` }, languages: ['en', 'es'] },
      phase: () => {
        looks++
        return 'open'
      },
    }) as unknown as ServedElection
  const ids = Array.from({ length: 300 }, (_, i) => `e${i}`)
  const page = indexPage(new ElectionRegistry(ids.map(served), 'e0'), AT_ROOT, undefined)
  const sent: string[] = []
  const reply = {
    header: () => reply,
    type: () => reply,
    send: (body: Buffer) => sent.push(body.toString()),
  } as unknown as FastifyReply
  const ask = (language: string) =>
    page({ headers: { 'accept-language': language } } as unknown as FastifyRequest, reply)
  await Promise.all(Array.from({ length: 50 }, (_, i) => ask(i % 2 === 0 ? 'en' : 'es')))
  assert.equal(looks, 600)
  assert.equal(new Set(sent).size, 2)
  assert.ok(sent.every((html) => !html.includes('<e1>')))
})
