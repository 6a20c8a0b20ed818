/**
 * What one definition says that another does not, in words: a line per field, members of lists by
 * their ids. Pure.
 */
import type { DefinitionFile } from './definition.ts'

/**
 * Lines such as `contests.chair.options.ann.name: "Ann" becomes "Anne"`, in the order of the new
 * definition.
 */
export function definitionChanges(before: DefinitionFile, after: DefinitionFile): string[] {
  const was = new Map(fieldsOf(before, ''))
  const is = new Map(fieldsOf(after, ''))
  const lines: string[] = []
  for (const [path, value] of is) {
    const old = was.get(path)
    if (old === undefined) lines.push(`${path}: ${value} is new`)
    else if (old !== value) lines.push(`${path}: ${old} becomes ${value}`)
  }
  for (const [path, value] of was) if (!is.has(path)) lines.push(`${path}: ${value} is gone`)
  const oldOrders = new Map(ordersOf(before, ''))
  for (const [path, order] of ordersOf(after, '')) {
    const old = oldOrders.get(path)
    if (old !== undefined && sameMembers(old, order) && old.join() !== order.join())
      lines.push(`${path}: the order becomes ${order.join(', ')}`)
  }
  return lines
}

/** Every value that is no group, as JSON, with the path to it. */
function* fieldsOf(value: unknown, path: string): Generator<readonly [path: string, json: string]> {
  if (typeof value !== 'object' || value === null) {
    if (path !== '$schema') yield [path, JSON.stringify(value)]
    return
  }
  for (const [key, inner] of membersOf(value)) yield* fieldsOf(inner, path === '' ? key : `${path}.${key}`)
}

/** The ids of every list that has them, in order. */
function* ordersOf(value: unknown, path: string): Generator<readonly [path: string, ids: readonly string[]]> {
  if (typeof value !== 'object' || value === null) return
  const members = membersOf(value)
  if (Array.isArray(value) && value.some(hasId)) yield [path, members.map(([key]) => key)]
  for (const [key, inner] of members) yield* ordersOf(inner, path === '' ? key : `${path}.${key}`)
}

function membersOf(value: object): [key: string, inner: unknown][] {
  if (!Array.isArray(value)) return Object.entries(value)
  return value.map((each: unknown, i) => [hasId(each) ? each.id : String(i + 1), each])
}

const hasId = (value: unknown): value is { readonly id: string } =>
  typeof value === 'object' && value !== null && typeof (value as { id?: unknown }).id === 'string'

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join() === b.toSorted().join()
}
