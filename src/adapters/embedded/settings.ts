/** What a data folder's elections share: which of them the short API speaks of. */
import { readFileSync } from 'node:fs'
import { replaceFile } from '../node/durable-file.ts'
import { settingsFile } from './layout.ts'
import { PRIVATE_FILE } from './privacy.ts'

export interface Settings {
  readonly defaultElection?: string
}

export function readSettings(dataDir: string): Settings {
  let text: string
  try {
    text = readFileSync(settingsFile(dataDir), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw cause
  }
  const value: unknown = JSON.parse(text)
  const id = (value as { default_election?: unknown } | null)?.default_election
  return typeof id === 'string' ? { defaultElection: id } : {}
}

export function writeSettings(dataDir: string, settings: Settings): void {
  const text = `${JSON.stringify({ default_election: settings.defaultElection })}\n`
  replaceFile(settingsFile(dataDir), text, PRIVATE_FILE)
}
