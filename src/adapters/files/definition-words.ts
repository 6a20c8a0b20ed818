/** Turns the schema's errors about a definition into words. */
import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { Settings } from 'typebox/system'
import { Check, Errors } from 'typebox/value'
import { NO_CONTROL } from '../../core/election/definition-schema.ts'
import { FRACTION_PATTERN } from '../../core/election/share.ts'
import { nearestName } from '../../core/nearest-name.ts'

/** An error and its place: a path into the definition and, for an unknown field, its name there. */
export interface SchemaProblem {
  readonly at: readonly (string | number)[]
  readonly member?: string
  readonly message: string
}

/** High enough that the order of the schema does not decide which errors are reported. */
const MAX_ERRORS = 1000

export function schemaProblems(schema: TSchema, value: unknown): SchemaProblem[] {
  if (Check(schema, value)) return []
  return meant(allErrors(schema, value)).flatMap((error) => {
    const at = path(error.instancePath)
    if (error.keyword === 'required')
      return error.params.requiredProperties.map((member) => ({ at: [...at, member], message: 'is missing' }))
    if (error.keyword === 'additionalProperties')
      return error.params.additionalProperties.map((member) => ({
        at,
        member,
        message: unknownField(member, schemaAt(schema, error.schemaPath)),
      }))
    const message = words(error, at, schema)
    return message === undefined ? [] : [{ at, message }]
  })
}

/** By default typebox stops after eight errors; the setting holds for the whole process. */
function allErrors(schema: TSchema, value: unknown): TLocalizedValidationError[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: MAX_ERRORS })
  try {
    return Errors(schema, value)
  } finally {
    Settings.Set({ maxErrors })
  }
}

/**
 * For a value that may have one of several types (a text, or texts by language), keeps the errors
 * of the type that it seems to have and drops those of the others. If it has none of the types,
 * keeps only that error.
 */
function meant(errors: readonly TLocalizedValidationError[]): readonly TLocalizedValidationError[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  return errors.filter((error) => {
    const union = unions.find(
      ({ schemaPath, instancePath }) =>
        error.schemaPath.startsWith(`${schemaPath}/anyOf/`) && isWithin(error.instancePath, instancePath),
    )
    if (union === undefined) {
      return error.keyword !== 'anyOf' || branchesOf(error, errors).every(({ isOther }) => isOther)
    }
    const branches = branchesOf(union, errors)
    const own = branches.find(({ at }) => isWithin(error.schemaPath, at))
    return own !== undefined && !own.isOther
  })
}

/**
 * The alternatives of a failed union. `isOther`: the value has another type, or is not the listed
 * word.
 */
function branchesOf(union: TLocalizedValidationError, errors: readonly TLocalizedValidationError[]) {
  const start = `${union.schemaPath}/anyOf/`
  const inside = errors.filter(
    ({ schemaPath, instancePath }) =>
      schemaPath.startsWith(start) && isWithin(instancePath, union.instancePath),
  )
  const ats = new Set(inside.map(({ schemaPath }) => start + schemaPath.slice(start.length).split('/')[0]!))
  return [...ats].map((at) => ({
    at,
    isOther: inside.some(
      ({ schemaPath, instancePath, keyword }) =>
        schemaPath === at &&
        instancePath === union.instancePath &&
        (keyword === 'type' || keyword === 'const'),
    ),
  }))
}

const isWithin = (path: string, outer: string) => path === outer || path.startsWith(`${outer}/`)

function path(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment))
}

const KINDS: Record<string, string> = {
  string: 'text in quotation marks',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list, in [ ]',
  object: 'a group of fields, in { }',
}

const FORMS: Record<string, string> = {
  id:
    'may contain only lower-case letters, digits, “-” and “_”, and must begin and end with a ' +
    'letter or a digit',
  instant: 'must be a date and time with its offset from UTC, such as 2026-11-23T08:00:00+01:00',
  text: 'must not contain a line break, a tab or another control character',
  color: 'must be a colour written #rrggbb, such as #1d70b8',
  languages: 'must be a language tag as BCP 47 writes it, such as en, pt-BR or zh-Hant',
  fraction: 'must be a fraction of whole numbers in quotation marks, such as "1/2" or "2/3"',
  address: 'must be an address that begins with https:// and has only ASCII characters',
  phone: 'must be a telephone number, such as +49 30 1234567',
  email: 'must be an e-mail address, such as vote@example.org',
  file: 'must be the path of a file below the definition’s folder, such as photos/okafor.jpg',
  sha256: 'must be 64 hexadecimal digits; leave it out and init fills it in',
}

function words(
  error: TLocalizedValidationError,
  at: readonly (string | number)[],
  schema: TSchema,
): string | undefined {
  switch (error.keyword) {
    case 'type':
      return `must be ${[error.params.type]
        .flat()
        .map((type) => KINDS[type] ?? type)
        .join(' or ')}`
    case 'pattern':
      return FORMS[formOf(at, schemaAt(schema, error.schemaPath))] ?? error.message
    case 'minLength':
      return 'must not be empty'
    case 'maxLength':
      return `must not be longer than ${error.params.limit} characters`
    case 'minimum':
      return `must be at least ${error.params.limit}`
    case 'maximum':
      return `must be at most ${error.params.limit}`
    case 'minItems':
      return 'must have at least one entry'
    case 'maxItems':
      return `must have at most ${error.params.limit.toLocaleString('en')} entries`
    case 'minProperties':
      return 'must not be empty'
    case 'maxProperties':
      return `must have at most ${error.params.limit.toLocaleString('en')} entries`
    case 'anyOf':
      return `must be ${(schemaAt(schema, error.schemaPath)?.anyOf ?? []).map(alternative).join(' or ')}`
    case 'const':
    case 'boolean':
      return undefined // parts of an anyOf and of additionalProperties, which report them
    default:
      return error.message
  }
}

const FIELD_FORMS: Readonly<Record<string, string>> = {
  ...{ opens_at: 'instant', closes_at: 'instant', more_than: 'fraction', at_least: 'fraction' },
  ...{ url: 'address', link: 'address' },
}

/** Which entry of `FORMS` the field at a path must follow. */
function formOf(at: readonly (string | number)[], schema: Walkable | undefined): string {
  if (schema?.pattern === NO_CONTROL) return 'text'
  const field = String(at.findLast((segment) => typeof segment === 'string'))
  const form = FIELD_FORMS[field] ?? field
  return Object.hasOwn(FORMS, form) ? form : 'id'
}

/** One alternative of a union, in words. */
function alternative({ const: word, type, patternProperties, pattern }: Walkable): string {
  if (word !== undefined) return JSON.stringify(word)
  if (patternProperties !== undefined) return 'texts by language, such as { "en": "…", "es": "…" }'
  return pattern === FRACTION_PATTERN ? 'a fraction such as "1/2"' : (KINDS[type ?? ''] ?? String(type))
}

function unknownField(member: string, schema: Walkable | undefined): string {
  if (schema?.patternProperties !== undefined) return `is not a language tag: it ${FORMS.languages}`
  const fields = Object.keys(schema?.properties ?? {}).filter((field) => field !== '$schema')
  const near = nearestName(member.toLowerCase(), fields)
  return near === undefined
    ? `is not a field here; the fields are ${fields.join(', ')}`
    : `is not a field here; did you mean ${near}?`
}

/**
 * The part of a schema that an error is about.
 * @param pointer a JSON pointer into the schema, without its "#"
 */
function schemaAt(schema: TSchema, pointer: string): Walkable | undefined {
  let here: unknown = schema
  for (const segment of path(pointer)) here = (here as Record<string, unknown> | undefined)?.[segment]
  return here as Walkable | undefined
}

interface Walkable {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly patternProperties?: unknown
  readonly anyOf?: readonly Walkable[]
  readonly type?: string
  readonly const?: unknown
  readonly pattern?: string
}
