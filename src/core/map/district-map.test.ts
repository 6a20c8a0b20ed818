/** Valid maps, and every way in which a file is not a valid map. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mapForm, withIds } from './district-map.ts'

const DISTRICTS = new Set(['north', 'south', 'east'])
const SQUARE = [
  [
    [0, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ],
]
const feature = (id: unknown, geometry: unknown = { type: 'Polygon', coordinates: SQUARE }) => ({
  ...{ type: 'Feature', id, properties: {}, geometry },
})
const geojson = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features })
const topology = (geometries: unknown[], arcs: unknown = [SQUARE[0]], more: object = {}) =>
  JSON.stringify({
    ...{ type: 'Topology', arcs, objects: { wards: { type: 'GeometryCollection', geometries } } },
    ...more,
  })
const ward = (id: unknown, arcs: unknown = [[0]]) => ({ type: 'Polygon', id, arcs })

test('GeoJSON and TopoJSON are read, by id or property, and areas without a district are counted', () => {
  const multi = { type: 'MultiPolygon', coordinates: [SQUARE, SQUARE] }
  assert.deepEqual(mapForm(geojson(feature('north'), feature('lake', multi)), DISTRICTS), {
    ...{ kind: 'geojson', districts: ['north'], others: 1 },
  })
  const keyed = { ...feature(7), properties: { district: 'south' } }
  assert.deepEqual(mapForm(geojson(keyed), DISTRICTS), {
    ...{ kind: 'geojson', districts: ['south'], others: 0 },
  })
  assert.deepEqual(mapForm(topology([ward('east'), ward('north', [[-1]])]), DISTRICTS), {
    ...{ kind: 'topojson', districts: ['east', 'north'], others: 0 },
  })
})

test('a file that is not a valid map is refused with the reason', () => {
  for (const [text, why] of [
    ['<svg/>', /is not JSON/],
    ['[]', /no object/],
    ['null', /no object/],
    ['{"type":"Feature"}', /neither a GeoJSON FeatureCollection nor a TopoJSON Topology/],
    ['{"type":"FeatureCollection"}', /no list where features/],
    [geojson(), /has no area/],
    [geojson(feature('01001')), /names no district of the definition; its first area is “01001”/],
    [geojson(feature('north'), feature('north')), /two areas for the district “north”/],
    [geojson(feature('north', null)), /no object where the geometry of feature 1/],
    [geojson(feature('north', { type: 'Point', coordinates: [0, 0] })), /has a Point in feature 1/],
    [geojson(feature('north', { type: 'Polygon', coordinates: [[[0, 0]]] })), /fewer than four positions/],
    [
      geojson(
        feature('north', {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [0, 'x'],
              [1, 1],
              [0, 0],
            ],
          ],
        }),
      ),
      /a position that is not two numbers/,
    ],
    [
      geojson(
        feature('north', {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [0, 1e300],
              [1, 1],
              [0, 0],
            ],
          ],
        }),
      ),
      /a position that is not two numbers/,
    ],
    [topology([ward('north', [[1]])]), /an arc that does not exist/],
    [topology([ward('north', [[-2]])]), /an arc that does not exist/],
    [topology([ward('north', [['0']])]), /an arc that does not exist/],
    [topology([ward('north', [[]])]), /a ring without an arc/],
    [topology([ward('north')], [[]]), /fewer than two positions in arc 0/],
    [topology([ward('north'), { type: 'Polygon', arcs: [[1]] }], [SQUARE[0], [[0, 0]]]), /in arc 1/],
    [topology([ward('north', [[-4_294_967_297]])]), /an arc that does not exist/],
    [topology([{ type: 'LineString', id: 'north', arcs: [0] }]), /has a LineString/],
    [topology([ward('north')], 'x'), /no list where arcs/],
    [
      topology([ward('north')], [SQUARE[0]], { transform: { scale: [1] } }),
      /a position that is not two numbers/,
    ],
    [topology([ward('north')], [SQUARE[0]], { objects: [] }), /no object where objects/],
  ] as const) {
    const form = mapForm(text, DISTRICTS)
    assert.equal(typeof form, 'string', text)
    assert.match(form as string, why)
  }
})

test('a small file that would take hours to draw is refused, because each use of an arc counts', () => {
  const arc = Array.from({ length: 1_000 }, (_, i) => [i % 7, i % 5])
  const uses = (times: number) => Array.from({ length: times }, () => [0])
  const within = topology([ward('north', uses(500)), ward('south', uses(500))], [arc])
  assert.equal(typeof mapForm(within, DISTRICTS), 'object')
  const beyond = topology([ward('north', uses(500)), ward('south', uses(501))], [arc])
  assert.match(mapForm(beyond, DISTRICTS) as string, /more than 1,000,000 positions; simplify it/)
  const lines = JSON.parse(within)
  lines.objects.states = { type: 'Polygon', arcs: uses(1) }
  assert.match(mapForm(JSON.stringify(lines), DISTRICTS) as string, /more than 1,000,000 positions/)
})

test('any JSON is a map or is refused with a reason, and nothing is thrown', () => {
  const near = fc.record(
    {
      type: fc.constantFrom('FeatureCollection', 'Topology', 'Feature'),
      features: fc.jsonValue(),
      arcs: fc.jsonValue(),
      objects: fc.jsonValue(),
      transform: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        near.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const form = mapForm(text, DISTRICTS)
        assert.ok(typeof form === 'string' || form.districts.length > 0)
      },
    ),
  )
})

test('a map keyed by names is converted to ids', () => {
  const named = topology([ward('The North'), ward('elsewhere')])
  assert.match(mapForm(named, DISTRICTS) as string, /names no district/)
  const keyed = withIds(named, new Map([['The North', 'north']]))
  assert.deepEqual(mapForm(keyed, DISTRICTS), {
    ...{ kind: 'topojson', districts: ['north'], others: 1 },
  })
})
