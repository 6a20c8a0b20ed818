/**
 * Draws pictures for link previews in a thread of its own: drawing takes a tenth of a second, in
 * which votes would wait.
 */
import { parentPort } from 'node:worker_threads'
import { cardPng } from '../adapters/pdf/card-png.ts'
import type { Election } from '../core/election/definition.ts'
import { type CountFacts, snapshotFrom } from '../core/status/count-facts.ts'
import { previewCard } from '../core/status/preview-card.ts'

export interface PreviewAsk {
  readonly id: number
  readonly election: Election
  readonly facts: CountFacts
  readonly where: string | null
}

export type PreviewAnswer = { readonly id: number; readonly cpuMs: number } & (
  | { readonly png: Uint8Array<ArrayBuffer> }
  | { readonly problem: string }
)

const port = parentPort!

port.on('message', async ({ id, election, facts, where }: PreviewAsk) => {
  const startMs = usedMs()
  try {
    const png = await cardPng(previewCard(snapshotFrom(election, facts), where))
    port.postMessage({ id, cpuMs: usedMs() - startMs, png } satisfies PreviewAnswer, [png.buffer])
  } catch (cause) {
    port.postMessage({ id, cpuMs: usedMs() - startMs, problem: String(cause) } satisfies PreviewAnswer)
  }
})

function usedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
