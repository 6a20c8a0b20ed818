/**
 * The documents' statements about the repository are true: the tests, files and sections that they
 * name exist.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const filesIn = (folder: string, pattern: RegExp) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((path) => pattern.test(path))
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...filesIn('docs', /\.md$/),
  ...filesIn('.github', /\.(md|yml)$/),
]
const SOURCES = ['src', 'test', 'bench', 'deploy', 'scripts', 'tools']
  .flatMap((folder) => filesIn(folder, /\.(tsx?|js|sh)$/))
  .filter((path) => path !== 'test/docs.test.ts')

/** Returns a text as one line, without the prefixes of comment lines. */
function joined(text: string): string {
  return text.replaceAll(/\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ')
}

/** @param title as in a document: `…` stands for what the test fills in */
function hasTest(path: string, title: string): boolean {
  const parts = title.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`['"\`]${parts.join('\\$\\{[^\\n]*?\\}')}['"\`]`).test(read(path))
}

test('each invariant names tests that exist', () => {
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
      const titles = [...joined(item).matchAll(/"([^"]+)"/g)].map((match) => match[1]!)
      assert.ok(titles.length > 0 || item.includes('hook'), `${title}: which test of ${path}?`)
      for (const each of titles) assert.ok(hasTest(path, each), `${path} has no test "${each}"`)
    }
  }
})

test('paths in the documents exist', () => {
  const pattern = /`((?:src|test|docs|bench|scripts|deploy|tools|examples|schemas|bin|\.github)\/[^`\s*]+)`/g
  const nowhere = DOCUMENTS.filter((document) => document !== 'CHANGELOG.md').flatMap((document) =>
    [...read(document).matchAll(pattern)]
      .map((match) => match[1]!)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${document}: ${path}`),
  )
  assert.deepEqual(nowhere, [])
})

test('commands in the documents and workflows are scripts of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const unknown = [...DOCUMENTS, '.ci/run'].flatMap((document) =>
    [...read(document).matchAll(/\bnpm run ([a-z][\w:-]*)/g)]
      .filter(([, name = '']) => scripts[name] === undefined)
      .map(([command]) => `${document}: ${command}`),
  )
  assert.deepEqual(unknown, [])
})

test('workflows pin the actions of others by commit hash', () => {
  const uses = filesIn('.github/workflows', /\.yml$/).flatMap((path) =>
    [...read(path).matchAll(/uses: (.+)$/gm)].map((match) => match[1]!),
  )
  assert.ok(uses.length > 0)
  for (const one of uses) assert.match(one, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/)
})

test('the changelog has its form: unreleased changes first, then versions with dates', () => {
  const [title = '', ...sections] = read('CHANGELOG.md').split(/^## /m)
  assert.match(title, /^# Changelog\n/)
  assert.match(sections[0]!, /^\[Unreleased\]\n/)
  for (const section of sections.slice(1)) assert.match(section, /^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d\n/)
  const kinds = sections.flatMap((section) => [...section.matchAll(/^### (.+)$/gm)].map((match) => match[1]!))
  assert.deepEqual(
    kinds.filter((kind) => !/^(Added|Changed|Deprecated|Removed|Fixed|Security)$/.test(kind)),
    [],
  )
})

test('cited documents exist', () => {
  const missing = [...SOURCES, ...DOCUMENTS].flatMap((path) =>
    [...read(path).matchAll(/(?<![\w:/.-])[\w./-]*\w\.md\b/g)]
      .map((match) => match[0])
      .filter((cited) => ![ROOT, join(ROOT, dirname(path))].some((from) => existsSync(join(from, cited))))
      .map((cited) => `${path}: ${cited}`),
  )
  assert.deepEqual(missing, [])
})

test('cited sections exist in their document, and invariants are cited by name', () => {
  const headings = new Map<string, readonly string[]>()
  const headingsOf = (document: string) => {
    const known = headings.get(document)
    if (known !== undefined) return known
    const found = [...read(document).matchAll(/^#+ (?:\d+\. )?(.+)$/gm)].map((match) => match[1]!)
    headings.set(document, found)
    return found
  }
  const wrong = [...SOURCES, ...DOCUMENTS].flatMap((path) => {
    const text = joined(read(path))
    const sections = [...text.matchAll(/(docs\/[\w-]+\.md)`?(?:,| \() ?"([^"]+)"(?: and "([^"]+)")?/g)]
      .flatMap(([, document = '', ...names]) => names.map((name) => ({ document, name })))
      .filter(({ document, name }) => name !== undefined && !headingsOf(document).includes(name))
      .map(({ document, name }) => `${path}: ${document}, "${name}"`)
    return /\binvariants? \d/i.test(text) ? [...sections, `${path}: an invariant by its number`] : sections
  })
  assert.deepEqual(wrong, [])
})
