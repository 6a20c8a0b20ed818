/** Prints a benchmark's figures: what was measured, the value, and the goal. */
export interface Figure {
  readonly what: string
  readonly value: string
  readonly goal?: string
  readonly reached?: boolean
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}`)
  for (const { what, value, goal, reached } of figures) {
    const verdict = goal === undefined ? '' : `  goal ${goal} ${reached ? '✓' : '✗ not reached'}`
    console.log(`  ${what.padEnd(52)} ${value.padStart(16)}${verdict}`)
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
