/**
 * What the server this page came from says of its log before anything is checked: enough to know
 * what is in store.
 */
import { MOST_CHECKPOINT_BYTES } from '../../core/log/resource-bounds.ts'

export interface OwnLog {
  readonly title: string | null
  readonly entries: number
}

/** What an entry takes of reading, with the hashes beside it. */
export const BYTES_PER_ENTRY = 170

/** Null where no log answers. */
export async function ownLogAt(base: string): Promise<OwnLog | null> {
  try {
    const [checkpoint, definition] = await Promise.all(
      ['checkpoint', 'definition.json'].map((path) => textAt(new URL(path, base))),
    )
    const entries = Number(checkpoint?.slice(0, MOST_CHECKPOINT_BYTES).split('\n')[1])
    if (!Number.isSafeInteger(entries)) return null
    return { title: titleIn(definition), entries }
  } catch {
    return null
  }
}

async function textAt(url: URL): Promise<string | undefined> {
  const response = await fetch(url)
  return response.ok ? response.text() : undefined
}

function titleIn(definition: string | undefined): string | null {
  const { title } = (definition === undefined ? {} : JSON.parse(definition)) as { title?: unknown }
  return typeof title === 'string' ? title : null
}
