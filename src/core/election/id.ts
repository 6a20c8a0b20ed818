/** The form of the ids of a definition. */

export const ID_PATTERN = '^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$'
export const MAX_ID = 64
const ID = new RegExp(ID_PATTERN)

/** @returns whether a value can be the id of an election, a district, a contest or an option */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_ID && ID.test(value)
}
