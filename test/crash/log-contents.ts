/** What a data folder's log really holds, read by nothing but SQLite and the protocol's definitions. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { nodeDigest } from '../../src/adapters/node/digest.ts'
import type { Choices } from '../../src/core/election/choices.ts'
import { ballotEntry, leafText } from '../../src/core/log/entry.ts'
import { openElectionFile } from '../server.ts'

export interface LogContents {
  readonly trackers: readonly string[]
  readonly distinctTags: number
  /** Ballots per choices text. */
  readonly perChoice: ReadonlyMap<string, number>
}

export function logContents(dataDir: string): LogContents {
  const { id, districts } = openElectionFile()
  const database = new DatabaseSync(join(dataDir, 'elections', id, 'election.db'), { readOnly: true })
  const digest = nodeDigest()
  const trackers: string[] = []
  const perChoice = new Map<string, number>()
  for (const row of database.prepare('SELECT district, choices, nonce FROM ballots').iterate()) {
    const choices = row.choices as Choices
    const nonce = Buffer.from(row.nonce as Uint8Array).toString('hex')
    trackers.push(
      digest.tracker(leafText(ballotEntry(id, districts![Number(row.district)]!.id, choices, nonce))),
    )
    perChoice.set(choices, (perChoice.get(choices) ?? 0) + 1)
  }
  const { n } = database.prepare('SELECT count(DISTINCT tag) AS n FROM ballots').get() as { n: number }
  database.close()
  return { trackers, distinctTags: n, perChoice }
}
