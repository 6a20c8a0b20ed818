/**
 * Makes the file system of the container image: Node, its shared libraries, the program as in
 * `npm pack`, and the files of the installed packages that the program can open. It contains no
 * shell and no package manager.
 *
 * usage: node --experimental-import-meta-resolve make.js --production DIR --system DIR --out DIR
 * --processor x64|arm64
 *
 * `production` contains package.json and the result of `npm ci --omit=dev` for the image's
 * processor. `system` contains /usr/lib, /usr/share/doc and /var/lib/dpkg of the Debian whose
 * libraries are used. `out` gets a folder for each layer; the layer that changes least comes first.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { packagesOf } from './debian.js'
import { reachedFiles } from './reached-files.js'
import { billOfMaterials } from './sbom.js'
import { librariesOf, withoutSymbols } from './shared-libraries.js'

const ROOT = resolve(import.meta.dirname, '../..')
/**
 * The constant time that npm uses in packages, so that the same files give the same bytes.
 */
const TIME_S = Number(process.env.SOURCE_DATE_EPOCH ?? 499_162_500)
/** Files of the clone, and those that `node scripts/package.js lib` and the pages' build made. */
const OURS = ['lib', 'dist/web', 'schemas', 'examples', 'LICENSE']
/** The package.json of a package, not of a folder inside one. */
const PACKAGE = /(^|\/node_modules\/)(@[^/]+\/)?[^/@]+\/package\.json$/
const USER = 1000
/** Folders with special permissions, by path in `out`. */
const FOLDERS = { 'system/tmp': 0o1777, 'owned/data': 0o700 }

const options = Object.fromEntries(
  ['production', 'system', 'out', 'processor'].map((name) => [name, { type: 'string' }]),
)
const { production, system, out, processor } = parseArgs({ options }).values

const debian = makeSystem(join(out, 'system'))
const names = makePackages(join(out, 'packages'))
makeProgram(join(out, 'program'))
const time = new Date(TIME_S * 1000).toISOString()
const bill = billOfMaterials({ root: ROOT, names, debian, processor, time })
write(join(out, 'program/app/sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`)
// The user owns only the folder of elections. Root owns everything else, and it is read-only.
mkdirSync(join(out, 'owned/data'), { recursive: true })
settle(out)

/** Copies Node and its libraries. @returns Debian's packages */
function makeSystem(folder) {
  const node = join(production, 'node_modules', `node-linux-${processor}`, 'bin/node')
  const { interpreter, libraries } = librariesOf(node, system, processor)
  write(join(folder, 'usr/local/bin/node'), withoutSymbols(readFileSync(node)), 0o755)
  for (const { path, file } of libraries) write(join(folder, path), readFileSync(file), 0o755)
  const loader = libraries.find(({ path }) => path.endsWith(`/${interpreter.split('/').at(-1)}`))
  const at = join(folder, interpreter)
  if (!existsSync(at)) {
    mkdirSync(dirname(at), { recursive: true })
    symlinkSync(relative(dirname(interpreter), `/${loader.path}`), at)
  }
  // The package records that vulnerability scanners read, and the licences.
  const files = libraries.map(({ file }) => file)
  const debianPackages = packagesOf(files, system)
  for (const { name, fields, copyright } of debianPackages) {
    write(join(folder, 'var/lib/dpkg/status.d', name), `${fields}\n`)
    write(join(folder, 'usr/share/doc', name, 'copyright'), readFileSync(copyright))
  }
  write(join(folder, 'usr/lib/os-release'), readFileSync(join(system, 'usr/lib/os-release')))
  write(join(folder, 'etc/passwd'), `root:x:0:0:root:/:\nelections:x:${USER}:${USER}::/data:\n`)
  write(join(folder, 'etc/group'), `root:x:0:\nelections:x:${USER}:\n`)
  write(join(folder, 'etc/nsswitch.conf'), 'hosts: files dns\n')
  symlinkSync('../usr/lib/os-release', join(folder, 'etc/os-release'))
  mkdirSync(join(folder, 'tmp'))
  return debianPackages
}

/** @returns name@version of the packages in the image, Node included */
function makePackages(folder) {
  const packages = join(production, 'node_modules')
  const modules = readdirSync(join(ROOT, 'lib'), { recursive: true })
    .filter((path) => path.endsWith('.js'))
    .map((path) => join(ROOT, 'lib', path))
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const fonts = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) =>
    /\bfonts\b/.test(name),
  )
  const paths = reachedFiles(modules, fonts, packages)
  for (const path of paths) write(join(folder, 'app/node_modules', path), readFileSync(join(packages, path)))
  const named = [...paths.filter((path) => PACKAGE.test(path)), `node-linux-${processor}/package.json`].map(
    (path) => JSON.parse(readFileSync(join(packages, path), 'utf8')),
  )
  return [...new Set(named.map(({ name, version }) => `${name}@${version}`))].sort()
}

function makeProgram(folder) {
  for (const path of OURS)
    cpSync(join(ROOT, path), join(folder, 'app', path), {
      recursive: true,
      filter: (from) => !from.endsWith('.d.ts'),
    })
  const { name, version, license, type } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  write(join(folder, 'app/package.json'), `${JSON.stringify({ name, version, license, type }, null, 2)}\n`)
  // On the path, so that "docker exec … elections doctor" works without a shell.
  const command = readFileSync(join(import.meta.dirname, 'first-process.cjs'))
  write(join(folder, 'usr/local/bin/elections'), command, 0o755)
}

function write(file, content, mode = 0o644) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

/** Sets the constant time and permissions, so that every build gives the same bytes. */
function settle(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, FOLDERS[relative(folder, path)] ?? 0o755)
    else if (entry.isFile()) chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    lutimesSync(join(entry.parentPath, entry.name), TIME_S, TIME_S)
}
