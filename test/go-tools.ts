/**
 * Go programs that tests compare the product with. For the public log and the metrics: our
 * `logcheck`, `proofcheck`, `keyagent` and `promcheck` (test/go), Tessera's `fsck`, and
 * `litewitness`. For certificates: `pebble`, an ACME server (test/go-pebble). For logs in buckets:
 * `versitygw`, an S3 server (test/go-s3). For the chart: `chartcheck` (test/go-kubernetes) and
 * `rulecheck` (test/go-prometheus). The go.sum beside each fixes its versions. Each is built once
 * and cached by the hash of its sources.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../node_modules/.cache/go-tools', import.meta.url))

/** The programs of a module: its folder beside this file, and their names. */
interface Module<Name extends string> {
  readonly folder: string
  readonly packages: Readonly<Record<Name, string>>
}

const LOG_PACKAGES = {
  logcheck: './logcheck',
  proofcheck: './proofcheck',
  keyagent: './keyagent',
  promcheck: './promcheck',
  fsck: 'github.com/transparency-dev/tessera/cmd/fsck',
  litewitness: 'filippo.io/torchwood/cmd/litewitness',
} as const

/** Paths of the programs by name. */
export type GoTools = Readonly<Record<keyof typeof LOG_PACKAGES, string>>

export function goPresent(): boolean {
  return goCommand() !== undefined
}

/**
 * For a test's `skip`: false if Go is installed, otherwise the reason.
 * @throws Error in CI, which skips nothing
 */
export function withoutGo(): false | string {
  if (goPresent()) return false
  if (process.env.CI !== undefined) throw new Error('these tests need Go, and CI has it: see test/go/go.mod')
  return 'needs Go (test/go/go.mod says which), which is not installed'
}

/**
 * Builds the programs that are not cached. The first build downloads the modules and takes minutes.
 */
export function goTools(): GoTools {
  return built({ folder: 'go', packages: LOG_PACKAGES })
}

const PEBBLE = 'github.com/letsencrypt/pebble/v2'

/** Pebble and its DNS server, and the folder of their sources. */
export function pebbleTools() {
  const programs = built({
    folder: 'go-pebble',
    packages: { pebble: `${PEBBLE}/cmd/pebble`, challtestsrv: `${PEBBLE}/cmd/pebble-challtestsrv` },
  })
  const list = spawnSync(goCommand()!, ['list', '-m', '-f', '{{.Dir}}', PEBBLE], {
    cwd: fileURLToPath(new URL('go-pebble', import.meta.url)),
    encoding: 'utf8',
  })
  return {
    pebble: programs.pebble,
    challtestsrv: join(dirname(programs.challtestsrv), 'pebble-challtestsrv'),
    sources: list.stdout.trim(),
  }
}

/** The program that renders the chart and checks the objects. */
export function chartcheck(): string {
  return built({ folder: 'go-kubernetes', packages: { chartcheck: './chartcheck' } }).chartcheck
}

/** The program that tests alerts with Prometheus' own packages. */
export function rulecheck(): string {
  return built({ folder: 'go-prometheus', packages: { rulecheck: './rulecheck' } }).rulecheck
}

/**
 * Folders of the modules of test/go-schemas, by module path. They are downloaded once, not built.
 */
export function schemaModules(): ReadonlyMap<string, string> {
  const sources = fileURLToPath(new URL('go-schemas', import.meta.url))
  const wanted = [...readFileSync(join(sources, 'go.mod'), 'utf8').matchAll(/^\t(\S+) (v\S+)$/gm)]
  const { status, stdout, stderr } = spawnSync(
    goCommand()!,
    ['mod', 'download', '-json', ...wanted.map(([, path, version]) => `${path}@${version}`)],
    { cwd: sources, encoding: 'utf8', env: { ...process.env, GOFLAGS: '', GOWORK: 'off' } },
  )
  if (status !== 0) throw new Error(`go mod download in ${sources}: ${stderr} ${stdout}`)
  const modules = stdout.split(/(?<=^\})\n/m).filter((text) => text.trim() !== '')
  return new Map(
    modules.map((text) => {
      const { Path, Dir } = JSON.parse(text) as { Path: string; Dir: string }
      return [Path, Dir]
    }),
  )
}

/**
 * An S3 server over a folder, with atomic conditional writes (test/go-s3).
 */
export function s3Program(): string {
  return built({
    folder: 'go-s3',
    packages: { versitygw: 'github.com/versity/versitygw/cmd/versitygw' },
  }).versitygw
}

function built<Name extends string>(module: Module<Name>): Readonly<Record<Name, string>> {
  const sources = fileURLToPath(new URL(module.folder, import.meta.url))
  const folder = join(CACHE, sourceHash(sources))
  const packages = Object.values<string>(module.packages)
  if (!existsSync(folder)) build(sources, packages, folder)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return Object.fromEntries(
    Object.keys(module.packages).map((name) => [name, join(folder, name + suffix)]),
  ) as Record<Name, string>
}

function goCommand(): string | undefined {
  return ['go', '/usr/local/go/bin/go'].find(
    (command) => spawnSync(command, ['version'], { stdio: 'ignore' }).status === 0,
  )
}

/**
 * Builds beside the target and then renames, so that another test never sees an incomplete program.
 */
function build(sources: string, packages: readonly string[], folder: string): void {
  const go = goCommand()
  if (go === undefined) throw new Error('Go is not installed')
  console.error(
    `elections: building ${packages.map((one) => one.split('/').at(-1)).join(', ')} in Go, once: minutes`,
  )
  mkdirSync(CACHE, { recursive: true })
  const fresh = mkdtempSync(join(CACHE, 'building-'))
  const args = ['build', '-mod=readonly', '-buildvcs=false', '-o', `${fresh}/`]
  const { status, stderr } = spawnSync(go, [...args, ...packages], {
    cwd: sources,
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off' },
  })
  if (status !== 0) {
    rmSync(fresh, { recursive: true })
    throw new Error(`go build in ${sources}: ${stderr}`)
  }
  try {
    renameSync(fresh, folder)
  } catch (error) {
    rmSync(fresh, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}

function sourceHash(sources: string): string {
  const hash = createHash('sha256')
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.go$|go\.(mod|sum)$/.test(file),
  )
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(sources, file)))
  return hash.digest('hex').slice(0, 16)
}
