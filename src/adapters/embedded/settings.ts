/** Settings of a whole data folder: the default election, which the short API addresses. */
import { readFileSync } from 'node:fs'
import { Fault } from '../../core/fault.ts'
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
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const message =
      'is not JSON: restore it from a backup, or delete it, and the first election becomes the default'
    throw new Fault('bad-input', { problems: [{ place: settingsFile(dataDir), message }], more: 0 })
  }
  const id = (value as { default_election?: unknown } | null)?.default_election
  return typeof id === 'string' ? { defaultElection: id } : {}
}

export function writeSettings(dataDir: string, settings: Settings): void {
  const text = `${JSON.stringify({ default_election: settings.defaultElection })}\n`
  replaceFile(settingsFile(dataDir), text, PRIVATE_FILE)
}
