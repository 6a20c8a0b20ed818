/**
 * Processor time by kind of process, from /proc (Linux only), of all processes that the benchmark
 * started, engines included. A process that has ended counts if its time was recorded before.
 */
import { readdirSync, readFileSync } from 'node:fs'

const TICK_MICROS = 10_000

const KINDS = [
  ['load generator', /bench\/load\.ts/],
  ['tally, results', /cli\/main\.ts serve.* --role (tally|results)/],
  ['gateway', /gateway:app|cli\/main\.ts serve|multiprocessing/],
  ['own counter', /counter\.py/],
  ['redis', /redis-server/],
  ['kafka', /kafka\.Kafka/],
  ['spark', /spark/],
  ['postgres', /postgres/],
] as const satisfies readonly (readonly [string, RegExp])[]

export type Kind = (typeof KINDS)[number][0]
export const KIND_NAMES: readonly Kind[] = KINDS.map(([kind]) => kind)

/** Microseconds by kind of process. */
export type ProcessorTime = Readonly<Partial<Record<Kind, number>>>

interface Process {
  readonly pid: number
  readonly parent: number
  readonly micros: number
}

/** Reads the times of all descendants of this process. */
export function processorTime(): ProcessorTime {
  const all = processes()
  const below = new Set([process.pid])
  for (let before = 0; before < below.size; ) {
    before = below.size
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid)
  }
  below.delete(process.pid)
  const sums: Partial<Record<Kind, number>> = {}
  for (const { pid, micros } of all) {
    const kind = below.has(pid) ? kindOf(pid) : undefined
    if (kind !== undefined) sums[kind] = (sums[kind] ?? 0) + micros
  }
  return sums
}

/**
 * Returns microseconds per vote between two readings.
 * @param loadMicros of the load generator, which has ended by then
 */
export function perVote(
  before: ProcessorTime,
  after: ProcessorTime,
  votes: number,
  loadMicros: number,
): ProcessorTime {
  const of = (kind: Kind) => Math.max(0, (after[kind] ?? 0) - (before[kind] ?? 0)) / votes
  return Object.fromEntries(
    KIND_NAMES.map((kind) => [kind, kind === 'load generator' ? loadMicros / votes : of(kind)]),
  )
}

export function sumOf(time: ProcessorTime): number {
  return KIND_NAMES.reduce((sum, kind) => sum + (time[kind] ?? 0), 0)
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
        const ticks = Number(fields[11]) + Number(fields[12])
        return [{ pid: Number(pid), parent: Number(fields[1]), micros: ticks * TICK_MICROS }]
      } catch {
        return [] // it has ended meanwhile
      }
    })
}

function kindOf(pid: number): Kind | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return KINDS.find(([, looks]) => looks.test(line))?.[0]
  } catch {
    return undefined
  }
}
