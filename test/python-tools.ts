/**
 * Python programs that tests compare the product with. A requirements.txt fixes their versions.
 * They are installed once, into a virtual environment that is cached by the hash of that file.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** For the API. test/aws/requirements.txt is for the deployment on AWS. */
const REQUIREMENTS = fileURLToPath(new URL('python/requirements.txt', import.meta.url))
export const AWS_REQUIREMENTS = fileURLToPath(new URL('aws/requirements.txt', import.meta.url))
const CACHE = fileURLToPath(new URL('../node_modules/.cache/python-tools', import.meta.url))
const LEAST_MINOR = 10

/**
 * For a test's `skip`: false if Python is installed, otherwise the reason.
 * @throws Error in CI, which skips nothing
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

/** Returns the folder of the programs. The first call downloads them, which takes a minute. */
export function pythonTools(requirements: string = REQUIREMENTS): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16)
  const folder = join(CACHE, `${hash}.ready`)
  if (!existsSync(folder)) install(folder, requirements)
  return join(folder, 'bin')
}

/**
 * Programs contain the path of their interpreter, so the environment cannot be moved. It is
 * installed in a folder of its own, to which a link leads when it is complete: files of tests that
 * run side by side never use or replace half of it.
 */
function install(link: string, requirements: string): void {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(`${link}-`)
  run('python3', ['-m', 'venv', folder])
  run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-input', '-r', requirements])
  try {
    symlinkSync(folder, link)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    rmSync(folder, { recursive: true })
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}
