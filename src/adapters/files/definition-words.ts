/** What the schema finds wrong with a definition, in words. Pure. */
import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { Settings } from 'typebox/system'
import { Check, Errors } from 'typebox/value'

/** What is wrong, and where: a path into the definition, and for an unknown field its name there. */
export interface SchemaProblem {
  readonly at: readonly (string | number)[]
  readonly member?: string
  readonly message: string
}

/** Far more than anyone will read, so that the order of the schema does not decide what is told. */
const MAX_ERRORS = 1000

export function schemaProblems(schema: TSchema, value: unknown): SchemaProblem[] {
  if (Check(schema, value)) return []
  return allErrors(schema, value).flatMap((error) => {
    const at = path(error.instancePath)
    if (error.keyword === 'required')
      return error.params.requiredProperties.map((member) => ({ at: [...at, member], message: 'is missing' }))
    if (error.keyword === 'additionalProperties')
      return error.params.additionalProperties.map((member) => ({
        at,
        member,
        message: unknownField(member, fieldsAt(schema, at)),
      }))
    const message = words(error, at)
    return message === undefined ? [] : [{ at, message }]
  })
}

/** typebox stops after eight errors unless told otherwise, for the whole process. */
function allErrors(schema: TSchema, value: unknown): TLocalizedValidationError[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: MAX_ERRORS })
  try {
    return Errors(schema, value)
  } finally {
    Settings.Set({ maxErrors })
  }
}

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
  id: 'may hold only lower-case letters, digits, “-” and “_”, and must begin and end with a letter or a digit',
  instant: 'must be a date and time with its offset from UTC, such as 2026-11-23T08:00:00+01:00',
  name: 'must not hold a line break, a tab or another control character',
  color: 'must be a colour written #rrggbb, such as #1d70b8',
}

function words(error: TLocalizedValidationError, at: readonly (string | number)[]): string | undefined {
  switch (error.keyword) {
    case 'type':
      return `must be ${[error.params.type]
        .flat()
        .map((type) => KINDS[type] ?? type)
        .join(' or ')}`
    case 'pattern':
      return FORMS[formOf(at)] ?? error.message
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
    case 'anyOf':
      return 'must be "live" or "after-close"'
    case 'const':
    case 'boolean':
      return undefined // parts of an anyOf and of additionalProperties, told there
    default:
      return error.message
  }
}

/** Which of the forms the field at a path has to follow. */
function formOf(at: readonly (string | number)[]): string {
  const field = at.findLast((segment) => typeof segment === 'string')
  if (field === 'opens_at' || field === 'closes_at') return 'instant'
  if (field === 'title' || field === 'name') return 'name'
  return field === 'color' ? 'color' : 'id'
}

function unknownField(member: string, fields: readonly string[]): string {
  const near = fields
    .map((field) => ({ field, distance: editDistance(member.toLowerCase(), field) }))
    .filter(({ field, distance }) => distance <= Math.max(2, field.length / 3))
    .sort((a, b) => a.distance - b.distance)[0]
  return near === undefined
    ? `is not a field here; there are ${fields.join(', ')}`
    : `is not a field here; did you mean ${near.field}?`
}

interface Walkable {
  readonly properties?: Record<string, Walkable>
  readonly items?: Walkable
}

/** The names of the fields that the schema has at a path. */
function fieldsAt(schema: TSchema, at: readonly (string | number)[]): string[] {
  let here: Walkable | undefined = schema as Walkable
  for (const segment of at) here = typeof segment === 'number' ? here?.items : here?.properties?.[segment]
  return Object.keys(here?.properties ?? {}).filter((field) => field !== '$schema')
}

/** Levenshtein's, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
