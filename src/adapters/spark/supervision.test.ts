/** The parts that keep a count running: blame, folders, progress, redaction, the record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkpointJudge } from './blame.ts'
import { checkpointsOf, highestNumber } from './checkpoint-folder.ts'
import { pausing } from './pausing.ts'
import { readProgress } from './query-progress.ts'
import { redacted } from './redacted.ts'
import { tallyRecord } from './tally-record.ts'

test('a pause can be ended early, also before it begins', async () => {
  const pausable = pausing()
  const long = pausable.pause(1_000_000)
  pausable.wake()
  await long
  await pausable.pause(1_000_000)
})

test('a checkpoint in which the query fails three times without a batch is given up', () => {
  const judge = checkpointJudge()
  judge.entered(1, false)
  assert.deepEqual(
    [1, 2, 3].map(() => judge.failed('cannot load state')),
    [false, false, true],
  )
  judge.entered(2, true)
  // A new folder is hardly the cause, but the count must not stop because of it.
  const given = Array.from({ length: 20 }, () => judge.failed('cannot load state'))
  assert.equal(given.indexOf(true), 19)
  judge.entered(3, true)
  judge.worked()
  assert.deepEqual(
    [1, 2, 3].map(() => judge.failed('cannot load state')),
    [false, false, true],
  )
})

test('a finished batch clears the checkpoint, and Kafka’s failures never count', () => {
  const judge = checkpointJudge()
  judge.entered(1, false)
  for (let i = 0; i < 50; i++)
    assert.equal(judge.failed('…: org.apache.kafka.common.errors.TimeoutException: …'), false)
  for (let i = 0; i < 50; i++) {
    assert.equal(judge.failed('x') || judge.failed('x'), false)
    judge.worked()
  }
  assert.equal(judge.failed('[STREAMING_CHECKPOINT_MISSING_METADATA_FILE] …'), true)
})

test('the highest folder with files of Spark’s is the current one', () => {
  assert.equal(checkpointsOf('/data/c//', 'city'), '/data/c/city')
  assert.equal(highestNumber([]), 0)
  assert.equal(
    highestNumber([
      'file:///c/e/2/metadata',
      'file:///c/e/10/offsets/3',
      'file:///c/e/x/metadata',
      '/c/e/99/other',
    ]),
    10,
  )
})

test('progress is read as Spark writes it', () => {
  const text = JSON.stringify({
    runId: 'r',
    timestamp: 't',
    batchId: 7,
    durationMs: { triggerExecution: 300 },
    stateOperators: [
      { numRowsTotal: 5, memoryUsedBytes: 1, customMetrics: { rocksdbSstFileSize: 70 } },
      { numRowsTotal: 6, memoryUsedBytes: 30 },
    ],
    sources: [
      {
        endOffset: '{"votes":{"0":10,"1":4}}',
        latestOffset: { votes: { 0: 12, 1: 4, 2: 3 } },
        // Only the sources have rates.
        ...{ inputRowsPerSecond: 20.5, processedRowsPerSecond: 40 },
      },
    ],
  })
  assert.deepEqual(readProgress(text), {
    mark: 'r/7/t',
    batchId: 7,
    inputRowsPerSecond: 20.5,
    processedRowsPerSecond: 40,
    batchDurationMs: 300,
    recordsBehind: 5,
    stateRows: 11,
    stateBytes: 100,
  })
})

test('progress of an unknown shape is ignored without an error', () => {
  fc.assert(fc.property(fc.json(), (text) => void readProgress(text)))
  assert.equal(readProgress('{'), null)
  assert.equal(readProgress('{}')?.batchId, null)
})

test('a seal key is redacted, whole or cut off', () => {
  const key = `seal-key-${'ab'.repeat(32)}`
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 10, max: key.length }),
      fc.string(),
      (before, length, rest) => {
        assert.ok(!redacted(`${before}${key.slice(0, length)}${rest}`).includes('seal-key-a'))
      },
    ),
  )
  assert.equal(redacted('x'.repeat(30), 10), `${'x'.repeat(10)}…`)
})

test('a driver reports failures, recounts and progress of its count', () => {
  const record = tallyRecord({ nowMs: () => 5 })
  const progressed = (batchId: number, recordsBehind: number) =>
    record.progressed({
      mark: '',
      batchId,
      inputRowsPerSecond: null,
      processedRowsPerSecond: null,
      batchDurationMs: null,
      recordsBehind,
      stateRows: null,
      stateBytes: null,
    })
  const now = () => {
    const { state, restarts, recounts } = record.progress()
    return [state, restarts, recounts]
  }
  assert.deepEqual(now(), ['starting', 0, 0])
  record.attached({ folder: 1, isNew: true })
  progressed(4, 10)
  assert.deepEqual(now(), ['counting', 0, 0])
  record.failed('gone')
  assert.deepEqual([...now(), record.progress().problem], ['failing', 0, 0, 'gone'])
  record.attached({ folder: 1, isNew: false })
  progressed(4, 3)
  assert.deepEqual(now(), ['counting', 1, 0])
  record.attached({ folder: 2, isNew: true })
  progressed(0, 3)
  assert.deepEqual(now(), ['recounting', 2, 1])
  progressed(1, 0)
  assert.deepEqual(now(), ['counting', 2, 1])
  record.attached({ folder: null, isNew: false })
  progressed(0, 1)
  assert.deepEqual([...now(), record.progress().lastProgressAtMs], ['recounting', 2, 2, 5])
  record.stopped()
  assert.equal(record.progress().state, 'stopped')
})

test('a query that continues at another pace is neither a restart nor a failure', () => {
  const record = tallyRecord({ nowMs: () => 0 })
  record.attached({ folder: 1, isNew: true })
  record.progressed({ ...NO_NUMBERS, batchId: 7, recordsBehind: 0 })
  record.attached({ folder: 1, isNew: false, isRepaced: true })
  const { state, restarts, recounts } = record.progress()
  assert.deepEqual({ state, restarts, recounts }, { state: 'counting', restarts: 0, recounts: 0 })
  record.attached({ folder: 1, isNew: false })
  assert.equal(record.progress().restarts, 1)
  record.attached({ folder: 2, isNew: true, isRepaced: true })
  assert.equal(record.progress().recounts, 1)
})

const NO_NUMBERS = {
  mark: '',
  batchId: null,
  inputRowsPerSecond: null,
  processedRowsPerSecond: null,
  batchDurationMs: null,
  recordsBehind: null,
  stateRows: null,
  stateBytes: null,
}
