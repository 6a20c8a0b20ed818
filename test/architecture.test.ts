/**
 * The walls of the house (ARCHITECTURE.md): arrows point one way, no cycles, no clock and no chance in core, no
 * shapeless names. Exceptions are listed here and may only become fewer.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SRC = join(ROOT, 'src')
const TOOLS = join(ROOT, 'tools')

/** What each part of src may import from; its own files always, but see `SEPARATE`. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  pipeline: ['ports', 'core'],
  adapters: ['ports', 'core'],
  gateway: ['pipeline', 'ports', 'core'],
  simulator: ['pipeline', 'adapters', 'ports', 'core'],
  organise: ['pipeline', 'adapters', 'ports', 'core'],
  server: ['organise', 'gateway', 'pipeline', 'adapters', 'ports', 'core'],
  verify: ['adapters', 'core'],
  cli: ['server', 'organise', 'verify', 'simulator', 'pipeline', 'adapters', 'ports', 'core'],
  web: ['core'],
}

/** Parts whose members never import each other: each adapter, each step of the pipeline. */
const SEPARATE: Readonly<Record<string, (path: string) => string>> = {
  adapters: (path) => path.split('/')[1]!,
  pipeline: (path) => path.split('/')[1]!.replace(/(\.property)?(\.test)?\.ts$/, ''),
}

/** Lines a file may have; those over it are listed with what they have now, and may only shrink. */
const MAX_LINES = 300
const LONGER: Readonly<Record<string, number>> = {}

/** Longest a name may hide what a folder or file is about. */
const SHAPELESS = /(^|\/)(utils?|common|helpers?|misc|index)(\/|\.tsx?$)/

const IMPORT = /^\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

interface Source {
  /** Below src, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Relative imports, resolved, below src. */
  readonly imports: readonly string[]
  readonly packages: readonly string[]
}

const FILES: readonly Source[] = sources(SRC).map((file) => {
  const text = readFileSync(file, 'utf8')
  const targets = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2]!)
  return {
    path: relative(SRC, file).replaceAll('\\', '/'),
    text,
    imports: targets
      .filter((target) => target.startsWith('.'))
      .map((target) => relative(SRC, join(dirname(file), target)).replaceAll('\\', '/')),
    packages: targets.filter((target) => !target.startsWith('.')),
  }
})
const isTest = (path: string) => /\.test\.tsx?$/.test(path)
const PRODUCT = FILES.filter(({ path }) => !isTest(path))
const partOf = (path: string) => path.split('/')[0]!

test('there is something to look at', () => {
  assert.ok(PRODUCT.length > 50)
  for (const part of Object.keys(ARROWS))
    assert.ok(
      PRODUCT.some(({ path }) => partOf(path) === part),
      part,
    )
})

test('arrows point one way', () => {
  const wrong = PRODUCT.flatMap(({ path, imports }) =>
    imports
      .filter((target) => /\.tsx?$/.test(target))
      .filter((target) => {
        const [from, to] = [partOf(path), partOf(target)]
        if (from !== to) return !ARROWS[from]?.includes(to)
        const member = SEPARATE[from]
        return member !== undefined && member(path) !== member(target)
      })
      .map((target) => `${path} → ${target}`),
  )
  assert.deepEqual(wrong, [])
})

test('of the adapters, verify has the files, the log over HTTP and Node’s own', () => {
  const wrong = PRODUCT.filter(({ path }) => partOf(path) === 'verify').flatMap(({ path, imports }) =>
    imports
      .filter((target) => partOf(target) === 'adapters' && !/^adapters\/(files|http|node)\//.test(target))
      .map((target) => `${path} → ${target}`),
  )
  assert.deepEqual(wrong, [])
})

test('only commands speak with a terminal', () => {
  const silent = PRODUCT.filter(({ path }) =>
    ['core', 'ports', 'pipeline', 'gateway', 'organise', 'server', 'verify'].includes(partOf(path)),
  )
  for (const { path, text, packages } of silent) {
    assert.doesNotMatch(text, /\bconsole\.\w+\(/, path)
    assert.doesNotMatch(packages.join(), /commander|cli-progress/, path)
  }
})

test('the rooms of core form no circle', () => {
  const room = (path: string) => path.split('/').slice(0, 2).join('/')
  const rooms = new Map<string, Set<string>>()
  for (const { path, imports } of PRODUCT.filter((file) => partOf(file.path) === 'core')) {
    const to = rooms.get(room(path)) ?? new Set<string>()
    rooms.set(room(path), to)
    for (const target of imports) if (room(target) !== room(path)) to.add(room(target))
  }
  for (const name of ['election', 'tally', 'tlog', 'log', 'verify', 'status'])
    assert.ok(rooms.has(`core/${name}`), name)
  assert.deepEqual(circlesIn(new Map([...rooms].map(([from, to]) => [from, [...to]]))), [])
})

test('core and the pages know nothing of Node', () => {
  const wrong = PRODUCT.filter(({ path }) => ['core', 'web', 'ports', 'pipeline'].includes(partOf(path)))
    .filter(({ path }) => !path.endsWith('vite.config.ts') && !path.startsWith('web/build/'))
    .flatMap(({ path, packages }) =>
      packages.filter((name) => name.startsWith('node:')).map((name) => `${path} → ${name}`),
    )
  assert.deepEqual(wrong, [])
})

test('no clock and no chance in core and pipeline', () => {
  const wrong = PRODUCT.filter(({ path }) => ['core', 'pipeline'].includes(partOf(path)))
    .filter(({ text }) =>
      /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|\bperformance\.now\b|\bcrypto\./.test(text),
    )
    .map(({ path }) => path)
  assert.deepEqual(wrong, [])
})

test('no cycles', () => {
  assert.deepEqual(circlesIn(new Map(PRODUCT.map(({ path, imports }) => [path, imports]))), [])
})

function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (done.has(path)) return
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return cycles
}

test('every file says what it is, has a name that says something, and can be seen whole', () => {
  for (const { path, text } of PRODUCT) {
    assert.doesNotMatch(path, SHAPELESS)
    assert.match(text.replace(/^#!.*\n/, ''), /^\/\*\*?|^\/\/ /, `${path} does not open with what it is`)
    const lines = text.split('\n').length - 1
    assert.ok(lines <= (LONGER[path] ?? MAX_LINES), `${path} has ${lines} lines`)
  }
})

test('the tools keep the same house, and lean on src without being leant on', () => {
  const tools = sources(TOOLS).map((file) => ({
    path: relative(ROOT, file).replaceAll('\\', '/'),
    text: readFileSync(file, 'utf8'),
  }))
  assert.ok(tools.length > 10)
  for (const { path, text } of tools) {
    assert.doesNotMatch(path, SHAPELESS)
    assert.match(text, /^\/\*\*/, `${path} does not open with what it is`)
    assert.ok(text.split('\n').length - 1 <= MAX_LINES, path)
    assert.doesNotMatch(text, /\b(TODO|FIXME|XXX)\b/, path)
  }
  const outside = PRODUCT.flatMap(({ path, imports }) =>
    imports.filter((target) => target.startsWith('../tools/')).map((target) => `${path} → ${target}`),
  )
  assert.deepEqual(outside, [])
})

test('no TODO stands in place of a promise', () => {
  const wrong = FILES.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)).map(({ path }) => path)
  assert.deepEqual(wrong, [])
})
