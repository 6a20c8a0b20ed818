/**
 * The areas of a map as SVG paths. Degrees are projected with equal areas around the map's middle;
 * coordinates on a sheet are drawn as they are. core/map/district-map.ts has checked the file.
 */
import { geoArea, geoAzimuthalEqualArea, geoCentroid, geoIdentity, geoPath } from 'd3-geo'
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { areaId } from '../../../core/map/district-map.ts'

/** The longer side of the map, in SVG units. */
export const SIDE = 1000

type Area = Feature<Polygon | MultiPolygon>

export interface MapShapes {
  /** The map's view box: left, top, width, height. */
  readonly box: readonly [number, number, number, number]
  /** In the order of the file; `id` is '' if the area has no id. */
  readonly areas: readonly { readonly id: string; readonly d: string }[]
  /** Borders of larger units, if the map has them; else ''. */
  readonly outlines: string
}

/**
 * @param districts ids of the districts: an object of a topology without any of them is an outline
 */
export function mapShapes(
  file: FeatureCollection<Polygon | MultiPolygon> | Topology,
  districts: ReadonlySet<string>,
): MapShapes {
  const { areas, borders } =
    file.type === 'Topology' ? ofTopology(file, districts) : { areas: file.features, borders: [] }
  const whole: FeatureCollection = { type: 'FeatureCollection', features: [...areas, ...borders] }
  const onSheet = !areas.every(isOnGround)
  if (!onSheet) for (const area of areas) rewind(area)
  const projection = onSheet
    ? geoIdentity().reflectY(file.type !== 'Topology')
    : geoAzimuthalEqualArea().rotate(middleOf(whole))
  projection.fitSize([SIDE, SIDE], whole)
  const [[left, top], [right, bottom]] = geoPath(projection).bounds(whole)
  const path = geoPath(projection).digits(1)
  return {
    box: [Math.floor(left), Math.floor(top), Math.ceil(right - left) + 1, Math.ceil(bottom - top) + 1],
    areas: areas.map((area) => ({ id: areaId(area), d: path(area) ?? '' })),
    outlines: borders.map((border) => path(border) ?? '').join(''),
  }
}

function ofTopology(topology: Topology, districts: ReadonlySet<string>) {
  const areas: Area[] = []
  const borders: Feature[] = []
  for (const object of Object.values(topology.objects)) {
    const found = feature(topology, object) as Area | FeatureCollection<Polygon | MultiPolygon>
    const of = found.type === 'FeatureCollection' ? found.features : [found]
    if (of.some((area) => districts.has(areaId(area)))) areas.push(...of.filter(({ geometry }) => geometry))
    else
      borders.push({
        ...{ type: 'Feature', properties: null },
        geometry: mesh(topology, object as GeometryCollection),
      })
  }
  return { areas, borders }
}

const ringsOf = ({ geometry }: Area): Position[][] =>
  geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()

/** Whether the coordinates are degrees, not coordinates on a sheet. */
const isOnGround = (area: Area) =>
  ringsOf(area).every((ring) => ring.every(([x, y]) => Math.abs(x!) <= 180.5 && Math.abs(y!) <= 90.5))

/**
 * Reverses rings drawn in the wrong direction: d3-geo would take such a ring for all of the Earth
 * except the area.
 */
function rewind(area: Area): void {
  const { geometry } = area
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  for (const coordinates of polygons)
    if (geoArea({ type: 'Polygon', coordinates }) > 2 * Math.PI)
      for (const ring of coordinates) ring.reverse()
}

function middleOf(whole: FeatureCollection): [number, number] {
  const [longitude, latitude] = geoCentroid(whole)
  return Number.isFinite(longitude) ? [-longitude, -latitude] : [0, 0]
}
