/** Areas become paths for either direction of drawing and for every kind of coordinates. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Feature, FeatureCollection, Polygon } from 'geojson'
import type { Topology } from 'topojson-specification'
import { mapForm } from '../../../core/map/district-map.ts'
import { mapShapes, SIDE } from './map-shapes.ts'

const square = (id: string, x: number, y: number, size: number, turned = false): Feature<Polygon> => {
  const ring = [
    [x, y],
    [x + size, y],
    [x + size, y + size],
    [x, y + size],
    [x, y],
  ]
  const coordinates = [turned ? ring.toReversed() : ring]
  return { type: 'Feature', id, properties: {}, geometry: { type: 'Polygon', coordinates } }
}
const collection = (...features: Feature<Polygon>[]): FeatureCollection<Polygon> => ({
  ...{ type: 'FeatureCollection', features },
})
/** The corners of a path that has only straight lines. */
const corners = (d: string) =>
  [...d.matchAll(/[ML]([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
const spanOf = (d: string, axis: 0 | 1) => {
  const places = corners(d).map((corner) => corner[axis]!)
  return Math.max(...places) - Math.min(...places)
}

test('areas in degrees, drawn in either direction, fill the box with north up', () => {
  for (const turned of [false, true]) {
    const { areas, box } = mapShapes(
      collection(square('south', 8, 47, 0.1, turned), square('north', 8, 47.1, 0.1, turned)),
      new Set(['north']),
    )
    const [, , width, height] = box
    assert.ok(height >= SIDE && height <= SIDE + 2, 'as high as it may be')
    assert.ok(width > 300 && width < 400)
    const [south, north] = areas.map(({ d }) => Math.min(...corners(d).map(([, y]) => y!)))
    assert.ok(north! < south!, `turned: ${turned}`)
    assert.ok(spanOf(areas[0]!.d, 0) > 300)
  }
})

test('metres in GeoJSON count upwards, coordinates of a drawn topology count downwards', () => {
  const metres = mapShapes(
    collection(square('a', 2e6, 1e6, 1e5), square('b', 2e6, 1.1e6, 1e5)),
    new Set(['a']),
  )
  const [a, b] = metres.areas.map(({ d }) => Math.min(...corners(d).map(([, y]) => y!)))
  assert.ok(b! < a!)
  const topology: Topology = {
    type: 'Topology',
    arcs: [
      [
        [0, 0],
        [900, 0],
        [900, 600],
        [0, 600],
        [0, 0],
      ],
      [
        [0, 600],
        [900, 600],
        [900, 1200],
        [0, 1200],
        [0, 600],
      ],
    ],
    objects: {
      wards: {
        type: 'GeometryCollection',
        geometries: [
          { type: 'Polygon', id: 'a', arcs: [[0]] },
          { type: 'Polygon', id: 'lake', arcs: [[1]] },
        ],
      },
      land: { type: 'Polygon', arcs: [[0]] },
    },
  }
  const shapes = mapShapes(topology, new Set(['a']))
  assert.deepEqual(
    shapes.areas.map(({ id }) => id),
    ['a', 'lake'],
  )
  const [upper, lower] = shapes.areas.map(({ d }) => Math.min(...corners(d).map(([, y]) => y!)))
  assert.ok(upper! < lower!)
  assert.ok(shapes.outlines.startsWith('M'))
})

test('every map that passes the check of the file can be drawn', () => {
  const place = fc.oneof(fc.nat(4), fc.integer({ min: -180, max: 180 }), fc.constantFrom(90, -90, 1e8))
  const arcs = fc.array(fc.array(fc.tuple(place, place), { maxLength: 5 }), { minLength: 1, maxLength: 3 })
  const ring = fc.array(fc.integer({ min: -3, max: 2 }), { maxLength: 3 })
  const polygon = fc.array(ring, { maxLength: 2 })
  const area = fc.oneof(
    fc.record({ type: fc.constant('Polygon'), id: fc.constantFrom('a', 'lake'), arcs: polygon }),
    fc.record({ type: fc.constant('MultiPolygon'), arcs: fc.array(polygon, { maxLength: 2 }) }),
    fc.constant({ type: null, id: 'a' }),
  )
  const object = fc.oneof(
    area,
    fc.record({ type: fc.constant('GeometryCollection'), geometries: fc.array(area, { maxLength: 3 }) }),
  )
  const topology = fc.record({ arcs, objects: fc.record({ wards: object, land: object }) })
  let drawn = 0
  fc.assert(
    fc.property(topology, (odd) => {
      const text = JSON.stringify({ type: 'Topology', ...odd })
      if (typeof mapForm(text, new Set(['a'])) === 'string') return
      drawn++
      mapShapes(JSON.parse(text) as Topology, new Set(['a']))
    }),
    { numRuns: 2_000 },
  )
  assert.ok(drawn > 100, `${drawn} maps were drawn`)
})
