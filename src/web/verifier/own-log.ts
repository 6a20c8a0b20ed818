/** What the server this page came from says of its log before anything is checked: enough to know what is in store. */
import { parseBounded } from '../../core/log/bounded-json.ts'
import { MOST_CHECKPOINT_BYTES, MOST_DEFINITION_BYTES } from '../../core/log/verify-bounds.ts'
import { httpReader } from './log-http.ts'

export interface OwnLog {
  readonly title: string | null
  readonly entries: number
}

/** What an entry takes of reading, with the hashes beside it. */
export const BYTES_PER_ENTRY = 170

/** Null where no log answers. */
export async function ownLogAt(base: string): Promise<OwnLog | null> {
  try {
    const read = httpReader(base, new AbortController().signal)
    const [checkpoint, definition] = await Promise.all([
      read('checkpoint', MOST_CHECKPOINT_BYTES),
      read('definition.json', MOST_DEFINITION_BYTES),
    ])
    const entries = Number(checkpoint && textOf(checkpoint).split('\n')[1])
    if (!Number.isSafeInteger(entries)) return null
    return { title: definition === undefined ? null : titleIn(textOf(definition)), entries }
  } catch {
    return null
  }
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

function titleIn(definition: string): string | null {
  const { title } = parseBounded(definition, { text: 2_000 }).value as { title?: unknown }
  return typeof title === 'string' ? title : null
}
