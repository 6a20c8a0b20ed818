/**
 * A public log's bytes straight from docs/protocol.md and the C2SP texts it names, with node:crypto
 * and nothing of the product: what a stranger would write to check it.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'

export const sha256 = (...parts: (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
export const sha256Hex = (bytes: Uint8Array | string): string => sha256(bytes).toString('hex')

export type Files = Map<string, Buffer>

export interface LogKey {
  readonly name: string
  readonly vkey: string
  /** A signature line of a note. */
  readonly line: (text: string) => string
  /** A cosignature line (type 0x04). */
  readonly cosignatureLine: (text: string, timestampS: number) => string
}

/** @param seedText what the private key is made from: tests need the same one each time */
export function logKey(name: string, seedText: string, type: 1 | 4 = 1): LogKey {
  const seed = sha256(seedText)
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(12)
  const typed = Buffer.concat([Buffer.of(type), raw])
  const id = sha256(`${name}\n`, typed).subarray(0, 4)
  const line = (signature: Buffer) => `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
  return {
    name,
    vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    line: (text) => line(sign(null, Buffer.from(text), secret)),
    cosignatureLine: (text, timestampS) => {
      const time = Buffer.alloc(8)
      time.writeBigUInt64BE(BigInt(timestampS))
      const message = Buffer.from(`cosignature/v1\ntime ${timestampS}\n${text}`)
      return line(Buffer.concat([time, sign(null, message, secret)]))
    },
  }
}

export const leafHash = (entry: string | Uint8Array): Buffer => sha256(Buffer.of(0), entry)
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right)

/** RFC 6962 section 2.1, as it is written there. */
export function treeRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256('')
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)))
}

/** RFC 6962 section 2.1.1. */
export function auditPath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return []
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return index < split
    ? [...auditPath(index, leaves.slice(0, split)), treeRoot(leaves.slice(split))]
    : [...auditPath(index - split, leaves.slice(split)), treeRoot(leaves.slice(0, split))]
}

export function checkpointText(origin: string, leaves: readonly Buffer[], extensions = ''): string {
  return `${origin}\n${leaves.length}\n${treeRoot(leaves).toString('base64')}\n${extensions}`
}

export const signedNote = (text: string, ...lines: string[]): string => `${text}\n${lines.join('')}`

const numbered = (index: number): string => {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g)!
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}

/** Everything below `tile/` of a log with these entries (c2sp.org/tlog-tiles). */
export function tiles(entries: readonly string[]): Files {
  const files: Files = new Map()
  const put = (kind: string, items: readonly Buffer[]) => {
    for (let index = 0; index * 256 < items.length; index++) {
      const some = items.slice(index * 256, (index + 1) * 256)
      const partial = some.length < 256 ? `.p/${some.length}` : ''
      files.set(`tile/${kind}/${numbered(index)}${partial}`, Buffer.concat(some))
    }
  }
  put('entries', entries.map(framed))
  let hashes = entries.map(leafHash)
  for (let level = 0; hashes.length > 0; level++) {
    put(String(level), hashes)
    const above: Buffer[] = []
    for (let i = 0; i + 256 <= hashes.length; i += 256) above.push(treeRoot(hashes.slice(i, i + 256)))
    hashes = above
  }
  return files
}

function framed(entry: string): Buffer {
  const bytes = Buffer.from(entry)
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes])
}

/**
 * Promises for trackers (docs/protocol.md, "Receipt"), signed as one batch; a receipt file's text
 * each.
 */
export function receipts(
  trackers: readonly string[],
  election: string,
  seconds: number,
  key: LogKey,
  { v = 1, origin = key.name }: { readonly v?: 1 | 2; readonly origin?: string } = {},
): string[] {
  const salts = trackers.map((tracker) => sha256('salt', tracker).subarray(0, 16))
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(seconds))
  const leaves = trackers.map((tracker, i) =>
    leafHash(Buffer.concat([Buffer.from(tracker, 'base64url'), time, salts[i]!])),
  )
  const text = checkpointText(`${origin}/promises${v === 1 ? '' : '/v2'}`, leaves)
  const note = signedNote(text, key.line(text))
  return trackers.map((tracker, index) =>
    JSON.stringify({
      ...{ status: 'recorded', election, tracker },
      promise: {
        ...(v === 1 ? { log: origin, publish_by: seconds } : { v, log: origin, within: seconds }),
        ...{ salt: salts[index]!.toString('hex'), index },
        ...{ hashes: auditPath(index, leaves).map((hash) => hash.toString('base64')), note },
      },
    }),
  )
}

/** A tracker of an entry. */
export const trackerOf = (entry: string): string => leafHash(entry).toString('base64url')
