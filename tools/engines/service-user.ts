/**
 * The user that PostgreSQL runs as if this process is root, because PostgreSQL refuses to run as
 * root.
 */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ClusterRefusal } from './refusal.ts'

export interface ServiceUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** `undefined` if this process is not root and needs no other user. */
export function serviceUser(): ServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }))
    if (uid?.status === 0 && gid?.status === 0)
      return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  throw new ClusterRefusal(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" here',
  )
}

/** @throws {ClusterRefusal} if that user may not pass through one of the parent folders */
export function refuseClosedWay(dir: string, user: ServiceUser): void {
  for (let above = dirname(dir); above !== dirname(above); above = dirname(above)) {
    const { mode, uid, gid } = statSync(above)
    const mayPass = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001
    if (mayPass === 0)
      throw new ClusterRefusal(
        `${above}: PostgreSQL runs as user "${user.name}", who may not pass through this folder: ` +
          `choose another with --data, or "chmod o+x ${above}"`,
      )
  }
}
