/** The findings of one election, or of what all elections depend on. */
import type { Finding } from '../../adapters/embedded/examine.ts'

export interface Diagnosis {
  /** The election's id, or `(folder)`, `(engines)`. */
  readonly election: string
  readonly findings: readonly Finding[]
}
