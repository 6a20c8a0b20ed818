/** The certification of an honest log, computed only from docs/protocol.md ("Certification"). */
import { firstText } from '../../src/core/election/text.ts'
import { AFTERWARDS_MS, checkpointOf, type HonestLog } from './honest-log.ts'
import { type LogKey, sha256Hex, signedNote } from './log-bytes.ts'

export interface Statement {
  readonly format: string
  readonly election: string
  readonly title: string
  readonly simulated: boolean
  readonly at: string
  readonly software: string
  readonly result_sha256: string
  readonly keys_issued: number
  readonly keys_used: number
  readonly ballots: number
  readonly turnout: number
  readonly contests: readonly {
    readonly id: string
    readonly title: string
    readonly votes_allowed: number
    readonly ballots: number
    readonly blank: number
    readonly undervotes: number
    readonly options: readonly { readonly id: string; readonly name: string; readonly votes: number }[]
  }[]
  readonly log: { readonly key: string; readonly checkpoint: string }
  readonly checked: readonly { readonly check: string; readonly count: number }[]
}

interface ResultContest {
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  readonly options: readonly { readonly votes: number }[]
}

export function statementOf(log: HonestLog): Statement {
  const { definition, issuedLater, ballots, result, entries, key } = log
  const counted = (JSON.parse(result) as { contests: readonly ResultContest[] }).contests
  const issued = issuedLater.reduce((a, b) => a + b, 0)
  return {
    ...{
      format: 'digital-elections/certification/v1',
      election: definition.id,
      title: firstText(definition.title, []),
    },
    ...{ simulated: false, at: new Date(AFTERWARDS_MS).toISOString(), software: 'digital-elections 0.1.0' },
    ...{ result_sha256: sha256Hex(result), keys_issued: issued, keys_used: ballots.length },
    ...{ ballots: ballots.length, turnout: Number((ballots.length / issued).toFixed(6)) },
    contests: definition.contests.map(({ id, title: titles, votes = 1, options }, c) => {
      const title = firstText(titles, [])
      const { ballots, blank, undervotes, options: totals } = counted[c]!
      return {
        ...{ id, title, votes_allowed: votes, ballots, blank, undervotes },
        options: options.map(({ id, name }, o) => ({
          id,
          name: firstText(name, []),
          votes: totals[o]!.votes,
        })),
      }
    }),
    log: { key: key.vkey, checkpoint: checkpointOf(log, entries) },
    checked: [{ check: 'ballots', count: ballots.length }],
  }
}

/** Returns the document: the statement, and the signature over its bytes. */
export function certified(statement: object, key: LogKey): Buffer {
  const text = `${key.name}/certification\nSHA-256 ${sha256Hex(JSON.stringify(statement))}\n`
  return Buffer.from(`${JSON.stringify({ ...statement, note: signedNote(text, key.line(text)) })}\n`)
}
