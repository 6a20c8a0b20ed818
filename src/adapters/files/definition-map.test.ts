/**
 * A map beside the definition is hashed into it, and refused if it does not show these districts.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { MOST_MAP_BYTES, mapForm } from '../../core/map/district-map.ts'
import { BadInput } from './bad-input.ts'
import { readNewDefinition } from './definition-file.ts'
import { readMap } from './definition-map.ts'
import { readPictures } from './definition-pictures.ts'

const DISTRICTS = ['north', 'south'].map((id) => ({ id, name: `Ward ${id}` }))
const DEFINITION = {
  ...{ id: 'mapped', title: 'Mapped', results: 'live', districts: DISTRICTS },
  ...{ opens_at: '2026-11-23T07:00:00Z', closes_at: '2026-11-23T19:00:00Z' },
  map: { file: 'wards.geojson' },
  contests: [{ id: 'mayor', title: 'Mayor', options: [{ id: 'ada', name: 'Ada' }] }],
}
const RING = [
  [
    [0, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ],
]
const mapOf = (...ids: string[]) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: ids.map((id) => ({
      ...{ type: 'Feature', id, properties: null, geometry: { type: 'Polygon', coordinates: RING } },
    })),
  })

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elections-map-'))
})
after(() => rm(dir, { recursive: true }))

async function read(map: string | null, definition: object = DEFINITION) {
  const path = join(dir, 'election.json')
  await writeFile(path, JSON.stringify(definition))
  await rm(join(dir, 'wards.geojson'), { force: true })
  if (map !== null) await writeFile(join(dir, 'wards.geojson'), map)
  return readPictures(path, await readNewDefinition(path))
}

test('its SHA-256 is put into the definition, and missing and additional areas are noted', async () => {
  const map = mapOf('north', 'lake')
  const sha256 = createHash('sha256').update(map).digest('hex')
  const { election, text, pictures, notes } = await read(map)
  assert.deepEqual(election.map, { file: 'wards.geojson', sha256 })
  assert.deepEqual(JSON.parse(text).map, { file: 'wards.geojson', sha256 })
  assert.equal(pictures.get(sha256)!.toString(), map)
  assert.deepEqual(notes, [
    'wards.geojson has no area for south',
    'wards.geojson has 1 areas that belong to no district; they are drawn without a count',
  ])
})

test('no file, no map, a foreign map, a large one, another hash and no districts are refused', async () => {
  const { districts: _, ...undivided } = DEFINITION
  const hashed = { ...DEFINITION, map: { file: 'wards.geojson', sha256: '0'.repeat(64) } }
  for (const [map, why, definition] of [
    [null, /wards\.geojson cannot be read/],
    ['<svg/>', /wards\.geojson is not JSON/],
    [mapOf('01001'), /names no district of the definition; its first area is “01001”/],
    [mapOf('north') + ' '.repeat(MOST_MAP_BYTES), /is larger than 4 MiB/],
    [mapOf('north'), /has the SHA-256 [0-9a-f]{64}, not the one in the definition/, hashed],
    [mapOf('north'), /names no district of the definition/, undivided],
  ] as const)
    await assert.rejects(read(map, definition), (error) => {
      assert.ok(error instanceof BadInput)
      assert.match(error.message, why)
      assert.match(error.message, /election\.json:1:\d+/, 'on the line that names it')
      return true
    })
})

test('in a rehearsal a map keyed by names gets the ids of the districts', async () => {
  const path = join(dir, 'names.json')
  await writeFile(path, mapOf('Ward south'))
  const { bytes, notes } = await readMap(path, DISTRICTS)
  const form = mapForm(bytes.toString(), new Set(['north', 'south']))
  assert.deepEqual(typeof form === 'object' && form.districts, ['south'])
  assert.deepEqual(notes, ['has no area for Ward north'])
  await writeFile(path, mapOf('south'))
  await assert.rejects(readMap(path, DISTRICTS), /names no district/)
})
