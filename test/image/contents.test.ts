/**
 * The files of the container image, without a container engine: the image's script collects them
 * from this clone, and the program runs from them. `npm run test:image` builds and runs the image
 * itself.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { librariesOf, withoutSymbols } from '../../scripts/image/shared-libraries.js'
import { readKeys, vote } from '../server.ts'
import { forbiddenIn, IMAGE_BUDGET_BYTES } from './contents.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NODE = join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin/node')
/** The script takes shared libraries from Debian, so it needs one. */
const skip =
  process.platform === 'linux' && existsSync('/var/lib/dpkg/status') && existsSync(NODE)
    ? false
    : 'needs Debian, and the Node that npm brings for it'
const dir = mkdtempSync(join(tmpdir(), 'elections-image-'))
after(() => rmSync(dir, { recursive: true, force: true }))
const { NODE_TEST_CONTEXT: _, ...ENV } = process.env

const at = (path: string) => readFileSync(join(ROOT, path), 'utf8')

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = ENV): string {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: dir, encoding: 'utf8', env })
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`)
  return stdout
}

function make(name: string): string {
  const out = join(dir, name)
  const script = join(ROOT, 'scripts/image/make.js')
  const from = ['--production', ROOT, '--system', '/', '--processor', process.arch]
  run(process.execPath, ['--experimental-import-meta-resolve', script, ...from, '--out', out])
  return out
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

const out = join(dir, 'once')
const node = join(out, 'system/usr/local/bin/node')
const app = join(out, 'program/app')
const main = join(app, 'lib/cli/main.js')

before(() => {
  if (skip) return
  run(process.execPath, [join(ROOT, 'scripts/package.js'), 'lib'])
  make('once')
})

test('the image contains Node, its libraries, the program and the files it opens, within the size budget', {
  skip,
}, () => {
  const files = filesBelow(out)
  assert.deepEqual(forbiddenIn(files), [])
  for (const path of [
    'system/usr/lib/os-release',
    'program/app/dist/web/booth/index.html',
    'program/app/LICENSE',
  ])
    assert.ok(files.includes(path), path)
  assert.ok(files.some((path) => path.endsWith('/NotoSansKR-Bold.otf')))
  const bytes = files.reduce((sum, path) => sum + lstatSync(join(out, path)).size, 0)
  assert.ok(bytes < IMAGE_BUDGET_BYTES, `${bytes} bytes`)
  const { interpreter, libraries } = librariesOf(NODE, '/', process.arch)
  for (const path of [interpreter!, ...libraries.map((each) => each.path)])
    assert.ok(existsSync(join(out, 'system', path)), path)
})

test('Node lacks nothing but its symbol table', { skip }, () => {
  const locked = readFileSync(NODE)
  const kept = readFileSync(node)
  assert.ok(kept.equals(withoutSymbols(locked)))
  // All bytes but the three header fields about the section table.
  for (const [from, to] of [
    [0, 40],
    [48, 58],
    [64, kept.length],
  ] as const)
    assert.ok(kept.subarray(from, to).equals(locked.subarray(from, to)), `bytes ${from} to ${to}`)
  assert.equal(run(node, ['--print', 'process.version']).trim(), process.version)
})

test('a missing library, or one for another processor, is refused', { skip }, () => {
  const other = process.arch === 'x64' ? 'arm64' : 'x64'
  assert.throws(() => librariesOf(NODE, '/', other), /is not for/)
  assert.throws(
    () => librariesOf(join(ROOT, 'package.json'), '/', process.arch),
    /not a 64-bit Linux program/,
  )
})

test('a second build gives every file the same bytes, permissions and time', { skip }, () => {
  const digestOf = (folder: string) => {
    const hash = createHash('sha256')
    for (const path of filesBelow(folder)) {
      const { mode, mtimeMs } = lstatSync(join(folder, path))
      const isLink = lstatSync(join(folder, path)).isSymbolicLink()
      const content = isLink ? readlinkSync(join(folder, path)) : readFileSync(join(folder, path))
      hash.update(`${path} ${mode} ${mtimeMs}\n`).update(content)
    }
    return hash.digest('hex')
  }
  const first = digestOf(out)
  const again = make('again')
  assert.equal(digestOf(again), first)
  rmSync(again, { recursive: true })
})

test('the bill of materials names exactly the packages in the image', { skip }, () => {
  const bill = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8')) as {
    readonly bomFormat: string
    readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[]
  }
  assert.equal(bill.bomFormat, 'CycloneDX')
  const packages = join(out, 'packages/app/node_modules')
  const there = filesBelow(packages)
    .map((path) => /^(?:.*\/node_modules\/)?((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1])
    .filter((name) => name !== undefined)
  const named = new Set(
    bill.components.filter(({ purl }) => purl.startsWith('pkg:npm/')).map(({ name }) => name),
  )
  for (const name of there)
    assert.ok(named.delete(name) || there.indexOf(name) !== there.lastIndexOf(name), name)
  // Packages that are compiled into the pages, and Node itself.
  for (const name of ['preact', 'qr', 'd3-geo', 'topojson-client', `node-linux-${process.arch}`])
    assert.ok(named.delete(name), name)
  assert.deepEqual(
    [...named].filter((name) => !/^(@noble\/hashes|commander|d3-array|internmap)$/.test(name)),
    [],
  )
  const debian = bill.components.filter(({ purl }) => purl.startsWith('pkg:deb/debian/'))
  assert.deepEqual(
    debian.map(({ name }) => name),
    ['libc6', 'libgcc-s1', 'libstdc++6'],
  )
})

test('every module of the program loads from these files', { skip }, () => {
  symlinkSync(join(out, 'packages/app/node_modules'), join(app, 'node_modules'))
  const modules = filesBelow(join(app, 'lib')).filter(
    (path) => path.endsWith('.js') && !/-thread\.js$|^cli\/main\.js$/.test(path),
  )
  assert.ok(modules.length > 400, `${modules.length} modules`)
  const script = join(dir, 'load.mjs')
  const paths = JSON.stringify(modules.map((path) => join(app, 'lib', path)))
  writeFileSync(
    script,
    `for (const path of ${paths}) await import(path)\nconsole.log('all')\nprocess.exit(0)\n`,
  )
  assert.equal(run(node, [script]), 'all\n')
})

test('an election can be made, printed, voted in, shown and verified with these files', {
  skip,
}, async () => {
  const example = join(app, 'examples/city-council')
  const definition = JSON.parse(readFileSync(join(example, 'election.json'), 'utf8'))
  // Letters in every script, so that every font is used.
  definition.title = '서울 北京 Αθήνα দিল্লি'
  writeFileSync(join(dir, 'election.json'), JSON.stringify(definition))
  const roll = join(example, 'voters.csv')
  run(node, [main, 'init', '--definition', 'election.json', '--roll', roll, '--data', 'data'])
  const letters = [
    '--url',
    'https://vote.example.org/e/city-council-2026',
    '--format',
    'pdf',
    '--out',
    'letters.pdf',
  ]
  run(node, [main, 'letters', '--keys', 'data/keys.csv', '--data', 'data', ...letters])
  assert.match(readFileSync(join(dir, 'letters.pdf'), 'latin1'), /^%PDF-/)
  const server = spawn(node, [main, 'serve', '--data', 'data', '--port', '0', '--json'], {
    ...{ cwd: dir, env: { ...ENV, LOG_LEVEL: 'warn' } },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
    const { url } = JSON.parse(line) as { url: string }
    const [key] = readKeys(join(dir, 'data/keys.csv'))
    assert.equal((await vote(url, key!, definition.contests[0].options[0].id)).status, 201)
    for (const path of ['/e/city-council-2026/preview.png', '/docs/static/swagger-ui-bundle.js', '/metrics'])
      assert.equal((await fetch(url + path)).status, 200, path)
    const { port } = new URL(url)
    assert.equal(run(node, [main, 'ready', '--port', port]), 'ready\n')
  } finally {
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null])
  }
  run(node, [main, 'doctor', '--data', 'data'])
  run(node, [main, 'verify', 'data', '--state', 'state.json'])
})

test('the Dockerfile’s last stage has no shell and an unprivileged user', () => {
  const text = at('deploy/Dockerfile')
  const last = text.slice(text.lastIndexOf('\nFROM '))
  assert.match(last, /^\nFROM scratch\n/)
  assert.doesNotMatch(last, /^(RUN|ADD|SHELL|VOLUME)\b/m)
  assert.match(last, /^USER 1000:1000$/m)
  for (const name of ['ENTRYPOINT', 'CMD']) assert.match(last, new RegExp(`^${name} \\["`, 'm'))
  assert.match(last, /^HEALTHCHECK .* CMD \["\/usr\/local\/bin\/elections", "ready"\]$/m)
  const { version, license } = JSON.parse(at('package.json'))
  assert.ok(last.includes(`org.opencontainers.image.version="${version}"`))
  assert.ok(last.includes(`org.opencontainers.image.licenses="${license}"`))
  for (const line of text.match(/npm (ci|install|i)\b.*/g)!) assert.match(line, /^npm ci .*--ignore-scripts/)
  assert.doesNotMatch(text, /\b(curl|wget|apt-get)\b/)
})

test('only the image’s source files are sent to the builder', () => {
  const lines = at('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  assert.equal(lines[0], '*')
  for (const line of lines.slice(1).filter((each) => each.startsWith('!')))
    assert.ok(existsSync(join(ROOT, line.slice(1))), line)
  assert.ok(lines.every((line) => !/^!.*(data|keys|cluster|\.git$|test|docs)/.test(line)))
})
