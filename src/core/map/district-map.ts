/**
 * A map of the districts: GeoJSON (RFC 7946) or TopoJSON, whose areas carry the ids of districts.
 * Looked over whole before anything draws it, with bounds on everything. Pure.
 *
 * An area's district is its `id`, or its property `district`. Areas of no district are drawn
 * without a count; objects of a topology without any area of a district are outlines.
 */

export const MOST_MAP_BYTES = 4 * 1024 * 1024
const MOST_AREAS = 70_000
const MOST_POSITIONS = 1_000_000
/** In whatever unit: metres around the Earth are four times 10^7. */
const LARGEST = 1e8

export interface MapForm {
  readonly kind: 'geojson' | 'topojson'
  /** Districts that have an area, each once. */
  readonly districts: readonly string[]
  /** Areas that name no district of the election. */
  readonly others: number
}

/** What is wrong with a map: a sentence that goes on from the file's name. */
class BadMap extends Error {}

/**
 * @param text of the file
 * @param districts ids of the election's districts
 * @returns what the map is, or in words why it cannot be used
 */
export function mapForm(text: string, districts: ReadonlySet<string>): MapForm | string {
  try {
    const json = parsed(text)
    if (json.type === 'FeatureCollection')
      return formOf('geojson', featureAreas(json, { positions: 0 }), districts)
    if (json.type === 'Topology') return formOf('topojson', topologyAreas(json, districts), districts)
    throw new BadMap('is neither a GeoJSON FeatureCollection nor a TopoJSON Topology')
  } catch (error) {
    if (error instanceof BadMap) return error.message
    throw error
  }
}

type Json = Readonly<Record<string, unknown>>

function parsed(text: string): Json {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new BadMap('is no JSON')
  }
  return objectIn(json, 'the file')
}

function formOf(kind: MapForm['kind'], areas: readonly string[], districts: ReadonlySet<string>): MapForm {
  const seen = new Set<string>()
  for (const id of areas.filter((each) => districts.has(each))) {
    if (seen.has(id)) throw new BadMap(`has two areas for the district “${id}”; make them one MultiPolygon`)
    seen.add(id)
  }
  if (seen.size === 0)
    throw new BadMap(
      areas.length === 0
        ? 'has no area'
        : `names no district of the definition; its first area is “${areas[0]!.slice(0, 60)}”`,
    )
  return { kind, districts: [...seen], others: areas.length - seen.size }
}

/**
 * The district that a feature, or a geometry of a topology, is keyed by; '' where it is keyed by
 * none.
 */
export function areaId(area: { readonly id?: unknown; readonly properties?: unknown }): string {
  const own = (area.properties as Json | null | undefined)?.district ?? area.id
  return typeof own === 'string' || typeof own === 'number' ? String(own) : ''
}

interface Counted {
  positions: number
}

function featureAreas(json: Json, counted: Counted): string[] {
  const features = arrayIn(json.features, 'features', MOST_AREAS)
  return features.map((each, i) => {
    const feature = objectIn(each, `feature ${i + 1}`)
    const geometry = objectIn(feature.geometry, `the geometry of feature ${i + 1}`)
    const what = `feature ${i + 1}`
    if (geometry.type === 'Polygon') polygon(geometry.coordinates, what, counted)
    else if (geometry.type === 'MultiPolygon')
      for (const part of arrayIn(geometry.coordinates, what, MOST_AREAS)) polygon(part, what, counted)
    else throw new BadMap(`has a ${kindOf(geometry)} in ${what}, where only a Polygon or MultiPolygon can be`)
    return areaId(feature)
  })
}

function polygon(rings: unknown, what: string, counted: Counted): void {
  for (const ring of arrayIn(rings, what, MOST_POSITIONS)) {
    const positions = arrayIn(ring, what, MOST_POSITIONS)
    if (positions.length < 4) throw new BadMap(`has a ring of fewer than four positions in ${what}`)
    for (const each of positions) position(each, what, counted)
  }
}

function position(value: unknown, what: string, counted: Counted): void {
  const numbers = arrayIn(value, what, 8)
  if (numbers.length < 2 || !numbers.every(isPlace))
    throw new BadMap(`has a position that is not two numbers in ${what}`)
  count(1, counted)
}

function count(positions: number, counted: Counted): void {
  counted.positions += positions
  if (counted.positions > MOST_POSITIONS)
    throw new BadMap(`has more than ${MOST_POSITIONS.toLocaleString('en')} positions; simplify it`)
}

const isPlace = (n: unknown) => typeof n === 'number' && Math.abs(n) <= LARGEST

/** Keys of the areas: outlines are no areas, unless there is nothing else. */
function topologyAreas(json: Json, districts: ReadonlySet<string>): string[] {
  const counted = { positions: 0 }
  const arcs = arrayIn(json.arcs, 'arcs', MOST_POSITIONS)
  const lengths = arcs.map((arc, i) => {
    const positions = arrayIn(arc, `arc ${i}`, MOST_POSITIONS)
    if (positions.length < 2) throw new BadMap(`has fewer than two positions in arc ${i}`)
    for (const each of positions) position(each, `arc ${i}`, counted)
    return positions.length
  })
  if (json.transform !== undefined) {
    const { scale, translate } = objectIn(json.transform, 'the transform')
    for (const pair of [scale, translate]) position(pair, 'the transform', counted)
  }
  // Arcs are shared: a small file can name one a million times, and each time it is drawn.
  const drawn = { positions: 0 }
  const all: string[] = []
  const areas: string[] = []
  for (const [name, each] of Object.entries(objectIn(json.objects, 'objects'))) {
    const geometries = geometriesIn(each, name)
    if (all.length + geometries.length > MOST_AREAS)
      throw new BadMap(`has more than ${MOST_AREAS.toLocaleString('en')} areas`)
    for (const geometry of geometries) rings(geometry, name, lengths, drawn)
    const ids = geometries.map(areaId)
    all.push(...ids)
    if (ids.some((id) => districts.has(id))) areas.push(...ids)
  }
  return areas.length > 0 ? areas : all
}

function geometriesIn(value: unknown, name: string): Json[] {
  const object = objectIn(value, `object “${name.slice(0, 60)}”`)
  if (object.type !== 'GeometryCollection') return [object]
  return arrayIn(object.geometries, `object “${name.slice(0, 60)}”`, MOST_AREAS).map((each) =>
    objectIn(each, `object “${name.slice(0, 60)}”`),
  )
}

/** @param arcs how many positions each has @param drawn those of every ring so far */
function rings(geometry: Json, name: string, arcs: readonly number[], drawn: Counted): void {
  const what = `object “${name.slice(0, 60)}”`
  // An area of which nothing is left after simplifying.
  if (geometry.type === null) return
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon')
    throw new BadMap(`has a ${kindOf(geometry)} in ${what}, where only a Polygon or MultiPolygon can be`)
  const parts = arrayIn(geometry.arcs, what, MOST_AREAS)
  for (const part of geometry.type === 'Polygon' ? [parts] : parts)
    for (const each of arrayIn(part, what, MOST_POSITIONS)) {
      const ring = arrayIn(each, what, MOST_POSITIONS)
      if (ring.length === 0) throw new BadMap(`has a ring without an arc in ${what}`)
      for (const arc of ring) count(lengthIn(arcs, arc, what), drawn)
    }
}

/** Of the arc that is named, forwards or backwards. */
function lengthIn(arcs: readonly number[], arc: unknown, what: string): number {
  const length = Number.isInteger(arc)
    ? arcs[(arc as number) < 0 ? -1 - (arc as number) : (arc as number)]
    : undefined
  if (length === undefined) throw new BadMap(`has a reference to an arc that is not there in ${what}`)
  return length
}

const kindOf = ({ type }: Json) => (typeof type === 'string' ? type.slice(0, 30) : 'geometry without a type')

function objectIn(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadMap(`has no object where ${what} should be`)
  return value as Json
}

function arrayIn(value: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new BadMap(`has no list where ${what} needs one`)
  if (value.length > most) throw new BadMap(`has a list of more than ${most.toLocaleString('en')} in ${what}`)
  return value
}

/**
 * The same map with other ids: an area keyed by a name of `ids` is keyed by what stands there. For
 * rehearsals.
 */
export function withIds(text: string, ids: ReadonlyMap<string, string>): string {
  const json = JSON.parse(text) as { features?: Keyed[]; objects?: Record<string, { geometries?: Keyed[] }> }
  const areas = json.features ?? Object.values(json.objects ?? {}).flatMap((each) => each.geometries ?? [])
  for (const area of areas) {
    const id = ids.get(areaId(area))
    if (id === undefined) continue
    area.id = id
    delete area.properties
  }
  return JSON.stringify(json)
}

interface Keyed {
  id?: string
  properties?: unknown
}
