/**
 * Prepares `npm pack`: JavaScript instead of TypeScript, which Node does not run below
 * node_modules, and a package.json without the entries that only a clone needs
 * (docs/decisions/029-javascript-in-the-package.md).
 *
 * usage: package.js make|restore|lib (lib: only the JavaScript, for the container image)
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const SRC = join(ROOT, 'src')
const LIB = join(ROOT, 'lib')
const MANIFEST = join(ROOT, 'package.json')
/** The clone's package.json while the package's one replaces it. */
const KEPT = join(ROOT, 'build', 'package.json.of-the-clone')

/** Folders and files of src that are not packed. The pages are in dist. */
const isLeftOut = (path) => /\.test\.tsx?$|(^|\/)tsconfig[\w.]*\.json$/.test(path) || path.startsWith('web/')
/** Relative module names in imports and in URLs of threads. */
const OURS = /((?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(['"])\.{1,2}\/[^'"\n]+)\.ts(?=\2)/g

const [what] = process.argv.slice(2)
if (what === 'make') {
  restore()
  makeLib()
  makeTypes()
  makeManifest()
} else if (what === 'restore') restore()
else if (what === 'lib') makeLib()
else fail('usage: package.js make|restore|lib')

/**
 * Compiles each module by replacing types with blanks, so that lines and columns stay the same.
 */
function makeLib() {
  rmSync(LIB, { recursive: true, force: true })
  const silent = process.emitWarning
  process.emitWarning = () => {}
  for (const entry of readdirSync(SRC, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    const path = relative(SRC, file).replaceAll('\\', '/')
    if (!entry.isFile() || isLeftOut(path)) continue
    const to = join(LIB, path)
    mkdirSync(dirname(to), { recursive: true })
    if (extname(path) !== '.ts') cpSync(file, to)
    else writeFileSync(to.replace(/\.ts$/, '.js'), javaScriptOf(readFileSync(file, 'utf8')))
  }
  process.emitWarning = silent
}

function javaScriptOf(text) {
  return stripTypeScriptTypes(text).replaceAll(OURS, '$1.js')
}

/** Makes the type declarations for embedding. */
function makeTypes() {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.package.json')], {
    encoding: 'utf8',
  })
  if (status !== 0) fail(`the type declarations could not be made:\n${stdout}`)
  for (const path of readdirSync(LIB, { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
    const file = join(LIB, path)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(OURS, '$1.js'))
  }
}

/** Writes the package's package.json: without a clone's scripts, tools and Node. */
function makeManifest() {
  const text = readFileSync(MANIFEST, 'utf8')
  const { devDependencies, scripts, optionalDependencies, engines, ...manifest } = JSON.parse(text)
  mkdirSync(dirname(KEPT), { recursive: true })
  writeFileSync(KEPT, text)
  const fonts = Object.entries(optionalDependencies).filter(([name]) => !/^node-(bin-)?\w+-\w+$/.test(name))
  // npm runs `postpack` from the manifest that it read before packing.
  const packed = { ...manifest, engines: { node: '>=24' }, optionalDependencies: Object.fromEntries(fonts) }
  writeFileSync(MANIFEST, `${JSON.stringify(packed, null, 2)}\n`)
}

/** Restores the clone's package.json, also after an interrupted run. */
function restore() {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST)
}

function fail(text) {
  console.error(`elections: ${text}`)
  process.exit(1)
}
