/** What the cluster's command prints. */
import { ADDRESS_NAMES, type Addresses } from './addresses.ts'
import type { EngineState } from './lifecycle.ts'
import { LOOPBACK } from './listen.ts'

/** A line per engine: its name, address, process and state. */
export function table(engines: readonly EngineState[], listen: string): string {
  const rows = [
    ['engine', 'address', 'process', 'state'],
    ...engines.map(({ name, title, port, pid, state, answer }) => [
      title,
      `${name === 'spark' ? LOOPBACK : listen}:${port}`,
      pid === undefined ? '-' : String(pid),
      answer === undefined ? state : `${state} (${answer})`,
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Lines for `eval` in a POSIX shell. */
export function exportLines(addresses: Addresses): string {
  return ADDRESS_NAMES.map((name) => `export ${name}='${addresses[name].replaceAll("'", "'\\''")}'`).join(
    '\n',
  )
}
