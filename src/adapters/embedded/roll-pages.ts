/** The voter roll of an election database, in its order, a page at a time: for what is worked out over all of it. */
import { DatabaseSync } from 'node:sqlite'

const PAGE = 20_000

export interface RollPage {
  /** Credentials one after the other, 32 bytes each. */
  readonly credentials: Uint8Array
  readonly districts: readonly number[]
}

/** @throws Error where the roll has gaps */
export function* rollPages(file: string): Generator<RollPage> {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 })
  try {
    const voters = Number(database.prepare('SELECT coalesce(max(voter), 0) AS n FROM voters').get()!.n)
    const page = database.prepare(
      `SELECT group_concat(hex(credential), '') AS credentials, json_group_array(district) AS districts
       FROM (SELECT credential, district FROM voters WHERE voter > ? AND voter <= ? ORDER BY voter)`,
    )
    for (let from = 0; from < voters; from += PAGE) {
      const row = page.get(from, from + PAGE) as { credentials: string; districts: string }
      const credentials = Buffer.from(row.credentials ?? '', 'hex')
      const districts = JSON.parse(row.districts) as number[]
      if (credentials.length !== Math.min(PAGE, voters - from) * 32)
        throw new Error(`the roll has gaps or odd credentials between rows ${from + 1} and ${from + PAGE}`)
      yield { credentials, districts }
    }
  } finally {
    database.close()
  }
}
