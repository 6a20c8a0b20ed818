/**
 * The processes that a test file has started, itself among them, so that a file that hangs is ended
 * whole.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly args: string
}

/** Every process of this machine that this one may see; none where neither /proc nor `ps` tells. */
function processes(): readonly Process[] {
  return process.platform === 'linux' ? byProc() : byPs()
}

function byProc(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        // The name in parentheses may hold anything; after it come the state, the parent and the
        // group.
        const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent: Number(parent), group: Number(group), args }]
      } catch {
        // It has ended meanwhile.
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
 * Ends the process that runs `file` for this one, and all that it has started, at once. What leads
 * a process group of its own stays: such are the engines, which the whole run owns.
 *
 * @param file its absolute path
 * @returns how many processes were ended
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
