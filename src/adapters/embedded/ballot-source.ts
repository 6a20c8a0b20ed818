/**
 * The stored ballots of an election database by the number of their row (contract:
 * ports/ballot-source.ts), over a connection of its own that only reads. Columns come thousands of
 * rows at a time as text, which costs a third of a row object each.
 */

import type { Choices } from '../../core/election/choices.ts'
import type { BallotSource, BallotStretch, Position } from '../../ports/ballot-source.ts'
import { openElectionDatabase } from './election-database.ts'

const PAGE = 8_192

export interface EmbeddedSource extends BallotSource {
  readonly close: () => void
}

export function embeddedSource(file: string): EmbeddedSource {
  const database = openElectionDatabase(file, { readOnly: true })
  const end = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM ballots')
  const page = database.prepare(
    `SELECT json_group_array(district) AS districts, group_concat(choices, char(10)) AS choices,
       lower(group_concat(hex(nonce), '')) AS nonces
     FROM (SELECT district, choices, nonce FROM ballots WHERE seq > ? AND seq <= ? ORDER BY seq)`,
  )
  const stored = () => Number(end.get()!.seq)
  return {
    start: '0',
    read: async function* (from, to) {
      const last = to === null ? stored() : seqOf(to)
      for (let seq = seqOf(from); seq < last; ) {
        const upTo = Math.min(seq + PAGE, last)
        const row = page.get(seq, upTo) as { districts: string; choices: string; nonces: string }
        yield stretch(row, upTo, upTo - seq)
        seq = upTo
      }
    },
    countAfter: async (position) => stored() - seqOf(position),
    close: () => database.close(),
  }
}

function stretch(
  row: { districts: string; choices: string | null; nonces: string | null },
  upTo: number,
  count: number,
): BallotStretch {
  const districts = JSON.parse(row.districts) as number[]
  if (districts.length !== count) throw new Error(`the ballot log has gaps before row ${upTo + 1}`)
  return {
    count,
    districts,
    choices: (row.choices ?? '').split('\n') as Choices[],
    nonces: row.nonces ?? '',
    upTo: String(upTo),
  }
}

function seqOf(position: Position): number {
  const seq = Number(position)
  if (!Number.isSafeInteger(seq) || seq < 0) throw new RangeError(`"${position}" is no position`)
  return seq
}
