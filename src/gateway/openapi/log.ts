/**
 * The API of the public log: C2SP's static files by the names the specification gives them, and
 * proofs.
 */
import { count, hash, list, members, sha256, text, time } from './count-schemas.ts'
import { EXAMPLE_DEFINITION } from './elections.ts'
import {
  type Area,
  type AreaPath,
  json,
  kept,
  type MediaType,
  named,
  type OperationForm,
  ofElection,
  type Parameter,
} from './form.ts'

const ORIGIN = 'digital-elections/town-2026-818e0587'
const VKEY = `${ORIGIN}+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu`
const ROOT = 'lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw='
const CHECKPOINT =
  `${ORIGIN}\n301\n${ROOT}\n\n— ${ORIGIN} 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0K` +
  'usVZy5zLUSCzyntZkgk=\n'
const SHA256 = 'b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e'

const ANY_ORIGIN = {
  'Access-Control-Allow-Origin': { description: 'Any site may read it', schema: { const: '*' } },
}

const ELSEWHERE = {
  307: {
    description: 'This server does not hold the log: its files are there.',
    headers: {
      Location: { description: 'The same file where it lies', required: true, schema: { type: 'string' } },
    },
  },
} satisfies OperationForm['answers']

/** A file of the log. */
function file(
  path: string,
  id: string,
  summary: string,
  content: Readonly<Record<string, MediaType>>,
  own: readonly Parameter[] = [],
): readonly AreaPath[] {
  const { parameters, answers } = kept({ description: summary, headers: ANY_ORIGIN, content })
  return ofElection(`/log/${path}`, 'get', {
    ...{ id, summary },
    parameters: [...own, ...parameters],
    answers: { ...answers, ...ELSEWHERE },
    scopes: ['file', 'large'],
  })
}

const NOTE: Readonly<Record<string, MediaType>> = {
  'text/plain': {
    schema: { type: 'string', pattern: '^[^\\n]+\\n(0|[1-9][0-9]*)\\n[A-Za-z0-9+/]{43}=\\n\\n(— .+\\n)+$' },
    example: CHECKPOINT,
  },
}

const BYTES: Readonly<Record<string, MediaType>> = { 'application/octet-stream': { schema: {} } }

const LEVEL: Parameter = {
  name: 'level',
  in: 'path',
  required: true,
  description: 'Height of the hashes over the leaves, in eights; or `entries` for the entries themselves',
  schema: { type: 'string', pattern: '^(entries|[0-9]|[1-5][0-9]|6[0-3])$' },
  example: '0',
}
const INDEX: Parameter = {
  name: 'index',
  in: 'path',
  required: true,
  description: 'Number of the tile, its last three digits',
  schema: { type: 'string', pattern: '^[0-9]{3}$' },
  example: '001',
}
const THOUSANDS: Parameter = {
  name: 'thousands',
  in: 'path',
  required: true,
  description: 'Its digits before these, by threes, each with an `x`: `x001` for 1,000 to 1,999',
  schema: { type: 'string', pattern: '^x[0-9]{3}$' },
  example: 'x001',
}
const WIDTH: Parameter = {
  name: 'width',
  in: 'path',
  required: true,
  description: 'Of a partial tile: how many hashes or entries, 1 to 255',
  schema: { type: 'string', pattern: '^([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])$' },
  example: '45',
}
const TILE = 'A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles)'

const TRACKER: Parameter = {
  name: 'tracker',
  in: 'path',
  required: true,
  description: 'As the receipt has it',
  schema: { type: 'string', pattern: '^[\\w-]{43}$' },
  example: 'O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw',
}

const PROOF = ofElection('/log/proof/{tracker}', 'get', {
  id: 'getProof',
  summary: 'The proof that a ballot is in the log (c2sp.org/tlog-proof)',
  parameters: [TRACKER],
  answers: {
    200: {
      description: 'With the checkpoint that it leads to.',
      headers: ANY_ORIGIN,
      content: {
        'text/plain': {
          schema: { type: 'string', pattern: '^c2sp\\.org/tlog-proof@v1\\nindex (0|[1-9][0-9]*)\\n' },
          example: `c2sp.org/tlog-proof@v1\nindex 81\n${ROOT}\n\n${CHECKPOINT}`,
        },
      },
    },
    ...ELSEWHERE,
  },
  scopes: ['proof'],
})

const outcome = members({
  result: text,
  ...{ elected: list(text), tied: list(text), tied_seats: count, vacant: count, lot: list(text) },
})
const CERTIFICATION = {
  ...{ format: 'digital-elections/certification/v2', election: 'town-2026', title: 'Town election 2026' },
  ...{ simulated: false, at: '2026-11-24T09:00:00.000Z', software: 'digital-elections 0.1.0' },
  ...{ result_sha256: SHA256, keys_issued: 400, keys_used: 3, ballots: 3, turnout: 0.0075 },
  contests: [
    {
      ...{ id: 'mayor', title: 'Mayor', votes_allowed: 1, seats: 1, eligible: 400 },
      ...{ ballots: 3, blank: 0, undervotes: 0 },
      options: [
        { id: 'ada', name: 'Ada Lovelace', votes: 2 },
        { id: 'grace', name: 'Grace Hopper', votes: 1 },
      ],
      outcome: { result: 'elected', elected: ['ada'], tied: [], tied_seats: 0, vacant: 0, lot: [] },
    },
  ],
  log: { key: VKEY, checkpoint: CHECKPOINT },
  checked: [{ check: 'leaves', count: 301 }],
  note: `${ORIGIN}/certification\nSHA-256 ${SHA256}\n\n— ${ORIGIN} 0GcAuyCyeZjk83uz\n`,
}

export const LOG: Area = {
  tag: 'log',
  description:
    'The signed tree of all ballots, as static files (c2sp.org/tlog-tiles): docs/protocol.md, "The public log".',
  paths: [
    ...file(
      'checkpoint',
      'getCheckpoint',
      'The newest checkpoint, a signed note (c2sp.org/tlog-checkpoint)',
      NOTE,
    ),
    ...file(
      'checkpoint.witnessed',
      'getWitnessedCheckpoint',
      'The newest checkpoint with cosignatures enough',
      NOTE,
    ),
    ...file('tile/{level}/{index}', 'getTile', TILE, BYTES, [LEVEL, INDEX]),
    ...file(
      'tile/{level}/{index}.p/{width}',
      'getPartialTile',
      `${TILE}, of which only the first are there`,
      BYTES,
      [...[LEVEL, INDEX, WIDTH]],
    ),
    ...file('tile/{level}/{thousands}/{index}', 'getFarTile', `${TILE}, from number 1,000 on`, BYTES, [
      ...[LEVEL, THOUSANDS, INDEX],
    ]),
    ...file(
      'tile/{level}/{thousands}/{index}.p/{width}',
      'getFarPartialTile',
      `${TILE}, from number 1,000 on, of which only the first are there`,
      BYTES,
      [LEVEL, THOUSANDS, INDEX, WIDTH],
    ),
    ...PROOF,
    ...file('genesis.json', 'getGenesis', 'The log’s first entry: its key and its rules', genesis()),
    ...file(
      'definition.json',
      'getLogDefinition',
      'The definition as it was handed in, byte for byte',
      json(named('Definition'), EXAMPLE_DEFINITION),
    ),
    ...file('districts.json', 'getKeysIssued', 'Keys issued per district, by the genesis', districts()),
    ...file(
      'districts-{sha256}.json',
      'getKeysIssuedLater',
      'Keys issued per district, by an amendment',
      districts(),
      [
        {
          ...{ name: 'sha256', in: 'path', required: true, schema: sha256, example: SHA256 },
          description: 'As the amendment names it',
        },
      ],
    ),
    ...file(
      'certification.json',
      'getCertification',
      'The certified result, signed by the log’s key; 404 until then',
      json(named('Certification'), CERTIFICATION),
    ),
    ...file('certification.pdf', 'getCertificate', 'The same for people', {
      'application/pdf': { schema: {} },
    }),
  ],
  schemas: {
    Genesis: members({
      ...{ v: { type: 'integer', enum: [1, 2] }, entry: { const: 'genesis' }, election: text, log: text },
      definition_sha256: sha256,
      roll: members({ size: count, root: hash, per_district_sha256: sha256 }),
      release: members({ results: { type: 'string', enum: ['live', 'after-close'] }, suppress_below: count }),
    }),
    KeysIssued: list(count, 'In definition order'),
    Certification: members({
      format: { type: 'string', pattern: '^digital-elections/certification/v[12]$' },
      ...{ election: text, title: text, simulated: { type: 'boolean' }, at: time, software: text },
      ...{ result_sha256: sha256, keys_issued: count, keys_used: count, ballots: count },
      turnout: { type: 'number', minimum: 0, maximum: 1 },
      contests: list(
        members(
          {
            ...{ id: text, title: text, votes_allowed: count, seats: count, eligible: count },
            ...{ ballots: count, blank: count, undervotes: count },
            options: list(members({ id: text, name: text, votes: count })),
            outcome,
          },
          ['seats', 'eligible', 'outcome'],
        ),
      ),
      log: members({ key: text, checkpoint: text }),
      checked: list(members({ check: text, count })),
      note: text,
    }),
  },
}

function genesis() {
  return json(named('Genesis'), {
    ...{ v: 2, entry: 'genesis', election: 'town-2026', log: VKEY, definition_sha256: SHA256 },
    roll: { size: 400, root: ROOT, per_district_sha256: SHA256 },
    release: { results: 'live', suppress_below: 10 },
  })
}

function districts() {
  return json(named('KeysIssued'), [200, 200])
}
