/**
 * Where programs of the system are: on the PATH, or where packages put those that are not on it.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, name))
    .find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where Debian and Homebrew keep PostgreSQL's programs, a folder per version, the newest first. */
function postgresHomes(): readonly string[] {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const brewed = ['/opt/homebrew/opt', '/usr/local/opt'].flatMap((opt) =>
    existsSync(opt)
      ? readdirSync(opt)
          .filter((name) => name.startsWith('postgresql'))
          .sort()
          .reverse()
          .map((name) => join(opt, name, 'bin'))
      : [],
  )
  return [...versions.map((version) => join(debian, version, 'bin')), ...brewed]
}

/**
 * The folder with `postgres` and `initdb`.
 * @param version the major version that made the data; left out, any will do
 */
export function postgresPrograms(version?: string): string | undefined {
  const onPath = findProgram('postgres')
  const homes = [...(onPath === undefined ? [] : [dirname(realpathSync(onPath))]), ...postgresHomes()].filter(
    (home) => existsSync(join(home, 'postgres')) && existsSync(join(home, 'initdb')),
  )
  return version === undefined ? homes[0] : homes.find((home) => isVersion(home, version))
}

function isVersion(home: string, version: string): boolean {
  const { stdout } = spawnSync(join(home, 'postgres'), ['--version'], { encoding: 'utf8' })
  return new RegExp(`\\b${version}\\.`).test(stdout ?? '')
}
