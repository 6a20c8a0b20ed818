/**
 * Programs in Go that tests hold the public log and the metrics against: our `logcheck`, `proofcheck`, `keyagent` and
 * `promcheck` (test/go), Tessera's `fsck`, and `litewitness`. Their versions are those of test/go/go.sum; built once, kept
 * by what they are built from.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = fileURLToPath(new URL('go', import.meta.url))
const CACHE = fileURLToPath(new URL('../node_modules/.cache/go-tools', import.meta.url))

const PACKAGES = {
  logcheck: './logcheck',
  proofcheck: './proofcheck',
  keyagent: './keyagent',
  promcheck: './promcheck',
  fsck: 'github.com/transparency-dev/tessera/cmd/fsck',
  litewitness: 'filippo.io/torchwood/cmd/litewitness',
} as const

/** Paths of the programs, by name. */
export type GoTools = Readonly<Record<keyof typeof PACKAGES, string>>

export function goPresent(): boolean {
  return goCommand() !== undefined
}

/**
 * For a test's `skip`: false where Go is, the reason where it is not.
 * @throws Error in CI, where nothing is skipped
 */
export function withoutGo(): false | string {
  if (goPresent()) return false
  if (process.env.CI !== undefined) throw new Error('these tests need Go, and CI has it: see test/go/go.mod')
  return 'needs Go (test/go/go.mod says which), which is not installed'
}

/** Builds what has not been built from these sources; the first time it downloads them and takes minutes. */
export function goTools(): GoTools {
  const folder = join(CACHE, sourceHash())
  if (!existsSync(folder)) build(folder)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return Object.fromEntries(
    Object.keys(PACKAGES).map((name) => [name, join(folder, name + suffix)]),
  ) as unknown as GoTools
}

function goCommand(): string | undefined {
  return ['go', '/usr/local/go/bin/go'].find(
    (command) => spawnSync(command, ['version'], { stdio: 'ignore' }).status === 0,
  )
}

/** Builds beside the place and then moves there, so that two tests at once do not meet half a program. */
function build(folder: string): void {
  const go = goCommand()
  if (go === undefined) throw new Error('Go is not installed')
  mkdirSync(CACHE, { recursive: true })
  const fresh = mkdtempSync(join(CACHE, 'building-'))
  const args = ['build', '-mod=readonly', '-buildvcs=false', '-o', `${fresh}/`]
  const { status, stderr } = spawnSync(go, [...args, ...Object.values(PACKAGES)], {
    cwd: SOURCES,
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off' },
  })
  if (status !== 0) {
    rmSync(fresh, { recursive: true })
    throw new Error(`go build in test/go: ${stderr}`)
  }
  try {
    renameSync(fresh, folder)
  } catch (error) {
    rmSync(fresh, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}

function sourceHash(): string {
  const hash = createHash('sha256')
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.go$|go\.(mod|sum)$/.test(file),
  )
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(SOURCES, file)))
  return hash.digest('hex').slice(0, 16)
}
