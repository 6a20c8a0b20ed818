/**
 * One election's counts, read side (contract: ports/result-store.ts). PostgreSQL says when there
 * are new ones (LISTEN); asking now and then anyway makes a lost connection harmless.
 */
import pg from 'pg'
import type { MarksCount } from '../../core/tally/marks-count.ts'
import type { ResultStore } from '../../ports/result-store.ts'
import { type Database, placeOf } from './database.ts'
import { CHANNEL } from './result-sink.ts'

const ASK_ANYWAY_MS = 1_000
const CONNECT_TIMEOUT_MS = 5_000

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
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const ears = listen(database, election, tell)
  const timer = setInterval(tell, ASK_ANYWAY_MS)

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
        'SELECT until_s, district, contest, marks, ballots FROM past_counts WHERE election = $1 ORDER BY until_s',
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

/** Keeps one connection of its own listening; a lost one is opened again. */
function listen(database: Database, election: string, tell: () => void) {
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false

  const open = async (): Promise<void> => {
    const mine = new pg.Client({
      ...placeOf(database),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    })
    client = mine
    mine.on('error', again)
    mine.on('end', again)
    mine.on('notification', ({ payload }) => {
      if (payload === election) tell()
    })
    try {
      await mine.connect()
      await mine.query(`LISTEN ${CHANNEL}`)
    } catch {
      again()
    }
  }
  const again = (): void => {
    if (closed || retry !== undefined) return
    client?.end().catch(() => {})
    retry = setTimeout(() => {
      retry = undefined
      opening = open()
    }, ASK_ANYWAY_MS)
  }
  let opening = open()
  return {
    close: async () => {
      closed = true
      clearTimeout(retry)
      await opening
      await client?.end().catch(() => {})
    },
  }
}
