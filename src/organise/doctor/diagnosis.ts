/** What was found of an election, or of what all of them stand on. */
import type { Finding } from '../../adapters/embedded/examine.ts'

export interface Diagnosis {
  /** The election's id, or `(folder)`, `(engines)`. */
  readonly election: string
  readonly findings: readonly Finding[]
}
