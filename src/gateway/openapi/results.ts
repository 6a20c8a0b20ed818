/** The API of the count: the snapshot, its stream and history, and the result documents. */
import { STREAM_QUERY } from '../results.ts'
import { COUNT_SCHEMAS, count, list, members, text } from './count-schemas.ts'
import { type Area, type AreaPath, json, kept, named, ofElection, type Parameter } from './form.ts'
import { PIPELINE } from './pipeline-schema.ts'

const SNAPSHOT = {
  election: {
    ...{ id: 'town-2026', title: 'Town election 2026' },
    ...{ opens_at: '2026-11-23T07:00:00.000Z', closes_at: '2026-11-23T19:00:00.000Z' },
    ...{ results: 'live', simulated: false, suppress_below: 1 },
  },
  phase: 'open',
  as_of: '2026-11-23T17:04:43.132Z',
  last_ballot_at: '2026-11-23T17:04:40.093Z',
  ...{ eligible: 400, cast: 3, blank: 0, held: 0, checkpoint: null, votes_per_second: 0.4 },
  turnout: [
    [1_795_453_470, 0],
    [1_795_453_480, 3],
  ],
  districts: [{ id: 'north', name: 'North', eligible: 400, cast: 3 }],
  contests: [
    {
      ...{ id: 'mayor', title: 'Mayor', votes_allowed: 1, seats: 1, measure: false, share_of: 'votes' },
      ...{ threshold: null, quorum: null, eligible: 400, ballots: 3, blank: 0, undervotes: 0 },
      options: [
        { id: 'ada', name: 'Ada Lovelace', color: null, votes: 2 },
        { id: 'grace', name: 'Grace Hopper', color: null, votes: 1 },
      ],
      by_district: [[0, 2, 1, 0]],
    },
  ],
  invariant: { keys_used: 3, ballots_stored: 3, ballots_tallied: 3, ballots_summed: 3, holds: true },
  log: {
    origin: 'digital-elections/town-2026-818e0587',
    key: 'digital-elections/town-2026-818e0587+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu',
    ...{ size: 4, root: 'lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=' },
    ...{ published_at: '2026-11-23T17:04:41.482Z', behind: 0, failures: 0, closed: false },
  },
}

const RESULT = {
  ...{ format: 'digital-elections/result/v1', election: 'town-2026', ballots: 3, held: 0 },
  contests: [
    {
      ...{ id: 'mayor', ballots: 3, blank: 0, undervotes: 0 },
      options: [
        { id: 'ada', votes: 2 },
        { id: 'grace', votes: 1 },
      ],
      districts: [{ id: 'north', ballots: 3, blank: 0, undervotes: 0, votes: [2, 1] }],
    },
  ],
}

const HISTORY = {
  ...{ times: [1_795_453_480], cast: [3], held: [0] },
  contests: [{ id: 'mayor', ballots: [3], blank: [0], votes: [[2], [1]] }],
}

const CSV =
  '\ufeffcontest_id,contest,district_id,district,option_id,option,votes,share,result\r\n' +
  'mayor,Mayor,(total),All districts,ada,Ada Lovelace,2,66.67%,elected\r\n'

/** Any site may read it, to show or compare it. */
const ANY_ORIGIN = {
  'Access-Control-Allow-Origin': {
    description: 'Any site may read it',
    schema: { const: '*' },
  },
}

const ATTACHED = {
  'Content-Disposition': {
    description: 'A name for the file',
    schema: { type: 'string', pattern: '^attachment; filename="[^"]+"$' },
  },
}

const LAST: readonly Parameter[] = [
  {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event that the client has: nothing is sent until something changes',
    schema: { type: 'string' },
    example: '1795971875001',
  },
  {
    name: 'last',
    in: 'query',
    description: 'The same, for a page that opens a new stream and cannot set the header',
    schema: STREAM_QUERY.properties.last,
    example: '1795971875001',
  },
  {
    name: 'deltas',
    in: 'query',
    description: '`1`: first a whole snapshot, then only the changes (docs/protocol.md, "HTTP")',
    schema: STREAM_QUERY.properties.deltas,
  },
]

const STREAM: readonly AreaPath[] = ofElection('/results/stream', 'get', {
  id: 'followResults',
  summary: 'Server-sent events with whole snapshots or their changes, at most ten a second',
  description:
    'Ends with its connection. A slow client misses snapshots: each one is complete. `retry` is ' +
    '1000 milliseconds. With `deltas=1` it begins with a whole snapshot, unless the client has ' +
    'the last id or gets what it missed.',
  parameters: LAST,
  answers: {
    200: {
      description: 'A snapshot at once and after each change; a beat every five seconds.',
      headers: ANY_ORIGIN,
      content: {
        'text/event-stream': {
          schema: { type: 'string' },
          'x-item-schema': named('ResultsEvent'),
          example: 'retry: 1000\n\nevent: beat\ndata: {"viewers":1,"commit_ms":0.9}\n\n',
        },
      },
    },
  },
  scopes: ['large', 'token'],
})

const document = (
  path: string,
  id: string,
  summary: string,
  content: NonNullable<Parameters<typeof kept>[0]['content']>,
  parameters: readonly Parameter[] = [],
): readonly AreaPath[] =>
  ofElection(path, 'get', {
    ...{ id, summary },
    ...documentKept(path, content, parameters),
    scopes: ['count', 'large', 'token', ...(parameters.length > 0 ? (['file'] as const) : [])],
  })

function documentKept(
  path: string,
  content: NonNullable<Parameters<typeof kept>[0]['content']>,
  parameters: readonly Parameter[],
) {
  const form = kept({
    description: 'The published part of the result; if results show after the close, not before.',
    headers: path === '/results.json' ? { ...ATTACHED, ...ANY_ORIGIN } : ATTACHED,
    content,
  })
  return { ...form, parameters: [...form.parameters, ...parameters] }
}

const LANGUAGE: Parameter = {
  name: 'language',
  in: 'query',
  description:
    'The tag of a language of the election’s texts; the election’s first if left out. ' +
    'If it has no such language, the answer is `not-found`.',
  schema: { type: 'string', minLength: 1, maxLength: 40 },
  example: 'es',
}

/** A number; in a stream of deltas, the name of its chain and a number. */
const EVENT_ID = { type: 'string', pattern: '^([0-9]+|[A-Za-z0-9_.]{8}-[0-9]+)$', maxLength: 40 }

const event = (name: string | undefined, hasId: boolean, description: string, data: object) => ({
  type: 'object',
  description,
  required: [...(name === undefined ? [] : ['event']), ...(hasId ? ['id'] : []), 'data'],
  properties: {
    ...(name !== undefined && { event: { const: name } }),
    ...(hasId && { id: EVENT_ID }),
    data,
  },
})

const inJson = (schema: object) => ({
  type: 'string',
  contentMediaType: 'application/json',
  contentSchema: schema,
})

const figures = { ballots: count, blank: count, undervotes: count }

export const RESULTS: Area = {
  tag: 'results',
  description: 'The published count: docs/protocol.md, "Result", says what is published when.',
  paths: [
    ...ofElection('/results', 'get', {
      id: 'getResults',
      summary: 'The present count, as the dashboard shows it',
      ...kept({
        description: 'Under load it may be a few seconds old.',
        headers: ANY_ORIGIN,
        content: json(named('Snapshot'), SNAPSHOT),
      }),
      scopes: ['large', 'token'],
    }),
    ...STREAM,
    ...ofElection('/results/history', 'get', {
      id: 'getHistory',
      summary: 'Each contest’s totals at past moments, if results are live',
      ...kept({
        description: 'Two moments are at least ten counted ballots apart.',
        content: json(named('History'), HISTORY),
      }),
      scopes: ['large', 'token'],
    }),
    ...document(
      '/results.json',
      'getResultDocument',
      'The result document: canonical, the same bytes as from a recount',
      json(named('Result'), RESULT),
    ),
    ...document(
      '/results.csv',
      'getResultTable',
      'The result as CSV, one line per contest, district and option',
      {
        'text/csv': {
          schema: { type: 'string', pattern: '^\\ufeff?contest_id,contest,district_id,' },
          example: CSV,
        },
      },
      [LANGUAGE],
    ),
    ...document(
      '/results.cdf.json',
      'getResultReport',
      'The result as a NIST SP 1500-100 v2 election report',
      json(named('ElectionReport'), {
        '@type': 'ElectionResults.ElectionReport',
        ...{ Format: 'precinct-level', Status: 'unofficial-partial' },
      }),
    ),
  ],
  schemas: {
    ...COUNT_SCHEMAS,
    Pipeline: PIPELINE,
    ResultsEvent: {
      title: 'Event of the stream',
      anyOf: [
        event(undefined, true, 'The whole count', inJson(named('Snapshot'))),
        event('delta', true, 'The changes since the event in `base`', inJson(named('Delta'))),
        event('beat', false, 'Every five seconds', inJson(named('Pulse'))),
        event('stopping', false, 'The server is stopping: open another stream after a second', {
          const: '1',
        }),
      ],
    },
    Delta: members({
      base: {
        ...EVENT_ID,
        description: 'The id of the event before it; a client with another id opens the stream again',
      },
      patch: {
        description:
          'Of a value: a scalar, which is the new value; a list of one element, likewise; an object ' +
          'of patches for ' +
          'the members or elements that changed. A member whose patch is the empty list is removed',
      },
    }),
    Result: members({
      format: { const: 'digital-elections/result/v1' },
      ...{ election: text, ballots: count, held: count },
      contests: list(
        members({
          ...{ id: text, ...figures },
          options: list(members({ id: text, votes: count })),
          districts: list({
            anyOf: [
              members({ id: text, ...figures, votes: list(count, 'Per option, in definition order') }),
              members({ id: text, ballots: count, withheld: { const: true } }),
            ],
          }),
        }),
      ),
    }),
    ElectionReport: {
      type: 'object',
      description: 'Follows the NIST schema of SP 1500-100 version 2, which is not repeated here',
      required: ['@type'],
      properties: { '@type': { const: 'ElectionResults.ElectionReport' } },
      additionalProperties: true,
    },
  },
}
