/**
 * A document of a phase is never sent in another: results after the close stay unseen until then,
 * however long it takes.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Phase } from '../core/election/phase.ts'
import type { CountFacts } from '../core/status/count-facts.ts'
import { type ResultDocumentsDeps, resultDocuments } from './result-documents.ts'
import type { Made } from './result-maker.ts'
import type { ServedElection } from './served-election.ts'
import { SpareTime } from './spare-time.ts'

function scene(phase: Phase = 'open') {
  const state = { phase, made: 0, change: () => {}, logNews: () => {}, lots: {}, nowMs: 0 }
  const asked: { readonly phase: Phase; readonly answer: (bytes: string | null, cpuMs?: number) => void }[] =
    []
  const served = {
    phase: () => state.phase,
    publicLog: {
      state: () => ({ lots: state.lots }),
      onChange: (heard: () => void) => {
        state.logNews = heard
      },
    },
    tally: {
      onChange: (heard: () => void) => {
        state.change = heard
      },
      facts: () => ({ figures: { phase: state.phase } }),
    },
  } as unknown as ServedElection
  const maker: ResultDocumentsDeps['maker'] = {
    make: (_served, _what, facts: CountFacts) =>
      new Promise<Made>((resolve) => {
        const answer = (text: string | null, cpuMs = 1) =>
          resolve({ bytes: text === null ? null : Buffer.from(text), sha256: 'x'.repeat(43), cpuMs })
        asked.push({ phase: facts.figures.phase, answer })
      }),
  }
  const spare = new SpareTime({ nowMs: () => state.nowMs, usedMs: () => 0 })
  const documents = resultDocuments(served, { maker, spare, onMade: () => state.made++ })
  const read = async () => {
    const found = await documents.current('results.csv')
    return typeof found === 'string' ? found : found.bytes.toString()
  }
  return { state, asked, read }
}

test('all who ask while a document is made get that one, and it serves until there is news', async () => {
  const { state, asked, read } = scene()
  const readers = [read(), read(), read()]
  asked[0]!.answer('first')
  assert.deepEqual(await Promise.all(readers), ['first', 'first', 'first'])
  assert.equal(await read(), 'first')
  assert.deepEqual([asked.length, state.made], [1, 1])

  state.change()
  const news = read()
  asked[1]!.answer('second')
  assert.equal(await news, 'second')
})

test('a lot that is certified is news, and what else comes of the log is none', async () => {
  const { state, asked, read } = scene('closed')
  const first = read()
  asked[0]!.answer('tied')
  await first
  state.logNews()
  assert.equal(await read(), 'tied')
  assert.equal(asked.length, 1)
  state.lots = { chair: ['ada'] }
  state.logNews()
  const drawn = read()
  asked[1]!.answer('elected by lot')
  assert.equal(await drawn, 'elected by lot')
})

test('a document that took long serves on, news or none, until a tenth of the time has paid for it', async () => {
  const { state, asked, read } = scene()
  const first = read()
  asked[0]!.answer('first', 1_100)
  await first
  state.change()
  assert.equal(await read(), 'first')
  assert.equal(asked.length, 1)
  state.nowMs += 10_000
  const second = read()
  assert.equal(asked.length, 2)
  asked[1]!.answer('second')
  assert.equal(await second, 'second')
})

test('nothing made in one phase is sent in the next: neither a refusal, nor a count that goes on', async () => {
  const { state, asked, read } = scene()
  const early = read()
  asked[0]!.answer(null, 60_000)
  assert.equal(await early, 'results-after-close')

  state.phase = 'closed'
  const late = read()
  assert.equal(asked[1]!.phase, 'closed')
  asked[1]!.answer('the result')
  assert.equal(await late, 'the result')

  state.phase = 'open'
  const open = read()
  asked[2]!.answer(null)
  assert.equal(await open, 'results-after-close')
})

test('where the phase turns while a document is made, its readers wait for one of the new phase', async () => {
  const { state, asked, read } = scene()
  const reader = read()
  state.phase = 'closed'
  asked[0]!.answer('a count of open polls')
  while (asked.length < 2) await new Promise(setImmediate)
  asked[1]!.answer('the result')
  assert.equal(await reader, 'the result')
})
