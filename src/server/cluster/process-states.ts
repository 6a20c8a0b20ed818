/**
 * The reports of a cluster's processes to each other about their work on one election, through
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

  /** The last reports, each with its time: during an outage of PostgreSQL they become old. */
  last(): PipelineStates {
    return this.#last
  }

  /**
   * Writes this process's report and reads those of all, once a second.
   * @param own the state of this process's work, by the work's name
   * @param onRead called after each read
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
