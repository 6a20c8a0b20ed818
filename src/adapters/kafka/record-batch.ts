/**
 * Records as Kafka has them on the wire: a batch of one partition, format 2 (KIP-98), in one
 * buffer. All records of a batch bear one time and have no headers. No I/O.
 */
import { crc32c } from '@platformatic/kafka'

export interface EncodedRecord {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

export interface BatchHead {
  /** Unix milliseconds that all records bear. */
  readonly timestampMs: bigint
  readonly producerId: bigint
  readonly producerEpoch: number
  /** Of the first record. */
  readonly sequence: number
}

const HEAD_BYTES = 61
/** What the checksum covers begins with the attributes. */
const CHECKED_FROM = 21
/** The first offset and the length itself. */
const BEFORE_LENGTH_ENDS = 12
const FORMAT = 2

export function recordBatch(records: readonly EncodedRecord[], head: BatchHead): Buffer {
  let size = HEAD_BYTES
  for (let i = 0; i < records.length; i++) {
    const bytes = bodyBytes(i, records[i]!)
    size += varintBytes(bytes) + bytes
  }
  const batch = Buffer.allocUnsafe(size)
  let at = HEAD_BYTES
  for (let i = 0; i < records.length; i++) at = writeRecord(batch, at, i, records[i]!)
  writeHead(batch, records.length, head)
  return batch
}

function writeHead(batch: Buffer, count: number, head: BatchHead): void {
  const { timestampMs, producerId, producerEpoch, sequence } = head
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(batch.length - BEFORE_LENGTH_ENDS, 8)
  batch.writeInt32BE(0, 12)
  batch[16] = FORMAT
  batch.writeInt16BE(0, CHECKED_FROM)
  batch.writeInt32BE(count - 1, 23)
  batch.writeBigInt64BE(timestampMs, 27)
  batch.writeBigInt64BE(timestampMs, 35)
  batch.writeBigInt64BE(producerId, 43)
  batch.writeInt16BE(producerEpoch, 51)
  batch.writeInt32BE(sequence, 53)
  batch.writeInt32BE(count, 57)
  batch.writeUInt32BE(crc32c(batch.subarray(CHECKED_FROM)), 17)
}

/** Attributes and the difference in time are a zero each, and so is the number of headers. */
function bodyBytes(place: number, { key, value }: EncodedRecord): number {
  return (
    3 + varintBytes(place) + varintBytes(key.length) + key.length + varintBytes(value.length) + value.length
  )
}

function writeRecord(batch: Buffer, from: number, place: number, record: EncodedRecord): number {
  const { key, value } = record
  let at = writeVarint(batch, from, bodyBytes(place, record))
  batch[at++] = 0
  batch[at++] = 0
  at = writeVarint(batch, at, place)
  at = writeVarint(batch, at, key.length)
  batch.set(key, at)
  at = writeVarint(batch, at + key.length, value.length)
  batch.set(value, at)
  at += value.length
  batch[at++] = 0
  return at
}

/** Of a number from 0 to 2³⁰ − 1, with the sign in its lowest bit, seven bits a byte. */
function varintBytes(value: number): number {
  if (value < 0x40) return 1
  if (value < 0x2000) return 2
  if (value < 0x10_0000) return 3
  return value < 0x800_0000 ? 4 : 5
}

function writeVarint(batch: Buffer, from: number, value: number): number {
  let at = from
  let rest = value * 2
  while (rest > 0x7f) {
    batch[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  batch[at++] = rest
  return at
}
