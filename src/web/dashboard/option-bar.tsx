/**
 * The bar in an option's row. Its length is the option's votes in proportion to the votes of the
 * leader.
 */
import type { OptionSnapshot } from '../../core/status/snapshot.ts'
import { optionFill } from './palette.ts'

interface OptionBarProps {
  readonly option: OptionSnapshot
  readonly index: number
  readonly most: number
}

export function OptionBar({ option, index, most }: OptionBarProps) {
  const width = most === 0 ? 0 : (option.votes / most) * 100
  return (
    <div class="bar">
      <div style={{ width: `${width.toFixed(2)}%`, ...optionFill(option.color, index) }} />
    </div>
  )
}
