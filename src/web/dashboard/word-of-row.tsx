/** The word beside an option's name: elected, passed, leads, tied. */
import type { Outcome } from '../../core/tally/outcome.ts'
import { wordOfRow } from './outcome-statement.ts'
import { t } from './viewer.ts'

export function WordOfRow({ outcome, index }: { outcome: Outcome; index: number }) {
  const word = wordOfRow(outcome, index)
  return word === null ? null : <span class={`row-word ${word}`}>{t.rowWords[word]}</span>
}
