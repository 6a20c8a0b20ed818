/**
 * What this page's server says about its own log, before any check: enough to show the title and
 * the size of the download.
 */
import { MOST_CHECKPOINT_BYTES } from '../../core/log/resource-bounds.ts'

export interface OwnLog {
  readonly title: string | null
  readonly entries: number
}

/** Bytes to read per entry, including its hashes. */
export const BYTES_PER_ENTRY = 170

/** Returns null if no log answers. */
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
