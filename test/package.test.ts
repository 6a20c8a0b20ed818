/**
 * The package of `npm pack`, unpacked as an installation: it runs an election and can be embedded.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readKeys, vote } from './server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'elections-package-'))
const clone = join(dir, 'clone')
const app = join(dir, 'app')
const installed = join(app, 'node_modules', 'digital-elections')
const elections = join(installed, 'bin', 'elections.js')
const { NODE_TEST_CONTEXT: _, ...ENV } = process.env
after(() => rmSync(dir, { recursive: true, force: true }))

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies?: object
  readonly exports: Readonly<Record<string, { readonly default: string; readonly types: string } | string>>
}
const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

before(() => {
  // In a copy, because packing replaces the package.json for a moment.
  const copied = readdirSync(ROOT).filter(
    (name) => !/^(\.git|node_modules|build|lib|test|bench|data)$/.test(name),
  )
  for (const name of copied) cpSync(join(ROOT, name), join(clone, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', dir], {
    cwd: clone,
    env: ENV,
    stdio: 'pipe',
  })
  const [packed = ''] = readdirSync(dir).filter((name) => name.endsWith('.tgz'))
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(dir, packed), '-C', installed, '--strip-components=1'])
  // The dependencies that npm would install, without those that only a clone needs.
  const { dependencies, optionalDependencies } = manifestIn(installed)
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const to = join(app, 'node_modules', name)
    mkdirSync(dirname(to), { recursive: true })
    if (existsSync(join(ROOT, 'node_modules', name))) symlinkSync(join(ROOT, 'node_modules', name), to)
  }
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }\n')
})

function run(args: readonly string[], program: readonly string[] = [elections]) {
  return spawnSync(process.execPath, [...program, ...args], { cwd: app, encoding: 'utf8', env: ENV })
}

test('the package contains JavaScript, pages, examples and documents, and no tools', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  )
  for (const path of ['dist/web/booth/index.html', 'examples/city-council/voters.csv', 'docs/key-code.md'])
    assert.ok(files.includes(path), path)
  for (const path of ['docs/configuration.md', 'schemas/election.schema.json', 'SECURITY.md', 'README.md'])
    assert.ok(files.includes(path), path)
  assert.deepEqual(
    files.filter((path) => /(?<!\.d)\.tsx?$|\.test\.|^(src|test|bench|tools|scripts)\//.test(path)),
    [],
  )
  const { devDependencies, optionalDependencies } = manifestIn(installed)
  assert.equal(devDependencies, undefined)
  assert.deepEqual(Object.keys(optionalDependencies), ['@embedpdf/fonts-kr', '@embedpdf/fonts-sc'])
  // The clone's package.json is restored.
  assert.equal(
    readFileSync(join(clone, 'package.json'), 'utf8'),
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  )
})

test('every imported module exists, and compiled lines match the source’s', () => {
  const lib = join(installed, 'lib')
  const modules = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.js'),
  )
  assert.ok(modules.length > 400, `${modules.length} modules`)
  const named =
    /(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.{1,2}\/[^'"\n]+)['"]|\bnew URL\(\s*'([^'\n]+)', import\.meta\.url/g
  const missing: string[] = []
  for (const path of modules) {
    const text = readFileSync(join(lib, path), 'utf8')
    const source = readFileSync(join(ROOT, 'src', path.replace(/\.js$/, '.ts')), 'utf8')
    assert.equal(text.split('\n').length, source.split('\n').length, path)
    for (const [, imported, beside] of text.matchAll(named)) {
      const target = imported ?? beside!
      if (!existsSync(resolve(dirname(join(lib, path)), target))) missing.push(`${path} → ${target}`)
    }
  }
  assert.deepEqual(missing, [])
})

test('from an empty folder the package makes an election, accepts a vote, counts and verifies', async () => {
  const example = 'node_modules/digital-elections/examples/city-council'
  const files = ['--definition', `${example}/election.json`, '--roll', `${example}/voters.csv`]
  const init = run(['init', ...files, '--data', 'data'])
  assert.equal(init.status, 0, init.stderr)
  const server = spawn(process.execPath, [elections, 'serve', '--data', 'data', '--port', '0', '--json'], {
    ...{ cwd: app, env: { ...ENV, LOG_LEVEL: 'warn' } },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
    const { url } = JSON.parse(line) as { url: string }
    const definition = JSON.parse(readFileSync(join(app, example, 'election.json'), 'utf8'))
    const [key] = readKeys(join(app, 'data', 'keys.csv'))
    assert.equal((await vote(url, key!, definition.contests[0].options[0].id)).status, 201)
    const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } })
    assert.match(await page.text(), /<script type="module"/)
  } finally {
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null])
  }
  const doctor = run(['doctor', '--data', 'data'])
  assert.equal(doctor.status, 0, doctor.stdout)
  const verify = run(['verify', 'data', '--state', 'state.json'])
  assert.equal(verify.status, 0, verify.stdout + verify.stderr)
  const tally = run(['tally', '--data', 'data'])
  assert.equal(tally.status, 0, tally.stderr)
})

test('files and folders that the help names are in the package', () => {
  const { stdout } = run(['init', '--help'])
  const named = [...stdout.matchAll(/\b((?:examples|docs)\/[\w./-]*\w)/g)].map((match) => match[1]!)
  assert.ok(named.length > 0)
  for (const path of named) assert.ok(existsSync(join(installed, path)), path)
})

test('every example of docs/embedding.md compiles and runs', () => {
  const page = readFileSync(join(installed, 'docs/embedding.md'), 'utf8')
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]!)
  const said = ['12 keys; results: 200\n', 'verified key from genesis\n', /^digital-elections \d+ 32 32\n$/]
  assert.equal(blocks.length, said.length)
  for (const [i, block] of blocks.entries()) {
    writeFileSync(join(app, `example-${i}.ts`), block)
    const { status, stdout, stderr } = run([], [`example-${i}.ts`])
    assert.equal(status, 0, stderr)
    if (typeof said[i] === 'string') assert.equal(stdout, said[i])
    else assert.match(stdout, said[i]!)
  }
  const options = { strict: true, noEmit: true, module: 'NodeNext', target: 'ES2024', types: ['node'] }
  const typeRoots = [join(ROOT, 'node_modules', '@types')]
  writeFileSync(
    join(app, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...options, typeRoots, skipLibCheck: true },
      include: ['example-*.ts'],
    }),
  )
  const types = run(['-p', '.'], [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')])
  assert.equal(types.status, 0, types.stdout)
})

test('every export exists with types, and nothing else can be imported', () => {
  for (const [name, target] of Object.entries(manifestIn(installed).exports)) {
    if (typeof target === 'string' || name.includes('*')) continue
    for (const path of [target.default, target.types]) assert.ok(existsSync(join(installed, path)), path)
  }
  const { status, stderr } = run(
    ['--input-type=module', '-e', 'await import("digital-elections/lib/cli/run.js")'],
    [],
  )
  assert.equal(status, 1)
  assert.match(stderr, /ERR_PACKAGE_PATH_NOT_EXPORTED/)
})
