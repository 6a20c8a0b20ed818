/**
 * The difference between two JSON values, as a JSON value (docs/protocol.md, "The stream in
 * deltas"). It has new values, not increments, so a patch may be applied twice.
 *
 * If a patch is a scalar, it is the new value. If it is a list, its one element is the new value;
 * an empty list removes the member. If it is an object, its members are patches of the changed
 * members, or of the changed elements of a list by index.
 */
export type Patch = unknown

/**
 * @param before a value as JSON.parse returns it; undefined members count as absent
 * @param after a value of the same kind
 * @returns the patch; undefined if nothing changed
 */
export function patchBetween(before: unknown, after: unknown): Patch | undefined {
  if (before === after) return undefined
  if (!isContainer(after)) return after
  if (!isContainer(before) || Array.isArray(before) !== Array.isArray(after)) return [after]
  if (Array.isArray(after))
    return after.length < (before as unknown[]).length ? [after] : inside(before, after)
  return inside(before, after)
}

/** Applies a patch. The result shares unchanged parts with `value`, which is not modified. */
export function patched(value: unknown, patch: Patch): unknown {
  if (!isContainer(patch)) return patch
  if (Array.isArray(patch)) return patch[0]
  const copy: object = Array.isArray(value) ? value.slice() : { ...(value as object) }
  for (const [name, change] of Object.entries(patch)) {
    if (Array.isArray(change) && change.length === 0) delete (copy as Members)[name]
    // A plain assignment to "__proto__" would set the prototype.
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
