/**
 * Finds the files of the installed packages that the program can open: those that a module names,
 * starting at the program's modules. It includes too many rather than too few: every string in a
 * module that could be a path counts as one.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const CODE = new Set(['.js', '.cjs', '.mjs'])
/** Never opened by a program, even if a module names them. */
const UNUSED = /\.(map|md|markdown|flow|tsbuildinfo)$|\.[cm]?tsx?$|(^|\/)(tests?|__tests__)\//i
/** A package of fonts contains every weight; we use two. */
const FONT = /\.(ttf|otf)$/
/** Files that licences require us to include. */
const LICENCE = /^(licen[cs]e|copying|notice|ofl)/i
const NAMED = /(?:\brequire(?:\.resolve)?\s*\(\s*|\bfrom\s*|\bimport\s*\(?\s*)(['"`])([^'"`\n]+)\1/g
const TEXT = /(['"`])([\w@#.$/ -]{1,120})\1/g
/** Opened by names that are computed at run time. */
const PUT_TOGETHER = [
  // src/adapters/pdf/font-set.ts
  /^@expo-google-fonts\/[\w-]+\/(400Regular|600SemiBold)\/[\w-]+\.ttf$/,
  /^@embedpdf\/fonts-(kr|sc)\/fonts\/[\w-]+-(Regular|Bold)\.otf$/,
  // src/gateway/api-docs.ts serves the folder.
  /^@fastify\/swagger-ui\/static\/(?!swagger-ui\.js$)/,
]

/**
 * @param modules the program's modules
 * @param names packages that it names other than in an import
 * @param packages the folder `node_modules`
 * @returns paths below that folder, sorted
 */
export function reachedFiles(modules, names, packages) {
  const reached = new Set()
  const waiting = []
  const reach = (file) => {
    const path = relative(packages, file)
    if (path.startsWith('..') || reached.has(file) || UNUSED.test(path)) return
    if (FONT.test(path) && !isPutTogether(path)) return
    reached.add(file)
    if (CODE.has(extname(file))) waiting.push(file)
  }
  const installed = new Set(
    readdirSync(packages).flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(packages, name)).map((each) => `${name}/${each}`) : [name],
    ),
  )
  const beside = join(dirname(packages), 'program.js')
  for (const module of modules)
    for (const name of namesIn(readFileSync(module, 'utf8'), NAMED))
      if (!name.startsWith('.')) resolved(name, beside).forEach(reach)
  for (const name of names) resolved(name, beside).forEach(reach)
  const filesOf = listing()
  // Some modules load others with functions that are not called "require".
  const isName = (text) => text.startsWith('#') || installed.has(/^(@[^/]+\/)?[^/]+/.exec(text)?.[0])
  for (const file of waiting) {
    const text = readFileSync(file, 'utf8')
    for (const name of namesIn(text, NAMED)) resolved(name, file).forEach(reach)
    for (const name of namesIn(text, TEXT)) {
      meant(name, file, filesOf).forEach(reach)
      if (isName(name)) resolved(name, file).forEach(reach)
    }
  }
  for (const folder of new Set([...reached].map(packageOf)))
    for (const file of filesOf(folder)) {
      const path = relative(packages, file)
      if (isPutTogether(path) || LICENCE.test(relative(folder, file))) reach(file)
    }
  for (const file of [...reached]) descriptionsOf(file).forEach(reach)
  return [...reached].map((file) => relative(packages, file)).sort()
}

const isPutTogether = (path) => PUT_TOGETHER.some((pattern) => pattern.test(path))

/** The package.json files above it, which set the kind of module. */
function descriptionsOf(file) {
  const last = packageOf(file)
  const found = []
  for (let folder = dirname(file); folder.length >= last.length; folder = dirname(folder))
    found.push(join(folder, 'package.json'))
  return found.filter(existsSync)
}

function namesIn(text, pattern) {
  return new Set([...text.matchAll(pattern)].map((match) => match[2]))
}

/** Resolves with `require` and with `import`, because a package may have a file for each. */
function resolved(name, from) {
  const found = []
  const look = (find) => {
    try {
      const file = find()
      if (isFile(file)) found.push(realpathSync(file))
    } catch {
      // A module of Node, of another system, or not a module's name.
    }
  }
  look(() => createRequire(from).resolve(name))
  look(() => fileURLToPath(import.meta.resolve(name, pathToFileURL(from).href)))
  return found
}

/**
 * Returns the files that a string in a module may name: beside the module, or anywhere in its
 * package by the end of their path.
 */
function meant(name, from, filesOf) {
  if (name.startsWith('.') && extname(name) === '')
    return [`${name}.js`, `${name}.json`].map((each) => resolve(dirname(from), each)).filter(isFile)
  if (!/\.\w+$/.test(name)) return []
  const end = sep + name.replace(/^(\.{0,2}\/)+/, '')
  return filesOf(packageOf(from)).filter((file) => file.endsWith(end))
}

const isFile = (path) => existsSync(path) && statSync(path).isFile()

/** Returns the folder of a file's package. */
function packageOf(file) {
  const parts = file.split(sep)
  const at = parts.lastIndexOf('node_modules')
  return parts.slice(0, at + (parts[at + 1].startsWith('@') ? 3 : 2)).join(sep)
}

/** Returns the files of a package without packages inside it; cached. */
function listing() {
  const known = new Map()
  return (folder) => {
    if (!known.has(folder)) known.set(folder, filesBelow(folder))
    return known.get(folder)
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}
