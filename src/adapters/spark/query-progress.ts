/** Reads the numbers that we report from a query's progress (`StreamingQueryProgress` as JSON). */

export interface QueryProgress {
  /** Changes with every report. */
  readonly mark: string
  readonly batchId: number | null
  readonly inputRowsPerSecond: number | null
  readonly processedRowsPerSecond: number | null
  readonly batchDurationMs: number | null
  readonly recordsBehind: number | null
  readonly stateRows: number | null
  readonly stateBytes: number | null
}

/**
 * @returns null if the text is not a progress report: another version of Spark must not stop the
 *   count
 */
export function readProgress(json: string): QueryProgress | null {
  const progress = parsed(json)
  if (!isRecord(progress)) return null
  const sources = Array.isArray(progress.sources) ? progress.sources.filter(isRecord) : []
  const operators = Array.isArray(progress.stateOperators) ? progress.stateOperators.filter(isRecord) : []
  const durations = isRecord(progress.durationMs) ? progress.durationMs : {}
  return {
    mark: `${progress.runId}/${progress.batchId}/${progress.timestamp}`,
    batchId: number(progress.batchId),
    inputRowsPerSecond: sum(sources.map((source) => number(source.inputRowsPerSecond))),
    processedRowsPerSecond: sum(sources.map((source) => number(source.processedRowsPerSecond))),
    batchDurationMs: number(durations.triggerExecution),
    recordsBehind: sum(sources.map(behind)),
    stateRows: sum(operators.map(({ numRowsTotal }) => number(numRowsTotal))),
    stateBytes: sum(operators.map(stateBytesOf)),
  }
}

/**
 * Returns the number of records between the end of a source's batch and the end of its topic at
 * that time.
 */
function behind({ endOffset, latestOffset }: Readonly<Record<string, unknown>>): number | null {
  const [ends, latest] = [offsets(endOffset), offsets(latestOffset)]
  if (ends === null || latest === null) return null
  return [...latest].reduce(
    (total, [partition, offset]) => total + Math.max(0, offset - (ends.get(partition) ?? 0)),
    0,
  )
}

/** Kafka's `{"topic":{"0":12}}`, as an object or as text. */
function offsets(value: unknown): ReadonlyMap<string, number> | null {
  const topics = typeof value === 'string' ? parsed(value) : value
  if (!isRecord(topics)) return null
  const entries = Object.entries(topics).flatMap(([topic, partitions]) =>
    isRecord(partitions)
      ? Object.entries(partitions).map(
          ([partition, offset]) => [`${topic}/${partition}`, number(offset) ?? 0] as const,
        )
      : [],
  )
  return new Map(entries)
}

/** RocksDB reports the size of its files; a store in memory reports its memory. */
function stateBytesOf(operator: Readonly<Record<string, unknown>>): number | null {
  const custom = isRecord(operator.customMetrics) ? operator.customMetrics : {}
  const files = number(custom.rocksdbSstFileSize)
  return files ?? number(operator.memoryUsedBytes)
}

const sum = (numbers: readonly (number | null)[]): number | null =>
  numbers.reduce<number | null>((total, next) => (next === null ? total : (total ?? 0) + next), null)

const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
