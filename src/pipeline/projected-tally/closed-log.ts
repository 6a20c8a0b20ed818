/** What the close of the public log says of the result, once there is one. */
import { parseRecord } from '../../core/log/record.ts'
import type { PublishedCountsStore } from '../../ports/published-counts.ts'

export interface ClosedLog {
  /** Looks whether there is one now. @throws where storage cannot be asked */
  readonly ask: () => Promise<void>
  /** Lower-case hexadecimal; undefined before the close. */
  readonly resultSha256: () => string | undefined
}

export function closedLog(store: Pick<PublishedCountsStore, 'close'>): ClosedLog {
  let sha256: string | undefined
  return {
    ask: async () => {
      if (sha256 !== undefined) return
      const text = await store.close()
      const record = text === undefined ? undefined : parseRecord(text)
      if (record?.entry === 'close') sha256 = record.resultSha256
    },
    resultSha256: () => sha256,
  }
}
