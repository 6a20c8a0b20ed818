/**
 * What changed between two JSON values, as a JSON value (docs/protocol.md, "The stream in deltas").
 * Numbers are told as they are now, not by how much they grew, so a patch that is applied twice
 * does no harm. Pure.
 *
 * A patch is a scalar: the value is now that. A list: the value is now its one element, and with
 * none the member is gone. An object: its members are patches of the members, or of a list's
 * elements by their index, of those that changed.
 */
export type Patch = unknown

/**
 * @returns undefined where nothing changed; both are as JSON.parse gives them, or have members that
 *   are undefined
 */
export function patchBetween(before: unknown, after: unknown): Patch | undefined {
  if (before === after) return undefined
  if (!isContainer(after)) return after
  if (!isContainer(before) || Array.isArray(before) !== Array.isArray(after)) return [after]
  if (Array.isArray(after))
    return after.length < (before as unknown[]).length ? [after] : inside(before, after)
  return inside(before, after)
}

/** What is not changed is shared with `value`, which stays as it is. */
export function patched(value: unknown, patch: Patch): unknown {
  if (!isContainer(patch)) return patch
  if (Array.isArray(patch)) return patch[0]
  const copy: object = Array.isArray(value) ? value.slice() : { ...(value as object) }
  for (const [name, change] of Object.entries(patch)) {
    if (Array.isArray(change) && change.length === 0) delete (copy as Members)[name]
    // An assignment to "__proto__" would be none.
    else Object.defineProperty(copy, name, { ...PLAIN, value: patched((value as Members)[name], change) })
  }
  return copy
}

type Members = Record<string, unknown>

const PLAIN = { writable: true, enumerable: true, configurable: true }

function inside(before: object, after: object): Members | undefined {
  const was = before as Members
  const changes: [string, Patch][] = []
  for (const [name, value] of Object.entries(after)) {
    const change = patchBetween(Object.hasOwn(was, name) ? was[name] : undefined, value)
    if (change !== undefined) changes.push([name, change])
  }
  if (!Array.isArray(after))
    for (const name of Object.keys(was))
      if (was[name] !== undefined && gone(after, name)) changes.push([name, []])
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}

function gone(after: object, name: string): boolean {
  return !Object.hasOwn(after, name) || (after as Members)[name] === undefined
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
