/** The result document as text: the bytes a recount must reproduce (docs/protocol.md, "Result"). */
import type { ElectionResult } from './result.ts'
import type { ShownResult } from './shown.ts'

/** @returns the canonical JSON text with its line feed (docs/protocol.md, "Result") */
export function resultText(result: ElectionResult | ShownResult): string {
  return `${JSON.stringify(result)}\n`
}
