/** What the documents say of the repository is so: the tests they name exist, and no path leads nowhere. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md'),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
]

test('each invariant is held by tests that exist under the titles it names', () => {
  const sections = read('docs/invariants.md').split(/^## /m).slice(1)
  assert.ok(sections.length >= 10)
  for (const [i, section] of sections.entries()) {
    const [title = ''] = section.split('\n')
    assert.ok(title.startsWith(`${i + 1}. `), title)
    const items = section.split(/^- /m).slice(1)
    assert.ok(items.length > 0, `nothing holds "${title}"`)
    for (const item of items) {
      const path = /^`([^`]+)`/.exec(item)?.[1]
      assert.ok(path !== undefined && existsSync(join(ROOT, path)), `${title}: ${item}`)
      const titles = [...item.replaceAll(/\n\s*/g, ' ').matchAll(/"([^"]+)"/g)].map((match) => match[1]!)
      assert.ok(titles.length > 0 || /hook/.test(item), `${title}: which test of ${path}?`)
      for (const each of titles) assert.ok(read(path).includes(each), `${path} has no test "${each}"`)
    }
  }
})

test('paths in the documents lead somewhere', () => {
  const nowhere = DOCUMENTS.flatMap((document) =>
    [
      ...read(document).matchAll(
        /`((?:src|test|docs|bench|scripts|deploy|tools|examples|schemas|bin)\/[^`\s*]+)`/g,
      ),
    ]
      .map((match) => match[1]!)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${document}: ${path}`),
  )
  assert.deepEqual(nowhere, [])
})

test('what the repository cites is in it', () => {
  const cited = ['src', 'test', 'bench', 'deploy', 'docs', 'scripts'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(tsx?|js|md)$/.test(name))
      .map((name) => join(folder, name).replaceAll('\\', '/'))
      .filter((path) => path !== 'test/docs.test.ts')
      .filter((path) => /\bDESIGN\.md\b|\binvariants? \d/i.test(read(path))),
  )
  assert.deepEqual(cited, [], 'cite docs/invariants.md, by the name of the invariant')
})
