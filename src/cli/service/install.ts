/** Puts the unit and the account of a service where systemd finds them. Nothing is written over. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { accountText, type ServiceAsked, unitText } from './unit.ts'

export interface Machine {
  /** Below which everything lies: `/`, but for tests. */
  readonly root: string
  readonly isRoot: boolean
  /** @throws where the program fails */
  readonly run: (program: string, args: readonly string[]) => void
}

export const unitPath = (name: string): string => `/etc/systemd/system/${name}.service`
const accountPath = (name: string): string => `/etc/sysusers.d/${name}.conf`
/** There only where systemd runs the machine. */
const RUNNING = 'run/systemd/system'
const EVERYBODY_ENTERS = 0o001

/**
 * Asked again for the same, it is done again.
 * @returns the files that were written
 * @throws {BadInput} where it cannot be done here, and why
 */
export function installService(asked: ServiceAsked, { root, isRoot, run }: Machine): readonly string[] {
  const { name } = asked
  if (!existsSync(join(root, RUNNING)))
    throw new BadInput('install-service', [
      { message: 'systemd does not run this machine: --dry-run prints the unit for one where it does' },
    ])
  if (!isRoot)
    throw new BadInput('install-service', [
      { message: 'needs root: do the same with sudo, or print the unit with --dry-run' },
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
      { message: 'is there, and says something else: move it away, or choose another --name' },
    ])
}

/** A program below /root is one that the account of the service cannot read. */
function refuseUnreachable({ name, command }: ServiceAsked, root: string): void {
  for (const path of command.slice(0, 2).filter((part) => part.startsWith('/')))
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
      const entry = statSync(join(root, folder), { throwIfNoEntry: false })
      if (entry !== undefined && (entry.mode & EVERYBODY_ENTERS) === 0)
        throw new BadInput(path, [
          {
            message: `the account "${name}" cannot enter ${folder}: install the program elsewhere, such as /opt`,
          },
        ])
    }
}
