/**
 * The issued keys' tags as a file beside the database, so that a start reads 18 bytes a key and
 * hashes nothing.
 *
 * It is a copy of what the roll says, never more: a start that does not find it, or finds anything
 * wrong with it, reads the roll. It is authenticated under the election secret and names the rows
 * of the roll that it stands for. Its order is that of the tags themselves: which row of the roll
 * is whose tag is not in it, for it may outlive the secret.
 *
 *     "DEkeys01"  rows u64  the last row's credential, 32 bytes  the tags' first 16 bytes each  districts u16 each
 *     HMAC-SHA256 over all of it
 *
 * Numbers are little-endian.
 */
import { createHmac, type Hmac } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { syncPath } from '../node/durable-file.ts'
import { type IssuedTags, TAG_WORDS } from './key-index.ts'
import { PRIVATE_FILE } from './privacy.ts'

const MAGIC = 'DEkeys01'
const CREDENTIAL_BYTES = 32
const HEADER_BYTES = MAGIC.length + 8 + CREDENTIAL_BYTES
const MAC_BYTES = 32
const TAG_BYTES = 4 * TAG_WORDS
const DISTRICT_BYTES = 2
/** Read, hashed or written in one go: a few milliseconds. */
const CHUNK = 1 << 22

/** Which rows of the roll a file stands for: the first so many. */
export interface SavedRows {
  readonly rows: number
  /** 32 bytes. */
  readonly lastCredential: Uint8Array
}

/** The key that authenticates the file, from the election secret. */
export function savedKeysMac(secret: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update('digital-elections saved keys 1').digest()
}

export interface SavedKeys extends SavedRows, IssuedTags {}

/** A pipe of that name is opened and found to be none, without a writer. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * Reads the file, a few milliseconds between two steps.
 * @param mostRows a file of more is not read: nothing is known of it yet, and memory is taken by
 *   what it says
 * @returns undefined where there is none, or one that is not sound: cut off, changed, of another
 *   secret or program
 */
export function* readSavedKeys(
  path: string,
  macKey: Uint8Array,
  mostRows: number,
): Generator<void, SavedKeys | undefined> {
  let file: number
  try {
    file = openSync(path, AT_ONCE)
  } catch {
    return undefined
  }
  try {
    return yield* readFrom(file, macKey, mostRows)
  } catch {
    // A disk that cannot read it has the roll's file to answer for.
    return undefined
  } finally {
    closeSync(file)
  }
}

function* readFrom(
  file: number,
  macKey: Uint8Array,
  mostRows: number,
): Generator<void, SavedKeys | undefined> {
  const entry = fstatSync(file)
  if (!entry.isFile()) return undefined
  const mac = createHmac('sha256', macKey)
  const header = Buffer.alloc(HEADER_BYTES)
  if (!fill(file, header, 0, mac) || header.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  const rows = Number(header.readBigUInt64LE(MAGIC.length))
  if (rows > mostRows || entry.size !== HEADER_BYTES + rows * (TAG_BYTES + DISTRICT_BYTES) + MAC_BYTES)
    return undefined
  const tags = new Uint32Array(rows * TAG_WORDS)
  const districts = new Uint16Array(rows)
  let at = HEADER_BYTES
  for (const { buffer } of [tags, districts]) {
    for (let from = 0; from < buffer.byteLength; from += CHUNK) {
      const part = new Uint8Array(buffer, from, Math.min(CHUNK, buffer.byteLength - from))
      if (!fill(file, part, at + from, mac)) return undefined
      yield
    }
    at += buffer.byteLength
  }
  const said = Buffer.alloc(MAC_BYTES)
  if (!fill(file, said, at) || !mac.digest().equals(said)) return undefined
  return { rows, lastCredential: header.subarray(MAGIC.length + 8), tags, districts }
}

/** Reads all of these bytes. @returns false where the file ends before */
function fill(file: number, bytes: Uint8Array, at: number, mac?: Hmac): boolean {
  for (let done = 0; done < bytes.length; ) {
    const more = readSync(file, bytes, done, bytes.length - done, at + done)
    if (more === 0) return false
    done += more
  }
  mac?.update(bytes)
  return true
}

/**
 * Puts the file in place, whole or not at all, durable when it returns. A draft that an interrupted
 * one left is replaced.
 * @param keys in the order of `sortedTags`
 */
export function writeSavedKeys(path: string, macKey: Uint8Array, keys: SavedKeys): void {
  const draft = savedKeysDraft(path)
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', PRIVATE_FILE)
  try {
    const mac = createHmac('sha256', macKey)
    const header = Buffer.alloc(HEADER_BYTES)
    header.write(MAGIC, 'latin1')
    header.writeBigUInt64LE(BigInt(keys.rows), MAGIC.length)
    header.set(keys.lastCredential, MAGIC.length + 8)
    for (const { buffer, byteOffset, byteLength } of [header, keys.tags, keys.districts])
      for (let from = 0; from < byteLength; from += CHUNK) {
        const part = new Uint8Array(buffer, byteOffset + from, Math.min(CHUNK, byteLength - from))
        mac.update(part)
        writeAll(file, part)
      }
    writeAll(file, mac.digest())
    fsyncSync(file)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw cause
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  syncPath(dirname(path))
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}

/** One name, so that drafts do not gather: a folder has one owner, who writes it. */
export function savedKeysDraft(path: string): string {
  return join(dirname(path), `.${basename(path)}.draft`)
}
