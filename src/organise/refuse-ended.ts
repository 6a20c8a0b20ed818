/** Changes to an election come before voting has ended, or not at all. */
import { databaseFile } from '../adapters/embedded/layout.ts'
import { pollsRecord } from '../adapters/embedded/polls-record.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'

/** @throws {BadInput} where voting has ended, by the clock or for good */
export async function refuseEnded(dir: string, closesAtMs: number): Promise<void> {
  if (systemClock.nowMs() < closesAtMs && !(await pollsRecord(databaseFile(dir)).wasClosed())) return
  throw new BadInput(dir, [{ message: 'voting has ended, and is not opened again' }])
}
