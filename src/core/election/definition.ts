/**
 * An election as its organiser defines it: the published schema, the type, and the rules a schema cannot say.
 *
 * Wire names are snake_case and are used as they stand, so a reader of a definition file finds the same words here.
 */
import * as Type from 'typebox'

const id = (what: string) =>
  Type.String({
    pattern: '^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$',
    maxLength: 64,
    description: `${what}: lower-case letters, digits, "-" and "_"`,
  })

const name = (what: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$', description: what })

const instant = (what: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$',
    description: `${what}: a date and time with its offset, such as 2026-11-23T08:00:00+01:00`,
  })

export const MAX_DISTRICTS = 65_535
export const MAX_CONTESTS = 100
export const MAX_OPTIONS = 500
/** Counts kept per election, options × districts over all contests: what a tally holds in memory. */
export const MAX_CELLS = 5_000_000

export const OptionSchema = Type.Object(
  {
    id: id('The option’s id'),
    name: name('The name voters see'),
    color: Type.Optional(
      Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'The option’s colour, #rrggbb' }),
    ),
  },
  { additionalProperties: false },
)

export const ContestSchema = Type.Object(
  {
    id: id('The contest’s id'),
    title: name('What is being decided'),
    votes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_OPTIONS, description: 'Votes each voter has; 1 if left out' }),
    ),
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
          'true: the booth begins each voter’s list of options at another one, by the voter’s key; false if left out',
      }),
    ),
  },
  { additionalProperties: false },
)

export const DistrictSchema = Type.Object(
  { id: id('The district’s id, as the voter roll names it'), name: name('The district’s name') },
  { additionalProperties: false },
)

export const DefinitionSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: id('The election’s id, used in addresses and folder names'),
    title: name('The election’s title'),
    opens_at: instant('When voting opens'),
    closes_at: instant('When voting closes'),
    results: Type.Union([Type.Literal('live'), Type.Literal('after-close')], {
      description: 'Whether counts show while voting goes on, or only after the close',
    }),
    simulated: Type.Optional(
      Type.Boolean({ description: 'true for a demonstration or rehearsal: every page then says so' }),
    ),
    suppress_below: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description:
          'While voting is open, the ballots of a district are held back from every count until there are so many, not all alike; districts with fewer voters are counted together, for good. 1 holds nothing back. If left out: 10, or 1 where `simulated` is true',
      }),
    ),
    districts: Type.Optional(
      Type.Array(DistrictSchema, {
        minItems: 1,
        maxItems: MAX_DISTRICTS,
        description: 'Reporting units; one called "all" if left out',
      }),
    ),
    contests: Type.Array(ContestSchema, { minItems: 1, maxItems: MAX_CONTESTS }),
  },
  { additionalProperties: false, title: 'Election definition' },
)

/** A definition file as it is written, before defaults. */
export type DefinitionFile = Type.Static<typeof DefinitionSchema>
export type Option = Type.Static<typeof OptionSchema>
export type District = Type.Static<typeof DistrictSchema>
export type ResultsShown = 'live' | 'after-close'

export interface Contest {
  readonly id: string
  readonly title: string
  /** Votes each voter has in this contest. */
  readonly votes: number
  readonly options: readonly Option[]
  /** Indexes into the election's districts; `null` is all of them. */
  readonly districts: ReadonlySet<number> | null
  /** Whether each voter's list of options begins elsewhere (rotation.ts). */
  readonly rotation: boolean
}

/** A definition with defaults filled in and times as Unix milliseconds. */
export interface Election {
  readonly id: string
  readonly title: string
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly results: ResultsShown
  readonly simulated: boolean
  /** Ballots are told once there are so many together, not all alike (tally/release.ts); 1 tells every ballot at once. */
  readonly suppressBelow: number
  readonly districts: readonly District[]
  readonly contests: readonly Contest[]
}

/** One thing wrong with a definition: where (a JSON pointer, RFC 6901) and what. */
export interface DefinitionError {
  readonly pointer: string
  readonly message: string
}

/**
 * Rules beyond the schema: times in order, ids and names unique, references that lead somewhere.
 * Names must be unique within a contest because `POST /vote` accepts a name for an option.
 */
export function definitionErrors(file: DefinitionFile): DefinitionError[] {
  const errors: DefinitionError[] = []
  const opens = Date.parse(file.opens_at)
  const closes = Date.parse(file.closes_at)
  if (Number.isNaN(opens)) errors.push({ pointer: '/opens_at', message: 'is not a date that exists' })
  if (Number.isNaN(closes)) errors.push({ pointer: '/closes_at', message: 'is not a date that exists' })
  if (closes <= opens) errors.push({ pointer: '/closes_at', message: 'must be later than opens_at' })

  const districts = new Set<string>()
  for (const [i, district] of (file.districts ?? []).entries()) {
    if (districts.has(district.id))
      errors.push({ pointer: `/districts/${i}/id`, message: `"${district.id}" is used twice` })
    districts.add(district.id)
  }
  if (file.districts === undefined) districts.add(ALL_VOTERS.id)

  const contests = new Set<string>()
  for (const [i, contest] of file.contests.entries()) {
    const at = `/contests/${i}`
    if (contests.has(contest.id))
      errors.push({ pointer: `${at}/id`, message: `"${contest.id}" is used twice` })
    contests.add(contest.id)
    if ((contest.votes ?? 1) > contest.options.length)
      errors.push({ pointer: `${at}/votes`, message: 'is more than there are options' })
    for (const [j, district] of (contest.districts ?? []).entries()) {
      if (!districts.has(district) && errors.length < MOST_ERRORS)
        errors.push({ pointer: `${at}/districts/${j}`, message: `"${district}" is not one of the districts` })
    }
    errors.push(...ambiguousOptions(contest.options, at))
  }
  const options = file.contests.reduce((sum, contest) => sum + contest.options.length, 0)
  if (options * districts.size > MAX_CELLS)
    errors.push({ pointer: '/contests', message: `has more than ${MAX_CELLS} options × districts` })
  return errors
}

/** Districts that are not there are told one by one so far: a file can name millions. */
const MOST_ERRORS = 1_000

/** An option answers to its id and to its name; no two options of a contest may answer to the same word. */
function ambiguousOptions(options: readonly Option[], at: string): DefinitionError[] {
  const errors: DefinitionError[] = []
  const owner = new Map<string, number>()
  for (const [j, option] of options.entries()) {
    for (const [key, word] of [
      ['id', option.id],
      ['name', option.name],
    ] as const) {
      const other = owner.get(word)
      if (other !== undefined && other !== j)
        errors.push({ pointer: `${at}/options/${j}/${key}`, message: `"${word}" names another option too` })
      else owner.set(word, j)
    }
  }
  return errors
}

/** What `suppress_below` is where people vote and the definition does not say. */
const SUPPRESS_BELOW = 10

const ALL_VOTERS: District = { id: 'all', name: 'All voters' }

/** The election a valid definition file describes. Call {@link definitionErrors} first. */
export function electionFrom(file: DefinitionFile): Election {
  const districts = file.districts ?? [ALL_VOTERS]
  const districtIndex = new Map(districts.map((district, i) => [district.id, i]))
  return {
    id: file.id,
    title: file.title,
    opensAtMs: Date.parse(file.opens_at),
    closesAtMs: Date.parse(file.closes_at),
    results: file.results,
    simulated: file.simulated ?? false,
    suppressBelow: file.suppress_below ?? (file.simulated ? 1 : SUPPRESS_BELOW),
    districts,
    contests: file.contests.map((contest) => ({
      id: contest.id,
      title: contest.title,
      votes: contest.votes ?? 1,
      options: contest.options,
      districts: contest.districts
        ? new Set(contest.districts.map((district) => districtIndex.get(district)!))
        : null,
      rotation: contest.rotation ?? false,
    })),
  }
}
