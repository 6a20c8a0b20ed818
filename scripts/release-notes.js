/**
 * Prints the section of CHANGELOG.md for a release. Refuses a tag that differs from the version in
 * package.json.
 *
 * usage: release-notes.js vX.Y.Z
 */
import { readFileSync } from 'node:fs'

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const tag = process.argv[2]
const { version } = JSON.parse(read('package.json'))
if (tag !== `v${version}`) fail(`the tag is ${tag}, package.json says ${version}`)
const section = read('CHANGELOG.md')
  .split(/^## /m)
  .find((text) => text.startsWith(`[${version}] - `))
if (section === undefined) fail(`CHANGELOG.md has no section "## [${version}] - DATE"`)
process.stdout.write(`${section.slice(section.indexOf('\n')).trim()}\n`)

function fail(text) {
  console.error(`release: ${text}`)
  process.exit(1)
}
