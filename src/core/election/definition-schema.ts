/**
 * The published schema of a definition file (schemas/election.schema.json). It uses the snake_case
 * names of the file, so that a reader finds the same words here. docs/definition.md explains the
 * fields to people; definition-rules.ts has the rules that a schema cannot express.
 */
import * as Type from 'typebox'
import { ID_PATTERN, MAX_ID } from './id.ts'
import { INSTANT_PATTERN } from './instant.ts'
import { FRACTION_PATTERN } from './share.ts'

export const MAX_DISTRICTS = 65_535
export const MAX_CONTESTS = 100
export const MAX_OPTIONS = 500
/**
 * The most counts per election (options × districts of all contests), because a tally holds them in
 * memory.
 */
export const MAX_CELLS = 5_000_000
export const MAX_LANGUAGES = 32
/** The most characters of a name or title, of a line, and of a paragraph. */
const MAX_NAME = 200
const MAX_LINE = 500
export const MAX_PARAGRAPH = 2_000
/** The most paragraphs of a description and of a statement. */
const MAX_PARAGRAPHS = 100
const MAX_STATEMENT = 20

const CLOSED = { additionalProperties: false } as const

/** A language tag (BCP 47) in its usual letters: language, script, region, variants. */
const LANGUAGE =
  '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,2}$'
export const NO_CONTROL = '^[^\\u0000-\\u001f\\u007f]*$'
/** The host is in ASCII, so that no two addresses look alike. */
const WEB_ADDRESS = '^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?([/?#][!-~]*)?$'
const FILE_NAME = '[^./\\\\:*?"<>|\\u0000-\\u001f\\u007f][^/\\\\:*?"<>|\\u0000-\\u001f\\u007f]*'
/** A path below the definition's folder, without hidden files and without "..". */
const PICTURE_FILE = `^${FILE_NAME}(/${FILE_NAME}){0,3}$`

const id = (what: string) =>
  Type.String({
    pattern: ID_PATTERN,
    maxLength: MAX_ID,
    description: `${what}: lower-case letters, digits, "-" and "_"`,
  })

function text(what: string, maxLength = MAX_NAME) {
  const one = Type.String({ minLength: 1, maxLength, pattern: NO_CONTROL })
  // Written out, because the library's own form adds 13 kB to the verifier's page.
  const byLanguage = Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    patternProperties: { [LANGUAGE]: one },
    ...CLOSED,
    minProperties: 1,
    maxProperties: MAX_LANGUAGES,
  })
  return Type.Union([one, byLanguage], { description: `${what}: a text, or texts by language tag` })
}

const paragraphs = (what: string, maxItems: number) =>
  Type.Optional(
    Type.Array(text('A paragraph', MAX_PARAGRAPH), {
      minItems: 1,
      maxItems,
      description: `${what}, by paragraph`,
    }),
  )

const instant = (what: string) =>
  Type.String({
    pattern: INSTANT_PATTERN,
    description: `${what}: a date and time with its offset, such as 2026-11-23T08:00:00+01:00`,
  })

const webAddress = (what: string) =>
  Type.Optional(Type.String({ maxLength: 500, pattern: WEB_ADDRESS, description: `${what}, https://…` }))

const picture = (what: string) =>
  Type.Optional(
    Type.Object(
      {
        file: Type.String({
          maxLength: 200,
          pattern: PICTURE_FILE,
          description: 'A PNG, JPEG or WebP file, as a path from the definition’s folder',
        }),
        sha256: Type.Optional(
          Type.String({
            pattern: '^[0-9a-f]{64}$',
            description: 'SHA-256 of the file’s bytes; `init` adds it if it is left out',
          }),
        ),
      },
      { ...CLOSED, description: what },
    ),
  )

const MapSchema = Type.Object(
  {
    file: Type.String({
      maxLength: 200,
      pattern: PICTURE_FILE,
      description:
        'A GeoJSON or TopoJSON file, as a path from the definition’s folder; each area’s id, or its ' +
        'property "district", is the id of a district',
    }),
    sha256: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'SHA-256 of the file’s bytes; `init` adds it if it is left out',
      }),
    ),
  },
  { ...CLOSED, description: 'A map of the districts, shown with the count' },
)

const fraction = () =>
  Type.String({ pattern: FRACTION_PATTERN, description: 'A fraction of whole numbers, such as 1/2 or 2/3' })

const shareOf = (what: string) =>
  Type.Optional(
    Type.Union([Type.Literal('votes'), Type.Literal('ballots'), Type.Literal('eligible')], {
      description: what,
    }),
  )

const ThresholdSchema = Type.Object(
  {
    more_than: Type.Optional(fraction()),
    at_least: Type.Optional(fraction()),
    of: shareOf('Of the votes cast, of the ballots cast, or of the voters eligible; "votes" if left out'),
  },
  { ...CLOSED, description: 'The share of votes that an option needs: one of more_than and at_least' },
)

const QuorumSchema = Type.Object(
  {
    more_than: Type.Optional(fraction()),
    at_least: Type.Optional(
      Type.Union([fraction(), Type.Integer({ minimum: 1, maximum: 1_000_000_000 })], {
        description: 'A fraction, or a whole number',
      }),
    ),
    of: shareOf('What a fraction is of; "eligible" if left out'),
    counting: Type.Optional(
      Type.Union([Type.Literal('ballots'), Type.Literal('marked')], {
        description:
          'All ballots that have the contest, or those that mark something in it; "ballots" if left out',
      }),
    ),
  },
  { ...CLOSED, description: 'How many must take part: one of more_than and at_least' },
)

export const OptionSchema = Type.Object(
  {
    id: id('The option’s id'),
    name: text('The name voters see'),
    color: Type.Optional(
      Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'The option’s colour, #rrggbb' }),
    ),
    designation: Type.Optional(text('A line below the name: party, occupation')),
    statement: paragraphs('What the option says for itself', MAX_STATEMENT),
    photo: picture('A picture of the option'),
    link: webAddress('A page with more about the option'),
    none_of_these: Type.Optional(
      Type.Boolean({ description: 'true: a vote for none of the others; it is marked alone and never wins' }),
    ),
  },
  CLOSED,
)

const CONTEST_FIELDS = {
  id: id('The contest’s id'),
  title: text('What is being decided'),
  description: paragraphs('What a voter should know, such as a measure’s wording', MAX_PARAGRAPHS),
  measure: Type.Optional(
    Type.Boolean({ description: 'true: a yes/no question; the first option is for it, the second against' }),
  ),
  votes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_OPTIONS, description: 'Votes each voter has; 1 if left out' }),
  ),
  min: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_OPTIONS,
      description: 'The fewest votes on a ballot, unless the contest is left blank; 1 if left out',
    }),
  ),
  seats: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_OPTIONS,
      description: 'How many win; as many as `votes` if left out',
    }),
  ),
  share_of: Type.Optional(
    Type.Union([Type.Literal('votes'), Type.Literal('ballots')], {
      description: 'What shares are shown of; "votes" if left out',
    }),
  ),
  threshold: Type.Optional(ThresholdSchema),
  quorum: Type.Optional(QuorumSchema),
}

export const ContestSchema = Type.Object(
  {
    ...CONTEST_FIELDS,
    options: Type.Array(OptionSchema, { minItems: 1, maxItems: MAX_OPTIONS }),
    districts: Type.Optional(
      Type.Array(id('A district’s id'), {
        minItems: 1,
        description: 'The districts that vote in this contest; all if left out',
      }),
    ),
    rotation: Type.Optional(
      Type.Boolean({
        description:
          'true: the booth begins each voter’s list with another option, chosen by the voter key; ' +
          'false if left out',
      }),
    ),
  },
  CLOSED,
)

export const DistrictSchema = Type.Object(
  { id: id('The district’s id, as the voter roll names it'), name: text('The district’s name') },
  CLOSED,
)

const ContactSchema = Type.Object(
  {
    phone: Type.Optional(
      Type.String({ maxLength: 40, pattern: '^[+(]?[0-9][0-9 ()./-]+$', description: 'A telephone number' }),
    ),
    email: Type.Optional(
      Type.String({
        maxLength: 254,
        pattern: '^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$',
        description: 'An e-mail address',
      }),
    ),
    url: webAddress('A web page'),
  },
  { ...CLOSED, minProperties: 1, description: 'Whom voters ask for help' },
)

export const DefinitionSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: id('The election’s id, used in addresses and folder names'),
    title: text('The election’s title'),
    languages: Type.Optional(
      Type.Array(
        Type.String({ pattern: LANGUAGE, description: 'A language tag (BCP 47), such as en or pt-BR' }),
        {
          minItems: 1,
          maxItems: MAX_LANGUAGES,
          description:
            'The languages promised: each text by language has all of them; the first replaces missing ones',
        },
      ),
    ),
    organiser: Type.Optional(
      Type.Object(
        { name: text('The organiser’s name') },
        { ...CLOSED, description: 'Who holds the election' },
      ),
    ),
    contact: Type.Optional(ContactSchema),
    logo: picture('The organiser’s logo'),
    privacy: Type.Optional(text('A line on what becomes of personal data', MAX_LINE)),
    opens_at: instant('When voting opens'),
    closes_at: instant('When voting closes'),
    results: Type.Union([Type.Literal('live'), Type.Literal('after-close')], {
      description: 'Whether counts are shown while voting is open, or only after the close',
    }),
    simulated: Type.Optional(
      Type.Boolean({ description: 'true for a demonstration or rehearsal: every page then shows that' }),
    ),
    suppress_below: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description:
          'k: while voting is open, the ballots of a district are counted in groups of k; districts ' +
          'with fewer than k voters are always counted together. 1 counts each ballot at once. If left ' +
          'out: 10, or 1 if `simulated` is true',
      }),
    ),
    districts: Type.Optional(
      Type.Array(DistrictSchema, {
        minItems: 1,
        maxItems: MAX_DISTRICTS,
        description: 'Reporting units; one called "all" if left out',
      }),
    ),
    map: Type.Optional(MapSchema),
    contests: Type.Array(ContestSchema, { minItems: 1, maxItems: MAX_CONTESTS }),
  },
  { ...CLOSED, title: 'Election definition' },
)
