/**
 * Schemas of the count as the API returns it: the snapshot, its history, and the other events of
 * its stream.
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
/** An object schema whose members are all required, except for `optional`. */
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

const described = (schema: Schema, description: string): Schema => ({ ...schema, description })
const flag: Schema = { type: 'boolean' }

const THRESHOLD = members({
  is: { type: 'string', enum: ['more_than', 'at_least'] },
  fraction: members({ numerator: count, denominator: count }),
  of: { type: 'string', enum: ['votes', 'ballots', 'eligible'] },
})

const SNAPSHOT_ELECTION = members(
  {
    id: text,
    title: described(
      text,
      'In the election’s first language, as all names here; the definition has the others',
    ),
    languages: list(text, 'The languages of its texts; absent if it names none'),
    ...{ opens_at: time, closes_at: time },
    results: { type: 'string', enum: ['live', 'after-close'] },
    simulated: flag,
    suppress_below: described(
      count,
      'Ballots of a district are published in groups of this size; 1: each at once',
    ),
  },
  ['languages'],
)

const OPTION = members(
  {
    ...{ id: text, name: text, color: orNull(text), votes: count },
    none_of_these: {
      const: true,
      description: '“None of these”: takes no seat; absent for ordinary options',
    },
  },
  ['none_of_these'],
)

const CONTEST = members({
  ...{ id: text, title: text },
  votes_allowed: described(count, 'Votes that each voter has'),
  seats: described(count, 'Options that win'),
  measure: described(flag, 'A yes/no question: it passes if its first option reaches the threshold'),
  share_of: { type: 'string', enum: ['votes', 'ballots'] },
  threshold: orNull(named('Threshold')),
  quorum: orNull(
    members({
      counting: { type: 'string', enum: ['ballots', 'marked'] },
      needs: { anyOf: [named('Threshold'), members({ atLeast: count })] },
    }),
  ),
  eligible: described(count, 'Keys issued in its districts'),
  ...{ ballots: count, blank: count, undervotes: count },
  options: list(OPTION, 'In definition order, not ranked'),
  by_district: list(
    list(count),
    'For each district that votes in the contest: its index in `districts`, votes per option, ' +
      'blank ballots. Only the index if the district is too small to be published',
  ),
})

const INVARIANT = members(
  {
    ...{ keys_used: count, ballots_stored: count, ballots_tallied: count },
    ballots_summed: { type: 'number', description: 'Ballots computed from votes and undervotes' },
    matches_log: described(
      flag,
      'On a cluster, once the log is closed: whether the result equals the one in its close entry',
    ),
    holds: described(flag, 'false is an alarm'),
    settling: { const: true, description: 'The numbers differ only because ballots are in transit' },
  },
  ['matches_log', 'settling'],
)

const LOG_STATE = members(
  {
    origin: text,
    key: described(text, 'The C2SP verifier key'),
    size: described(count, 'Leaves under the published checkpoint'),
    root: hash,
    published_at: orNull(time),
    behind: described(count, 'Ballots recorded that are not in the public log yet, held ones included'),
    failures: described(count, 'How often publishing failed since the server started; the server retries'),
    closed: described(flag, 'Whether the log has its last entry'),
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
      as_of: described(time, 'When the server created it, by the server’s clock'),
      last_ballot_at: orNull(time),
      ...{ eligible: count, cast: count },
      blank: orNull(count),
      held: described(orNull(count), 'Ballots cast that are not in the counts yet'),
      checkpoint: described(
        orNull(members({ size: count, root: hash })),
        'The published checkpoint from which the counts follow; null if each ballot is published at once',
      ),
      votes_per_second: { type: 'number', minimum: 0 },
      turnout: list(
        { type: 'array', prefixItems: [count, count], minItems: 2, maxItems: 2 },
        'Unix seconds and the ballots cast until then, oldest first',
      ),
      districts: list(members({ id: text, name: text, eligible: count, cast: count })),
      contests: described(orNull(list(CONTEST)), 'null while results are not shown'),
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
    held: list(count, 'Of these, the ballots held at that moment'),
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
    viewers: described(count, 'Open result streams of the election'),
    commit_ms: described(
      orNull({ type: 'number' }),
      'Median time until a batch of ballots is durable, in milliseconds',
    ),
  }),
}
