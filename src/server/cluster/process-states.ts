/**
 * What the processes of a cluster report to each other about their work on one election, through
 * PostgreSQL.
 */
import { systemClock } from '../../adapters/node/clock.ts'
import type { pipelineRecord } from '../../adapters/postgres/pipeline-record.ts'
import type { PipelineStates } from '../../ports/pipeline-record.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'

const EXCHANGE_MS = 1_000

export class ProcessStates {
  readonly #record: ReturnType<typeof pipelineRecord>
  #last: PipelineStates = {}

  constructor(record: ReturnType<typeof pipelineRecord>) {
    this.#record = record
  }

  /** As read last, each with its time: while PostgreSQL is away they grow old. */
  last(): PipelineStates {
    return this.#last
  }

  /**
   * Reports this process's work and reads everybody's, once a second.
   * @param own what this process does, by the work's name
   * @param onRead called after each reading
   */
  exchange(
    own: () => Readonly<Record<string, unknown>>,
    onRead: (states: PipelineStates) => void,
  ): BackgroundWork {
    const once = async (): Promise<void> => {
      const atMs = systemClock.nowMs()
      const reports = Object.entries(own()).map(([work, state]) => [work, { state, atMs }])
      await this.#record.record(Object.fromEntries(reports) as PipelineStates)
      this.#last = await this.#record.latest()
      onRead(this.#last)
    }
    return everySoOften(EXCHANGE_MS, once, () => {})
  }
}
