/** Installs the systemd unit and the account of a service. Existing files are never overwritten. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { accountText, type ServiceAsked, unitText } from './unit.ts'

export interface Machine {
  /** The folder below which all paths are: `/`, except in tests. */
  readonly root: string
  readonly isRoot: boolean
  /** @throws if the program fails */
  readonly run: (program: string, args: readonly string[]) => void
}

export const unitPath = (name: string): string => `/etc/systemd/system/${name}.service`
const accountPath = (name: string): string => `/etc/sysusers.d/${name}.conf`
/** Exists only if systemd runs the machine. */
const RUNNING = 'run/systemd/system'
const EVERYBODY_ENTERS = 0o001

/**
 * Safe to repeat with the same settings.
 * @returns the files that were written
 * @throws {BadInput} with the reason if the service cannot be installed here
 */
export function installService(asked: ServiceAsked, { root, isRoot, run }: Machine): readonly string[] {
  const { name } = asked
  if (!existsSync(join(root, RUNNING)))
    throw new BadInput('install-service', [
      { message: 'this machine does not run systemd: --dry-run prints the unit for another machine' },
    ])
  if (!isRoot)
    throw new BadInput('install-service', [
      { message: 'needs root: run it with sudo, or print the unit with --dry-run' },
    ])
  refuseUnreachable(asked, root)
  const files = [
    { path: accountPath(name), text: accountText(name) },
    { path: unitPath(name), text: unitText(asked) },
  ]
  for (const { path, text } of files) refuseOther(join(root, path), text)
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 })
    writeFileSync(join(root, path), text, { mode: 0o644 })
  }
  run('systemd-sysusers', [accountPath(name)])
  run('systemctl', ['daemon-reload'])
  return files.map(({ path }) => path)
}

function refuseOther(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') !== text)
    throw new BadInput(path, [
      { message: 'exists with other contents: move it away, or choose another --name' },
    ])
}

/** The account of the service cannot read a program in a private folder such as /root. */
function refuseUnreachable({ name, command }: ServiceAsked, root: string): void {
  for (const path of command.slice(0, 2).filter((part) => part.startsWith('/')))
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
      const entry = statSync(join(root, folder), { throwIfNoEntry: false })
      if (entry !== undefined && (entry.mode & EVERYBODY_ENTERS) === 0)
        throw new BadInput(path, [
          {
            message:
              `the account "${name}" cannot enter ${folder}: ` +
              'install the program elsewhere, such as /opt',
          },
        ])
    }
}
