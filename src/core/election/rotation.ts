/**
 * Where a voter's list of options begins, for a contest that rotates them (docs/key-code.md,
 * "Rotation").
 *
 * Normative: FNV-1a (32 bits) over the ASCII text `contest id, line feed, guid in lower case`,
 * modulo the number of options. The list keeps its circular order. Guids are random, so each option
 * comes first about equally often, and a voter who comes back finds the list as it was.
 */
export function rotationOf(contestId: string, guid: string, options: number): number {
  let hash = 0x811c9dc5
  for (const character of `${contestId}\n${guid.toLowerCase()}`)
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  return (hash >>> 0) % options
}

export function rotated<T>(list: readonly T[], by: number): readonly T[] {
  return [...list.slice(by), ...list.slice(0, by)]
}
