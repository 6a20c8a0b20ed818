/**
 * Schemas of the count as it is told: the snapshot, how it grew, and what a stream of it says
 * besides.
 */
import { PHASE } from './elections.ts'
import { named, type Schema } from './form.ts'

export const count: Schema = { type: 'integer', minimum: 0 }
export const text: Schema = { type: 'string' }
export const time: Schema = { type: 'string', format: 'date-time' }
export const sha256: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' }
export const hash: Schema = {
  type: 'string',
  pattern: '^[A-Za-z0-9+/]{43}=$',
  description: 'SHA-256, base64',
}

export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
export const list = (items: Schema, description?: string): Schema => ({
  type: 'array',
  items,
  ...(description !== undefined && { description }),
})
/** An object whose members are all there, but for those named. */
export function members(
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  }
}

const told = (schema: Schema, description: string): Schema => ({ ...schema, description })
const flag: Schema = { type: 'boolean' }

const THRESHOLD = members({
  is: { type: 'string', enum: ['more_than', 'at_least'] },
  fraction: members({ numerator: count, denominator: count }),
  of: { type: 'string', enum: ['votes', 'ballots', 'eligible'] },
})

const SNAPSHOT_ELECTION = members(
  {
    id: text,
    title: told(text, 'In the election’s first language, as all names here; the definition has the others'),
    languages: list(text, 'Of its texts; left out where it names none'),
    ...{ opens_at: time, closes_at: time },
    results: { type: 'string', enum: ['live', 'after-close'] },
    simulated: flag,
    suppress_below: told(count, 'Ballots of a district are told in groups of so many; 1 tells each at once'),
  },
  ['languages'],
)

const OPTION = members(
  {
    ...{ id: text, name: text, color: orNull(text), votes: count },
    none_of_these: { const: true, description: 'Takes no seat; left out where it is an option like others' },
  },
  ['none_of_these'],
)

const CONTEST = members({
  ...{ id: text, title: text },
  votes_allowed: told(count, 'Votes each voter has'),
  seats: told(count, 'How many options win'),
  measure: told(flag, 'A yes/no question: it passes where its first option reaches the threshold'),
  share_of: { type: 'string', enum: ['votes', 'ballots'] },
  threshold: orNull(named('Threshold')),
  quorum: orNull(
    members({
      counting: { type: 'string', enum: ['ballots', 'marked'] },
      needs: { anyOf: [named('Threshold'), members({ atLeast: count })] },
    }),
  ),
  eligible: told(count, 'Keys issued in its districts'),
  ...{ ballots: count, blank: count, undervotes: count },
  options: list(OPTION, 'In definition order; ranking is the reader’s'),
  by_district: list(
    list(count),
    'Per district that votes in the contest: its index in `districts`, votes per option, blank ballots. Of a ' +
      'district too small to be told the index alone',
  ),
})

const INVARIANT = members(
  {
    ...{ keys_used: count, ballots_stored: count, ballots_tallied: count },
    ballots_summed: { type: 'number', description: 'Votes and undervotes put back together into ballots' },
    matches_log: told(
      flag,
      'On a cluster, once the log is closed: whether the result is the one its close names',
    ),
    holds: told(flag, 'false is an alarm'),
    settling: { const: true, description: 'The numbers differ because ballots are on their way' },
  },
  ['matches_log', 'settling'],
)

const LOG_STATE = members(
  {
    origin: text,
    key: told(text, 'The C2SP verifier key'),
    size: told(count, 'Leaves under the published checkpoint'),
    root: hash,
    published_at: orNull(time),
    behind: told(count, 'Ballots recorded that are not in the log yet, held ones included'),
    failures: told(count, 'Times that publishing failed since the server started; it is tried again'),
    closed: told(flag, 'Nothing follows any more'),
    witnesses: list(
      members({
        ...{ name: text, size: orNull(count), behind: count },
        problem: orNull({
          type: 'string',
          enum: [
            ...['no-answer', 'malformed', 'wrong-signature', 'unknown-log'],
            ...['ahead', 'refused', 'not-offered'],
          ],
        }),
      }),
    ),
    witnessed: orNull(count),
    certified_at: time,
    lots: { type: 'object', additionalProperties: list(text) },
  },
  ['witnesses', 'witnessed', 'certified_at', 'lots'],
)

export const COUNT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Snapshot: members(
    {
      election: SNAPSHOT_ELECTION,
      phase: PHASE,
      as_of: told(time, 'When it was made, by the server’s clock'),
      last_ballot_at: orNull(time),
      ...{ eligible: count, cast: count },
      blank: orNull(count),
      held: told(orNull(count), 'Ballots cast that are not in the counts yet'),
      checkpoint: told(
        orNull(members({ size: count, root: hash })),
        'The published checkpoint that the counts are a function of; null where each ballot is told as it comes',
      ),
      votes_per_second: { type: 'number', minimum: 0 },
      turnout: list(
        { type: 'array', prefixItems: [count, count], minItems: 2, maxItems: 2 },
        'Unix seconds and ballots cast by then, oldest first',
      ),
      districts: list(members({ id: text, name: text, eligible: count, cast: count })),
      contests: told(orNull(list(CONTEST)), 'null while results are not shown'),
      invariant: named('Invariant'),
      log: orNull(named('LogState')),
      pipeline: named('Pipeline'),
    },
    ['pipeline'],
  ),
  Threshold: THRESHOLD,
  Invariant: INVARIANT,
  LogState: LOG_STATE,
  History: members({
    times: list(count, 'Unix seconds, ascending'),
    cast: list(count, 'Ballots of the whole election, by moment'),
    held: list(count, 'Of these, ballots that were held back then'),
    contests: orNull(
      list(
        members({
          ...{ id: text, ballots: list(count), blank: list(count) },
          votes: list(list(count), 'By option, in definition order, then by moment'),
        }),
      ),
    ),
  }),
  Pulse: members({
    viewers: told(count, 'Open result streams of the election'),
    commit_ms: told(orNull({ type: 'number' }), 'Milliseconds until a batch of ballots is durable, a median'),
  }),
}
