/**
 * The reading side of one election's counts (contract: ports/result-store.ts). PostgreSQL notifies
 * of new ones (LISTEN); regular polling makes a lost connection harmless.
 */
import type { MarksCount } from '../../core/tally/marks-count.ts'
import type { ResultStore } from '../../ports/result-store.ts'
import type { Database } from './database.ts'
import { CHANNEL } from './result-sink.ts'
import { type SeparateConnection, separateConnection } from './separate-connection.ts'

const ASK_ANYWAY_MS = 1_000
const ANSWER_MS = 5_000

interface CountRow {
  readonly district: string
  readonly contest: number
  readonly marks: string
  /** bigint arrives as text. */
  readonly ballots: string
}

const toCount = ({ district, contest, marks, ballots }: CountRow): MarksCount => ({
  district,
  contest,
  marks,
  ballots: Number(ballots),
})

export function resultStore(database: Database, election: string): ResultStore {
  const listeners: (() => void)[] = []
  const notify = () => {
    for (const listener of listeners) listener()
  }
  const ears = listen(database, election, notify)
  const timer = setInterval(notify, ASK_ANYWAY_MS)

  return {
    changesSince: async (version) => {
      const { rows } = await database.query<CountRow & { version: string }>(
        'SELECT district, contest, marks, ballots, version FROM counts WHERE election = $1 AND version > $2',
        [election, version],
      )
      const newest = rows.reduce((most, row) => Math.max(most, Number(row.version)), version)
      return { version: newest, counts: rows.map(toCount) }
    },
    past: async () => {
      const { rows } = await database.query<CountRow & { until_s: string }>(
        'SELECT until_s, district, contest, marks, ballots FROM past_counts WHERE election = $1 ' +
          'ORDER BY until_s',
        [election],
      )
      const spans = Map.groupBy(rows, ({ until_s }) => Number(until_s))
      return [...spans].map(([untilS, counts]) => ({ untilS, counts: counts.map(toCount) }))
    },
    turnout: async () => {
      const { rows } = await database.query<{ until_s: string; ballots: string }>(
        'SELECT until_s, ballots FROM turnout WHERE election = $1 ORDER BY until_s',
        [election],
      )
      return rows.map(({ until_s, ballots }) => [Number(until_s), Number(ballots)])
    },
    onChange: (listener) => listeners.push(listener),
    close: async () => {
      clearInterval(timer)
      await ears.close()
    },
  }
}

/** Keeps a separate connection listening, and reopens a lost one. */
function listen(database: Database, election: string, notify: () => void) {
  let connection: SeparateConnection | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false

  const open = async (): Promise<void> => {
    const mine = separateConnection(database, 'digital-elections counts', ANSWER_MS)
    connection = mine
    const { client } = mine
    client.on('error', () => again(mine))
    client.on('end', () => again(mine))
    client.on('notification', ({ payload }) => {
      if (payload === election) notify()
    })
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
    } catch {
      again(mine)
    }
  }
  const again = (lost: SeparateConnection): void => {
    if (closed || lost !== connection) return
    connection = undefined
    void lost.end()
    retry = setTimeout(() => {
      opening = open()
    }, ASK_ANYWAY_MS)
  }
  let opening = open()
  return {
    close: async () => {
      closed = true
      clearTimeout(retry)
      await connection?.end()
      await opening
    },
  }
}
