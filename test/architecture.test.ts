/**
 * The rules of ARCHITECTURE.md: imports point one way, no cycles, no clock and no randomness in
 * core, no meaningless names. Exceptions are listed here, and the lists may only shrink.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SRC = join(ROOT, 'src')
const TOOLS = join(ROOT, 'tools')

/** The parts that each part of src may import. It may import itself, except as in `SEPARATE`. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  pipeline: ['ports', 'core'],
  adapters: ['ports', 'core'],
  gateway: ['pipeline', 'ports', 'core'],
  client: [],
  simulator: ['client', 'organise', 'pipeline', 'adapters', 'ports', 'core'],
  organise: ['pipeline', 'adapters', 'ports', 'core'],
  server: ['organise', 'gateway', 'pipeline', 'adapters', 'ports', 'core'],
  verify: ['adapters', 'core'],
  cli: ['server', 'organise', 'verify', 'simulator', 'pipeline', 'adapters', 'ports', 'core'],
  web: ['verify', 'core'],
}

/** Parts whose members must not import each other: adapters, and steps of the pipeline. */
const SEPARATE: Readonly<Record<string, (path: string) => string>> = {
  adapters: (path) => path.split('/')[1]!,
  pipeline: (path) => path.split('/')[1]!.replace(/(\.property)?(\.test)?\.ts$/, ''),
}

/** Any adapter may use the adapter of Node: durable files, hashes, the clock. */
const FOR_ALL_ADAPTERS = 'adapters/node/'

/** Lines that a function may have, from its head to its last brace. */
const MAX_FUNCTION_LINES = 70
/** Longer functions with their current lines. May only shrink. */
const LONGER: Readonly<Record<string, number>> = {}

/** Names that do not say what a folder or file is about. */
const SHAPELESS = /(^|\/)(utils?|common|helpers?|misc|index)(\/|\.tsx?$)/

const IMPORT = /^\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

interface Source {
  /** Path below src, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Relative imports, resolved to paths below src. */
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

test('the sources are found', () => {
  assert.ok(PRODUCT.length > 50)
  for (const part of Object.keys(ARROWS))
    assert.ok(
      PRODUCT.some(({ path }) => partOf(path) === part),
      part,
    )
})

test('imports point one way', () => {
  const wrong = PRODUCT.flatMap(({ path, imports }) =>
    imports
      .filter((target) => /\.tsx?$/.test(target))
      .filter((target) => {
        const [from, to] = [partOf(path), partOf(target)]
        if (from !== to) return !ARROWS[from]?.includes(to)
        const member = SEPARATE[from]
        return member !== undefined && member(path) !== member(target) && !target.startsWith(FOR_ALL_ADAPTERS)
      })
      .map((target) => `${path} → ${target}`),
  )
  assert.deepEqual(wrong, [])
})

/** Modules of clusters. Loading them takes half a second and loads a client of each engine. */
const OF_A_CLUSTER =
  /^(organise|server)\/cluster\/|^organise\/doctor\/(cluster|published)|^adapters\/(kafka|redis|postgres|spark)\//
/** Modules without a client of an engine: texts and addresses. */
const WITHOUT_CLIENTS: ReadonlySet<string> = new Set([
  ...['organise/cluster/addresses.ts', 'server/cluster/roles.ts'],
  ...['adapters/postgres/ssl-mode.ts', 'adapters/spark/remote.ts'],
])

test('modules of clusters are loaded only on demand', () => {
  const AT_ONCE = /^(?:import|export)\b(?!\s+type\b)[^'"`;]*?from\s*['"](\.[^'"]+)['"]/gm
  const importsAtOnce = ({ path, text }: Source) =>
    [...text.matchAll(AT_ONCE)].map((match) =>
      relative(SRC, join(SRC, dirname(path), match[1]!)).replaceAll('\\', '/'),
    )
  const wrong = PRODUCT.filter(({ path }) => !OF_A_CLUSTER.test(path)).flatMap((file) =>
    importsAtOnce(file)
      .filter((target) => OF_A_CLUSTER.test(target) && !WITHOUT_CLIENTS.has(target))
      .map((target) => `${file.path} → ${target}`),
  )
  assert.deepEqual(wrong, [])
  for (const file of PRODUCT.filter(({ path }) => WITHOUT_CLIENTS.has(path)))
    assert.deepEqual(
      importsAtOnce(file).filter((target) => partOf(target) !== 'core'),
      [],
      file.path,
    )
})

test('verify imports only the adapters for files, HTTP and Node', () => {
  const wrong = PRODUCT.filter(({ path }) => partOf(path) === 'verify').flatMap(({ path, imports }) =>
    imports
      .filter((target) => partOf(target) === 'adapters' && !/^adapters\/(files|http|node)\//.test(target))
      .map((target) => `${path} → ${target}`),
  )
  assert.deepEqual(wrong, [])
})

test('the pages import only modules of verify that need nothing but core', () => {
  const fromWeb = PRODUCT.filter(({ path }) => partOf(path) === 'web').flatMap(({ imports }) => imports)
  const shared = PRODUCT.filter(({ path }) => partOf(path) === 'verify' && fromWeb.includes(path))
  assert.deepEqual(
    shared.map(({ path }) => path),
    ['verify/session.ts'],
  )
  for (const { path, imports, packages } of shared) {
    assert.deepEqual(packages, [], path)
    for (const target of imports) assert.equal(partOf(target), 'core', `${path} → ${target}`)
  }
})

test('only commands write to a terminal', () => {
  const silent = PRODUCT.filter(({ path }) =>
    ['core', 'ports', 'pipeline', 'gateway', 'organise', 'server', 'verify'].includes(partOf(path)),
  )
  for (const { path, text, packages } of silent) {
    assert.doesNotMatch(text, /\bconsole\.\w+\(|\bprocess\.std(?:out|err)\b/, path)
    assert.doesNotMatch(packages.join(), /commander|cli-progress/, path)
  }
})

test('the folders of core have no import cycle', () => {
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

test('core and the pages do not import Node', () => {
  const wrong = PRODUCT.filter(({ path }) => ['core', 'web', 'ports', 'pipeline'].includes(partOf(path)))
    .filter(({ path }) => !path.endsWith('vite.config.ts') && !path.startsWith('web/build/'))
    .flatMap(({ path, packages }) =>
      packages.filter((name) => name.startsWith('node:')).map((name) => `${path} → ${name}`),
    )
  assert.deepEqual(wrong, [])
})

test('core and pipeline use no clock and no randomness', () => {
  const wrong = PRODUCT.filter(({ path }) => ['core', 'pipeline'].includes(partOf(path)))
    .filter(({ text }) =>
      /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|\bperformance\.now\b|\bcrypto\./.test(text),
    )
    .map(({ path }) => path)
  assert.deepEqual(wrong, [])
})

test('no import cycles', () => {
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

test('every file opens with what it is and has a meaningful name', () => {
  for (const { path, text } of PRODUCT) {
    assert.doesNotMatch(path, SHAPELESS)
    assert.match(text.replace(/^#!.*\n/, ''), /^\/\*\*?|^\/\/ /, `${path} does not open with what it is`)
  }
})

test('the tools follow the same rules; they may import src, and src does not import them', () => {
  const tools = sources(TOOLS).map((file) => ({
    path: relative(ROOT, file).replaceAll('\\', '/'),
    text: readFileSync(file, 'utf8'),
  }))
  assert.ok(tools.length > 10)
  for (const { path, text } of tools) {
    assert.doesNotMatch(path, SHAPELESS)
    assert.match(text, /^\/\*\*/, `${path} does not open with what it is`)
    assert.doesNotMatch(text, /\b(TODO|FIXME|XXX)\b/, path)
  }
  const outside = PRODUCT.flatMap(({ path, imports }) =>
    imports.filter((target) => target.startsWith('../tools/')).map((target) => `${path} → ${target}`),
  )
  assert.deepEqual(outside, [])
})

/**
 * Finds the functions of a file by the formatter's layout: a body opens at the end of a line and
 * closes at the next line that begins with a brace at the head's indentation.
 */
function functionsIn(text: string): readonly { readonly name: string; readonly lines: number }[] {
  const lines = text.split('\n')
  const notABody = /^\s*(?:\} )?(?:if|for|while|switch|else|catch|do|try)\b|^\s*(?:\*|\/\/)/
  const found: { name: string; lines: number }[] = []
  for (const [at, line] of lines.entries()) {
    if (!/(?:=>|\)(?:: [^=]+)?) \{$/.test(line) || notABody.test(line)) continue
    const indent = /^\s*/.exec(line)![0]
    let head = at
    // A head of several lines begins at the last line with this indentation.
    if (/^\s*[)\]}]/.test(line))
      do head--
      while (head > 0 && !new RegExp(`^${indent}[^\\s)\\]}]`).test(lines[head]!))
    if (notABody.test(lines[head]!)) continue
    let end = at + 1
    while (end < lines.length && !lines[end]!.startsWith(`${indent}}`)) end++
    const words = lines[head]!.trim()
    const name = /(?:function\*?|const) ([\w$]+)/.exec(words)?.[1] ?? words.replace(/ ?[({].*/, '')
    found.push({ name, lines: end - head + 1 })
  }
  return found
}

test('functions are found with all lines of their heads', () => {
  const text = [
    'export function first(',
    '  one: string,',
    '): string {',
    '  if (one) {',
    '    return one',
    '  }',
    '  const inner = async (): Promise<void> => {',
    '    await 1',
    '  }',
    '}',
    'class Box {',
    '  async take({',
    '    a,',
    '  }: Taken): Promise<void> {',
    '  }',
    '}',
  ].join('\n')
  assert.deepEqual(functionsIn(text), [
    { name: 'first', lines: 10 },
    { name: 'inner', lines: 3 },
    { name: 'async take', lines: 4 },
  ])
})

test(`a function has at most ${MAX_FUNCTION_LINES} lines`, () => {
  const tools = sources(TOOLS).map((file) => ({
    path: relative(ROOT, file).replaceAll('\\', '/'),
    text: readFileSync(file, 'utf8'),
  }))
  const all = [...PRODUCT, ...tools].flatMap(({ path, text }) =>
    functionsIn(text).map(({ name, lines }) => ({ place: `${path} ${name}`, lines })),
  )
  assert.ok(all.length > 1_000, `only ${all.length} functions found`)
  const long = all.filter(({ lines }) => lines > MAX_FUNCTION_LINES)
  assert.deepEqual(
    long
      .filter(({ place, lines }) => lines > (LONGER[place] ?? 0))
      .map(({ place, lines }) => `${place}: ${lines} lines`),
    [],
  )
  const shorter = Object.keys(LONGER).filter((place) => !long.some((each) => each.place === place))
  assert.deepEqual(shorter, [], 'take these off the list')
})

test('error codes are those of the catalogue of faults', () => {
  const wrong = PRODUCT.filter(
    ({ path, text }) => /^\s*(?:override )?readonly code = '/m.test(text) && !path.startsWith('web/'),
  ).map(({ path }) => path)
  assert.deepEqual(wrong, [])
})

test('there is no TODO', () => {
  const wrong = FILES.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)).map(({ path }) => path)
  assert.deepEqual(wrong, [])
})
