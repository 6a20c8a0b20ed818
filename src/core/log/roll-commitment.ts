/**
 * What the public log says of the voter roll: its Merkle root and the number of keys per district
 * (docs/protocol.md, "The public log"). It streams: the roll of a country needs some fifty hashes
 * of memory. No I/O.
 */
import { compactRange } from '../tlog/compact-range.ts'
import { HASH_BYTES, type Hash, type TreeHasher } from '../tlog/merkle.ts'
import type { LogRecord, RollRecord } from './record.ts'

const CREDENTIAL_BYTES = 32
const LEAF_BYTES = CREDENTIAL_BYTES + 2

export interface RollCommitment {
  /**
   * The next voter, ascending by credential (version 1: in the order of the roll): a credential, 32
   * bytes of `source` from `at`, and a district's index.
   */
  readonly add: (source: Uint8Array, at: number, district: number) => void
  readonly size: () => number
  readonly root: () => Hash
  /** Keys issued per district, by index. */
  readonly perDistrict: Float64Array
}

/** @param districts how many there are; `add` throws RangeError for any other */
export function rollCommitment(hasher: TreeHasher, districts: number): RollCommitment {
  const tree = compactRange(hasher)
  const leaf = new Uint8Array(LEAF_BYTES)
  const hash = new Uint8Array(HASH_BYTES)
  const perDistrict = new Float64Array(districts)
  return {
    add: (source, at, district) => {
      if (!(district >= 0 && district < districts)) throw new RangeError('a voter of no district')
      for (let i = 0; i < CREDENTIAL_BYTES; i++) leaf[i] = source[at + i]!
      leaf[CREDENTIAL_BYTES] = district >> 8
      leaf[CREDENTIAL_BYTES + 1] = district & 255
      hasher.leaf(leaf, 0, LEAF_BYTES, hash, 0)
      tree.append(hash)
      perDistrict[district]!++
    },
    size: tree.size,
    root: tree.root,
    perDistrict,
  }
}

/**
 * The roll that the newest of a log's records commits to. @throws RangeError where there is no
 * genesis
 */
export function rollInForce(records: readonly LogRecord[]): RollRecord {
  const rolls = records.flatMap((record) => {
    if (record.entry === 'genesis') return [record.roll]
    return record.entry === 'amendment' && 'roll' in record.change ? [record.change.roll] : []
  })
  const last = rolls.at(-1)
  if (last === undefined) throw new RangeError('a log without a genesis')
  return last
}

/**
 * The bytes of `districts.json`, ASCII: keys issued per district in the order of the definition.
 */
export function districtsText(perDistrict: ArrayLike<number>): string {
  return `${JSON.stringify(Array.from(perDistrict))}\n`
}
