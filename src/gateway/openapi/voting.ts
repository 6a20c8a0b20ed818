/**
 * The API for voters and polling places: casting one ballot or many, and the contests of a voter
 * key.
 */
import { BallotBodySchema } from '../ballot-body.ts'
import { LINES_QUERY } from '../ballot-lines.ts'
import { BallotStyleSchema, KeyBodySchema } from '../ballot-style.ts'
import { NDJSON } from '../body-lines.ts'
import { PromiseSchema, ReceiptSchema } from '../receipt.ts'
import { IDEMPOTENCY_KEY_PATTERN, VoteBodySchema } from '../vote-body.ts'
import { type Area, ELECTION_ID, json, type MediaType, named, type Parameter, type Schema } from './form.ts'
import { LINE_CODES } from './refusals.ts'

const KEY = { personal_id: 'P0000001', guid: '7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e' }
const TRACKER = 'O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw'
const PROMISE = {
  log: 'digital-elections/town-2026-818e0587',
  publish_by: 1_795_972_481,
  salt: 'a555c733d4c50669d4010ef7ae89023b',
  index: 0,
  hashes: [],
  note:
    'digital-elections/town-2026-818e0587/promises\n1\n92xu6K2C2KhvnKKCnJ/qrN2Gw1lW0BtSCvaKxL15IZ4=\n\n' +
    '— digital-elections/town-2026-818e0587 ' +
    '0GcAuyCyeZjk83uzui39Lc10LOephRc1ldpmRrPE5MM8L4mLBvAAYyokxmnCnKKo7OPM' +
    '/LDXLx7Kc58SUBsmg13dyQw=\n',
}

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Any name for this ballot. If the answer was lost, the same request with the same name returns ' +
    'the receipt of the ballot already cast; without it, the answer is 409',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN },
  example: 'a7d8c2',
}

const SOLUTION: Parameter = {
  name: 'Challenge-Solution',
  in: 'header',
  description:
    'After `challenge-needed`: the challenge, a dot, and a number. SHA-256 of the challenge’s ' +
    'last part, a dot and the number must begin with `bits` zero bits. Valid once, for two ' +
    'minutes, from the address that got the challenge',
  schema: { type: 'string', maxLength: 100 },
}

const RECEIPTS: Parameter = {
  name: 'receipts',
  in: 'query',
  ...{ description: LINES_QUERY.properties.receipts.description, schema: LINES_QUERY.properties.receipts },
}

const RECORDED = {
  description: 'The ballot is durable and will be counted.',
  content: json(named('Receipt'), {
    ...{ status: 'recorded', election: 'town-2026', tracker: TRACKER, promise: PROMISE },
  }),
}

const ballotLine = (members: object) => `${JSON.stringify({ ...KEY, ...members })}\n`

const LINES_IN: Readonly<Record<string, MediaType>> = {
  [NDJSON]: {
    // An invalid line is refused separately, so the schema accepts any body.
    schema: { description: 'One ballot per line, in either form' },
    'x-item-schema': named('BallotLine'),
    example: ballotLine({ candidate: 'ada', idempotency_key: 'desk-4/000017' }),
  },
}

const LINES_OUT: Readonly<Record<string, MediaType>> = {
  [NDJSON]: {
    schema: { type: 'string', description: 'One line per ballot, in order; sent while lines arrive' },
    'x-item-schema': named('LineAnswer'),
    example: `{"status":201,"tracker":"${TRACKER}"}\n{"status":409,"code":"key-already-used"}\n`,
  },
}

const ANSWERED = { description: 'Each line is answered separately.', content: LINES_OUT }

/** As a line, a body in either form may have its own idempotency key. */
function line({ properties, ...form }: { readonly properties: object }): Schema {
  const idempotency_key = { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN }
  return { ...form, title: undefined, properties: { ...properties, idempotency_key } }
}

const LINE_STATUS = { type: 'integer', minimum: 400, maximum: 599 }
const LINE_CODE = { type: 'string', enum: LINE_CODES }

export const VOTING: Area = {
  tag: 'voting',
  description:
    'Casting ballots. A key votes once; after a lost answer, repeat the request with the same ' +
    'Idempotency-Key.',
  paths: [
    {
      path: '/vote',
      method: 'post',
      form: {
        id: 'castVote',
        summary: 'Cast a vote in an election with one contest: the short form',
        description: 'In the default election. The shortest way, for polling places and machines, too.',
        parameters: [IDEMPOTENCY_KEY, SOLUTION],
        body: json(named('Vote'), { ...KEY, candidate: 'ada' }),
        answers: { 201: RECORDED },
        scopes: ['body', 'key', 'slow', 'vote', 'token'],
      },
    },
    {
      path: '/elections/{id}/ballots',
      method: 'post',
      form: {
        id: 'castBallot',
        summary: 'Cast one ballot in the general form, or many as NDJSON',
        parameters: [ELECTION_ID, IDEMPOTENCY_KEY, SOLUTION, RECEIPTS],
        body: { ...json(named('Ballot'), { ...KEY, contests: { mayor: ['ada'] } }), ...LINES_IN },
        answers: { 200: ANSWERED, 201: RECORDED },
        scopes: ['election', 'body', 'key', 'slow', 'ballot', 'token'],
      },
    },
    {
      path: '/ballots',
      method: 'post',
      form: {
        id: 'castBallots',
        summary: 'Cast many ballots in the default election, as NDJSON',
        parameters: [RECEIPTS],
        body: LINES_IN,
        answers: { 200: ANSWERED },
        scopes: ['body', 'token'],
      },
    },
    {
      path: '/elections/{id}/ballot-style',
      method: 'post',
      form: {
        id: 'getBallotStyle',
        summary: 'The contests of a voter key; casts no ballot and does not use the key',
        parameters: [ELECTION_ID, SOLUTION],
        body: json(named('VoterKey'), KEY),
        answers: {
          200: {
            description: 'The key may vote in these contests.',
            content: json(named('BallotStyle'), { district: 'north', contests: ['mayor'], used: false }),
          },
        },
        scopes: ['election', 'body', 'key', 'slow', 'token'],
      },
    },
    {
      path: '/challenge',
      method: 'get',
      form: {
        id: 'getChallenge',
        summary: 'A challenge; its solution admits a request from an address with too many wrong keys',
        description: '404 if the server gives no challenges (`serve --challenge`).',
        answers: {
          200: {
            description: 'Valid once, for two minutes, from the address that requested it.',
            content: json(named('Challenge'), {
              challenge: '17.1795972481.gqZzq2v0eX1Yb3uC.O5Cm3F8oI5-keDw8lVboSA',
              ...{ bits: 17, expires_at: '2026-11-29T20:41:21.000Z' },
            }),
          },
        },
        scopes: ['file'],
      },
    },
  ],
  schemas: {
    Challenge: {
      type: 'object',
      required: ['challenge', 'bits', 'expires_at'],
      properties: {
        challenge: { type: 'string' },
        bits: { type: 'integer', minimum: 1, maximum: 32 },
        expires_at: { type: 'string', format: 'date-time' },
      },
    },
    Vote: VoteBodySchema,
    Ballot: BallotBodySchema,
    VoterKey: KeyBodySchema,
    BallotStyle: BallotStyleSchema,
    Receipt: { ...ReceiptSchema, properties: { ...ReceiptSchema.properties, promise: named('Promise') } },
    Promise: PromiseSchema,
    BallotLine: { title: 'Line of NDJSON', anyOf: [line(VoteBodySchema), line(BallotBodySchema)] },
    LineAnswer: {
      title: 'Answer to a line',
      anyOf: [
        {
          type: 'object',
          required: ['status', 'tracker'],
          properties: {
            status: { const: 201 },
            tracker: ReceiptSchema.properties.tracker,
            promise: named('Promise'),
          },
        },
        {
          type: 'object',
          required: ['status', 'code'],
          properties: { status: LINE_STATUS, code: LINE_CODE },
        },
        {
          type: 'object',
          description: 'The last line if the request was not read completely: the rest may be sent again',
          required: ['ended', 'lines', 'status', 'code'],
          properties: {
            ended: { const: true },
            lines: { type: 'integer', minimum: 0, description: 'The number of lines answered before it' },
            ...{ status: LINE_STATUS, code: LINE_CODE },
          },
        },
      ],
    },
  },
}
