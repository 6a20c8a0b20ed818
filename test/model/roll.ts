/**
 * Roll updates (docs/protocol.md, "Roll update"): so many leaves changed, none added, none removed,
 * as anybody can check.
 */
import { leafHash, nodeHash, sha256, treeRoot } from '../log/log-bytes.ts'

export interface RollUpdate {
  readonly size: number
  readonly from: string
  readonly to: string
  readonly changes: readonly { readonly index: number; readonly old: string; readonly new: string }[]
  readonly hashes: readonly string[]
}

export interface RollEntry {
  readonly tag: string
  readonly district: number
}

/** credential ‖ district index. */
export function rollLeaf({ tag, district }: RollEntry): Buffer {
  return leafHash(Buffer.concat([credentialOf(tag), Buffer.of(district >> 8, district & 255)]))
}

const credentialOf = (tag: string): Buffer => sha256('credential of ', tag)

/** The genesis' order. */
export function inOrder(roll: readonly RollEntry[]): readonly RollEntry[] {
  return roll.toSorted((a, b) => Buffer.compare(credentialOf(a.tag), credentialOf(b.tag)))
}

export const rollRoot = (roll: readonly RollEntry[]): string => base64(treeRoot(roll.map(rollLeaf)))

/**
 * @param to the roll afterwards; where it is longer, what a desk would write that had added leaves
 */
export function rollUpdate(from: readonly RollEntry[], to: readonly RollEntry[]): RollUpdate {
  const [before, after] = [from.map(rollLeaf), to.map(rollLeaf)]
  const changes = after.flatMap((leaf, index) =>
    before[index] === undefined || !before[index].equals(leaf)
      ? [{ index, old: base64(before[index] ?? leaf), new: base64(leaf) }]
      : [],
  )
  const changed = new Set(changes.map(({ index }) => index))
  const hashes: string[] = []
  const walk = (lo: number, hi: number): void => {
    if (!isAmong(changed, lo, hi)) hashes.push(base64(treeRoot(after.slice(lo, hi))))
    else if (hi - lo > 1) {
      const middle = lo + split(hi - lo)
      walk(lo, middle)
      walk(middle, hi)
    }
  }
  walk(0, after.length)
  return { size: after.length, from: base64(treeRoot(before)), to: base64(treeRoot(after)), changes, hashes }
}

/**
 * Why an update is none; undefined where exactly `count` leaves of the roll in force changed.
 * @param force the roll in force: its size and root
 */
export function updateFault(
  update: RollUpdate,
  force: { readonly size: number; readonly root: string },
  count: number,
): string | undefined {
  const { size, from, to, changes, hashes } = update
  if (size !== force.size || from !== force.root) return 'it is of another roll'
  if (changes.length !== count) return `it changes ${changes.length} leaves, not ${count}`
  const indices = changes.map(({ index }) => index)
  if (indices.some((index, i) => index >= size || index <= (indices[i - 1] ?? -1)))
    return 'its places do not ascend'
  const leaves = changes.flatMap((change) => [change.old, change.new])
  if (new Set(leaves).size !== leaves.length) return 'a leaf stands in it twice'
  const root = (side: 'old' | 'new'): string | undefined => {
    const rest = [...hashes]
    const left = [...changes]
    const walk = (lo: number, hi: number): Buffer => {
      if (left[0] === undefined || left[0].index >= hi) return Buffer.from(rest.shift() ?? '', 'base64')
      if (hi - lo === 1) return Buffer.from(left.shift()![side], 'base64')
      const middle = lo + split(hi - lo)
      return nodeHash(walk(lo, middle), walk(middle, hi))
    }
    const made = base64(walk(0, size))
    return rest.length === 0 ? made : undefined
  }
  if (root('old') !== from) return 'the old leaves do not make the old root'
  return root('new') === to ? undefined : 'the new leaves do not make the new root'
}

/** The largest power of two below. */
function split(width: number): number {
  let half = 1
  while (half * 2 < width) half *= 2
  return half
}

function isAmong(changed: ReadonlySet<number>, lo: number, hi: number): boolean {
  for (let i = lo; i < hi; i++) if (changed.has(i)) return true
  return false
}

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64')
