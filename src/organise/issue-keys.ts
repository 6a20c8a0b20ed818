/** Issues a key for every voter of a checked roll and reports progress. */
import { randomUUID } from 'node:crypto'
import { type CheckedRoll, readRoll } from '../adapters/files/roll-file.ts'
import { nodeDigest } from '../adapters/node/digest.ts'
import type { Election } from '../core/election/definition.ts'
import { type EnrolDeps, enrol } from '../pipeline/enrol.ts'
import type { Progress } from './progress.ts'

/** @throws as `enrol` does */
export function issueKeys(
  election: Election,
  roll: CheckedRoll,
  to: Pick<EnrolDeps, 'credentials' | 'keys' | 'signal'>,
  progress: Progress,
): Promise<number> {
  return progress('Issuing voter keys', to.signal, (onProgress) =>
    enrol(election, readRoll(roll, election, onProgress), {
      ...to,
      digest: nodeDigest(),
      newGuid: randomUUID,
    }),
  )
}
