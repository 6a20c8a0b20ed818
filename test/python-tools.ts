/**
 * Programs in Python that tests hold the product against, by the versions of a requirements.txt:
 * installed once, into a virtual environment that is kept by what it is made from.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** For the API; test/aws/requirements.txt is for what is deployed on AWS. */
const REQUIREMENTS = fileURLToPath(new URL('python/requirements.txt', import.meta.url))
export const AWS_REQUIREMENTS = fileURLToPath(new URL('aws/requirements.txt', import.meta.url))
const CACHE = fileURLToPath(new URL('../node_modules/.cache/python-tools', import.meta.url))
const LEAST_MINOR = 10

/**
 * For a test's `skip`: false where Python is, the reason where it is not.
 * @throws Error in CI, where nothing is skipped
 */
export function withoutPython(): false | string {
  const { status, stdout } = spawnSync(
    'python3',
    ['-c', 'import sys, venv, ensurepip; print(sys.version_info[1])'],
    {
      encoding: 'utf8',
    },
  )
  if (status === 0 && Number(stdout) >= LEAST_MINOR) return false
  const why = `needs Python 3.${LEAST_MINOR} with venv, which is not installed`
  if (process.env.CI !== undefined) throw new Error(`this test ${why}, and CI has it`)
  return why
}

/** The folder of the programs; the first time it downloads them and takes a minute. */
export function pythonTools(requirements: string = REQUIREMENTS): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16)
  const folder = join(CACHE, hash)
  // Written last: an installation that was cut off is begun again.
  if (!existsSync(join(folder, 'installed'))) install(folder, requirements)
  return join(folder, 'bin')
}

/** Programs name their interpreter by its path, so they are installed where they stay. */
function install(folder: string, requirements: string): void {
  mkdirSync(CACHE, { recursive: true })
  if (existsSync(folder)) {
    const old = mkdtempSync(join(CACHE, 'old-'))
    renameSync(folder, join(old, 'folder'))
    rmSync(old, { recursive: true })
  }
  run('python3', ['-m', 'venv', folder])
  run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-input', '-r', requirements])
  writeFileSync(join(folder, 'installed'), '')
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}
