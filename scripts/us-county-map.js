/**
 * Makes the map for a rehearsal of a US election by county: areas of us-atlas, keyed by the names
 * of the districts in the result.
 *
 *     node scripts/us-county-map.js results.csv map.json
 *
 * Matches by state and name, and prints districts and areas without a counterpart.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [results, output] = process.argv.slice(2)
if (results === undefined || output === undefined) {
  console.error('usage: node scripts/us-county-map.js results.csv map.json')
  process.exit(2)
}

const atlas = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('us-atlas/counties-albers-10m.json'), 'utf8'),
)
const states = new Map(atlas.objects.states.geometries.map(({ id, properties }) => [id, properties.name]))

/**
 * Independent cities have county codes from 510. Some states have a county and a city of the same
 * name.
 */
const isCity = (fips) => Number(fips.slice(2)) >= 510
const KIND = / (county|parish|census area|city and borough|borough|municipality)$/
const plain = (name) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^saint /, 'st. ')

/**
 * Returns state and name; " (city)" distinguishes an independent city from a county of its name.
 */
function keyOfDistrict(district) {
  const [state, name] = district.split(' / ')
  if (name === undefined) return district
  const words = plain(name)
  return `${plain(state)}/${words.endsWith(' city') ? `${words.slice(0, -5)} (city)` : words.replace(KIND, '')}`
}

const districts = new Set(
  readFileSync(results, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((row) => /^"?(.*?)"?,[^,]*,\d+$/.exec(row)?.[1] ?? ''),
)
const byKey = new Map([...districts].map((district) => [keyOfDistrict(district), district]))

const without = []
for (const area of atlas.objects.counties.geometries) {
  const state = states.get(area.id.slice(0, 2)) ?? '?'
  const base = `${plain(state)}/${plain(area.properties.name)}`
  const city = `${base.replace(/ city$/, '')} (city)`
  const keys = isCity(area.id) ? [city, base] : [base, city]
  const key = keys.find((each) => byKey.has(each))
  if (key === undefined) without.push(`${state} / ${area.properties.name}`)
  else {
    area.id = byKey.get(key)
    byKey.delete(key)
  }
  delete area.properties
}

writeFileSync(output, JSON.stringify(atlas))
const matched = districts.size - byKey.size
console.log(`${matched} of ${districts.size} districts have an area in ${output}`)
const list = (title, names) =>
  names.length === 0 ? undefined : console.log(`${title} (${names.length}): ${names.join('; ')}`)
list('Districts without an area', [...byKey.values()])
list('Areas without a district', without)
