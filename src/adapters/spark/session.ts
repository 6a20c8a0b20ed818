/**
 * The session of an election in the Spark server, and the options its query runs under.
 */
import { createHash } from 'node:crypto'

/**
 * The id of the session all drivers of an election share, so that each finds the query another one
 * started.
 *
 * @param generation how many sessions of this election were closed: Spark refuses the id of a
 *   closed one permanently
 * @returns a UUID (RFC 9562, version 8)
 */
export function sessionIdOf(electionId: string, generation: number): string {
  const hash = createHash('sha256')
    .update(`digital-elections/tally-session/${electionId}/${generation}`)
    .digest()
  hash[6] = (hash[6]! & 0x0f) | 0x80
  hash[8] = (hash[8]! & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** A folder of the server's own disk: a path, or a `file:` address. */
const LOCAL_FOLDER = /^(file:|\/)/i

/**
 * Without Hadoop's native library, which only Hadoop installations have, Spark's default manager
 * runs several system commands per checkpoint file: half a second per batch. This manager runs one.
 * Spark's own checksums are off, because Hadoop already writes checksums beside local files.
 */
const LOCAL_FILES = {
  'spark.sql.streaming.checkpointFileManagerClass':
    'org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager',
  'spark.sql.streaming.checkpoint.fileChecksum.enabled': 'false',
}

const TASKS_IN_ONE_PROCESS = /^local\[(\d+)\]$/

/**
 * How many parts the state has by default. Each part adds a task and two stores to every batch. A
 * server that runs two tasks at once needs only one part: a task takes about 20 µs a ballot, so it
 * counts 50,000 a second.
 *
 * @param master `spark.master` of the server
 */
export function statePartitionsFor(master: string): number {
  const tasks = TASKS_IN_ONE_PROCESS.exec(master)?.[1]
  return tasks !== undefined && Number(tasks) <= 2 ? 1 : 2
}

/**
 * @param statePartitions how many parts the state has; a checkpoint keeps the number it began with
 * @param checkpoints the folder of checkpoints, as the Spark server sees it
 */
export function sessionOptions(
  statePartitions: number,
  checkpoints: string,
): Readonly<Record<string, string>> {
  return {
    ...(LOCAL_FOLDER.test(checkpoints) ? LOCAL_FILES : {}),
    'spark.sql.shuffle.partitions': String(statePartitions),
    'spark.sql.streaming.stateStore.providerClass':
      'org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider',
    // A batch uploads what it changed instead of the whole state.
    'spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled': 'true',
    // State files have ids that the commit log names, so files left in a half-deleted folder are
    // never read as state.
    'spark.sql.streaming.stateStore.checkpointFormatVersion': '2',
    'spark.sql.streaming.stateStore.rocksdb.boundedMemoryUsage': 'true',
    'spark.sql.streaming.stateStore.rocksdb.maxMemoryUsageMB': '256',
    'spark.sql.streaming.minBatchesToRetain': '20',
    // A second start is refused instead of stopping the first.
    'spark.sql.streaming.stopActiveRunOnRestart': 'false',
    'spark.sql.streaming.stopTimeout': '20s',
    'spark.sql.streaming.noDataProgressEventInterval': '5s',
    'spark.sql.streaming.numRecentProgressUpdates': '5',
    // Plans quote the seal key, so logs, errors and the web interface get no description of a plan.
    'spark.sql.maxPlanStringLength': '0',
    'spark.sql.ansi.enabled': 'true',
    'spark.sql.caseSensitive': 'true',
    'spark.sql.session.timeZone': 'UTC',
  }
}
