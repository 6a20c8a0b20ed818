/** Changes to an election are possible only before voting has ended. */
import { databaseFile } from '../adapters/embedded/layout.ts'
import { pollsRecord } from '../adapters/embedded/polls-record.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'

/** @throws {BadInput} if voting has ended, by the clock or by the recorded close */
export async function refuseEnded(dir: string, closesAtMs: number): Promise<void> {
  if (systemClock.nowMs() < closesAtMs && !(await pollsRecord(databaseFile(dir)).wasClosed())) return
  throw new BadInput(dir, [{ message: 'voting has ended and cannot be opened again' }])
}
