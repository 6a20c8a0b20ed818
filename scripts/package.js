/**
 * What `npm pack` packs: JavaScript instead of TypeScript, which Node does not read below
 * node_modules, and a package.json without what only a clone needs
 * (docs/decisions/029-javascript-in-the-package.md).
 *
 * usage: package.js make|restore|lib (the JavaScript alone, as the container image has it)
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
/** The package.json of the clone, while the other lies in its place. */
const KEPT = join(ROOT, 'build', 'package.json.of-the-clone')

/** Of src, what is no part of the program: the pages lie built in dist. */
const isLeftOut = (path) => /\.test\.tsx?$|(^|\/)tsconfig[\w.]*\.json$/.test(path) || path.startsWith('web/')
/** Names of modules beside this one, in imports and in the addresses of threads. */
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
 * Each module with its types blanked out, by Node itself: every line and column stays where it was.
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

/** Types for those who embed it. */
function makeTypes() {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.package.json')], {
    encoding: 'utf8',
  })
  if (status !== 0) fail(`types could not be made:\n${stdout}`)
  for (const path of readdirSync(LIB, { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
    const file = join(LIB, path)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(OURS, '$1.js'))
  }
}

/** Without what a clone needs: its scripts and tools, and the Node that runs them. */
function makeManifest() {
  const text = readFileSync(MANIFEST, 'utf8')
  const { devDependencies, scripts, optionalDependencies, engines, ...manifest } = JSON.parse(text)
  mkdirSync(dirname(KEPT), { recursive: true })
  writeFileSync(KEPT, text)
  const fonts = Object.entries(optionalDependencies).filter(([name]) => !/^node-(bin-)?\w+-\w+$/.test(name))
  // Npm itself runs what follows packing from the manifest it read before.
  const packed = { ...manifest, engines: { node: '>=24' }, optionalDependencies: Object.fromEntries(fonts) }
  writeFileSync(MANIFEST, `${JSON.stringify(packed, null, 2)}\n`)
}

/** Puts the package.json of the clone back, also after a run that was cut off. */
function restore() {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST)
}

function fail(text) {
  console.error(`elections: ${text}`)
  process.exit(1)
}
