/** Reads and checks the map of the districts, a file beside the definition. */
import type { DefinitionFile } from '../../core/election/definition.ts'
import { MOST_MAP_BYTES, mapForm, withIds } from '../../core/map/district-map.ts'
import { BadInput } from './bad-input.ts'
import { bytesOf } from './input-bytes.ts'

type Districts = NonNullable<DefinitionFile['districts']>

export interface ReadMap {
  readonly bytes: Buffer
  /** Oddities, as sentences that continue from the file's name. */
  readonly notes: readonly string[]
}

/** Most districts that a note names. */
const NAMED = 5

/** @returns the map, or the reason why it is refused */
export async function mapBeside(path: string, districts: Districts): Promise<ReadMap | string> {
  const bytes = await bytesOf(path, MOST_MAP_BYTES)
  return typeof bytes === 'string' ? bytes : lookedOver(bytes, districts)
}

/**
 * Reads a map keyed by the districts' names, for a rehearsal, and gives its areas the districts'
 * ids.
 * @throws {BadInput} if the map is refused
 */
export async function readMap(path: string, districts: Districts): Promise<ReadMap> {
  const bytes = await bytesOf(path, MOST_MAP_BYTES)
  const named =
    typeof bytes === 'string'
      ? bytes
      : lookedOver(
          bytes,
          districts.map(({ name }) => ({ id: String(name), name })),
        )
  if (typeof named === 'string') throw new BadInput(path, [{ message: named }])
  const ids = new Map(districts.map(({ id, name }) => [String(name), id]))
  return { bytes: Buffer.from(withIds(named.bytes.toString(), ids)), notes: named.notes }
}

function lookedOver(bytes: Buffer, districts: Districts): ReadMap | string {
  if (bytes.length > MOST_MAP_BYTES)
    return `is larger than ${MOST_MAP_BYTES >> 20} MiB; simplify it for the resolution of a screen`
  const ids = districts.map(({ id }) => id)
  const form = mapForm(bytes.toString(), new Set(ids))
  if (typeof form === 'string') return form
  const drawn = new Set(form.districts)
  const missing = ids.filter((id) => !drawn.has(id))
  const notes: string[] = []
  if (missing.length > 0) {
    const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''
    notes.push(`has no area for ${missing.slice(0, NAMED).join(', ')}${more}`)
  }
  if (form.others > 0)
    notes.push(`has ${form.others} areas that belong to no district; they are drawn without a count`)
  return { bytes, notes }
}
