/**
 * Looks up one ballot by the proof of the log's server and the signed checkpoint in it. This takes
 * a moment even in a large log, but does not check the rest of the log. It runs in the worker.
 */
import { Malformed } from '../../core/tlog/malformed.ts'
import type { TreeHasher } from '../../core/tlog/merkle.ts'
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../../core/tlog/note-key.ts'
import { checkProof, parseProof } from '../../core/tlog/proof.ts'
import { isSignedBy, type VerifyEd25519 } from '../../core/tlog/signature.ts'
import { utf8Text } from '../../core/tlog/utf8.ts'
import { readGenesis } from '../../core/verify/beginning.ts'
import { keyAt, type Memory } from '../../core/verify/memory.ts'
import type { LogReader } from '../../core/verify/range.ts'
import { parseAsked } from '../../core/verify/receipt.ts'
import { type KeyFrom, rememberedPlace } from '../../verify/session.ts'
import type { LookedUp } from './job.ts'

/** Enough for 64 hashes and a checkpoint with its signatures. */
const MOST_PROOF_BYTES = 100_000

export interface LookUpDeps {
  readonly read: LogReader
  readonly place: string | null
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  readonly memory: Memory
}

/**
 * @param receipt a valid tracker or receipt text
 * @param typed the log's key, or ''
 */
export async function lookUp(receipt: string, typed: string, deps: LookUpDeps): Promise<LookedUp> {
  const { read, hasher, verify } = deps
  const { leaf, tracker } = parseAsked(receipt)
  const [key, keyFrom] = await keyOf(typed, deps)
  const of = { key: key === undefined ? null : formatVerifierKey(key), keyFrom }
  const bytes = await read(`proof/${tracker}`, MOST_PROOF_BYTES)
  if (bytes === undefined) return { state: 'no-proof', leaf: null, ...of }
  try {
    const proof = parseProof(utf8Text(bytes))
    const { note, checkpoint, included } = checkProof(hasher, proof, leaf)
    const holds =
      included && key !== undefined && checkpoint.origin === key.name && (await isSignedBy(note, key, verify))
    return { state: holds ? 'in' : 'unproved', leaf: proof.index, ...of }
  } catch (error) {
    if (error instanceof Malformed) return { state: 'unproved', leaf: null, ...of }
    throw error
  }
}

async function keyOf(
  typed: string,
  { read, place, hasher, memory }: LookUpDeps,
): Promise<readonly [VerifierKey | undefined, KeyFrom]> {
  if (typed !== '') return [parseVerifierKey(hasher.sha256, typed), 'given']
  const known = keyAt(memory, rememberedPlace(place))
  if (known !== undefined) return [parseVerifierKey(hasher.sha256, known), 'memory']
  return [(await readGenesis(read, hasher)).genesis?.key, 'genesis']
}
