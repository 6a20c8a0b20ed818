/**
 * Finds a test file's process and all processes that it started, so that a hanging file is ended
 * completely.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly args: string
}

/** Returns the visible processes of this machine; empty without /proc and `ps`. */
function processes(): readonly Process[] {
  return process.platform === 'linux' ? byProc() : byPs()
}

function byProc(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        // The name in parentheses may contain anything. After it come state, parent and group.
        const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent: Number(parent), group: Number(group), args }]
      } catch {
        // The process has ended meanwhile.
        return []
      }
    })
}

function byPs(): readonly Process[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,args='], { encoding: 'utf8' })
  return [...(stdout ?? '').matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/gm)].map(
    ([, pid, parent, group, args = '']) => ({
      ...{ pid: Number(pid), parent: Number(parent), group: Number(group), args },
    }),
  )
}

/**
 * Kills the child process that runs `file`, and all processes that it started. Leaders of their own
 * process groups are left running: these are the engines, which the whole run owns.
 *
 * @param file its absolute path
 * @returns the number of killed processes
 */
export function endFile(file: string): number {
  const all = processes()
  const doomed = new Map<number, Process>()
  const own = all.filter(({ parent, args }) => parent === process.pid && args.trimEnd().endsWith(file))
  for (const one of own) doomed.set(one.pid, one)
  for (let size = 0; size < doomed.size; ) {
    size = doomed.size
    for (const each of all) if (doomed.has(each.parent) && each.pid !== each.group) doomed.set(each.pid, each)
  }
  for (const { pid } of doomed.values())
    try {
      process.kill(pid, 'SIGKILL')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause
    }
  return doomed.size
}
