/**
 * What a data folder's log really holds, read by nothing but SQLite and the protocol's definitions.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { nodeDigest } from '../../src/adapters/node/digest.ts'
import type { Choices } from '../../src/core/election/choices.ts'
import { electionFrom } from '../../src/core/election/definition.ts'
import { entryWriter, leafText } from '../../src/core/log/entry.ts'
import { openElectionFile } from '../server.ts'

export interface LogContents {
  readonly trackers: readonly string[]
  readonly distinctTags: number
  /** Ballots per choices text. */
  readonly perChoice: ReadonlyMap<string, number>
}

export function logContents(dataDir: string): LogContents {
  const election = electionFrom(openElectionFile())
  const database = new DatabaseSync(join(dataDir, 'elections', election.id, 'election.db'), {
    readOnly: true,
  })
  const issued = new Array<number>(election.districts.length).fill(0)
  for (const row of database.prepare('SELECT district, count(*) AS n FROM voters GROUP BY 1').all())
    issued[Number(row.district)] = Number(row.n)
  const entry = entryWriter(election, issued)
  const digest = nodeDigest()
  const trackers: string[] = []
  const perChoice = new Map<string, number>()
  for (const row of database.prepare('SELECT district, choices, nonce FROM ballots').iterate()) {
    const choices = row.choices as Choices
    const nonce = Buffer.from(row.nonce as Uint8Array).toString('hex')
    trackers.push(digest.tracker(leafText(entry(Number(row.district), choices, nonce))))
    perChoice.set(choices, (perChoice.get(choices) ?? 0) + 1)
  }
  const { n } = database.prepare('SELECT count(DISTINCT tag) AS n FROM ballots').get() as { n: number }
  database.close()
  return { trackers, distinctTags: n, perChoice }
}
