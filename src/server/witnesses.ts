/**
 * The witnesses to which a server offers its checkpoints: their settings, and the connections to
 * them.
 */
import { BadInput } from '../adapters/files/bad-input.ts'
import { type HttpWitness, httpWitness } from '../adapters/http/witness.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { Malformed } from '../core/tlog/malformed.ts'
import { COSIGNATURE, parseVerifierKey, type VerifierKey } from '../core/tlog/note-key.ts'

/** Plain data, which is passed to threads. */
export interface WitnessSettings {
  /** `URL=VKEY` each, checked. */
  readonly witnesses: readonly string[]
  /** The number of cosignatures that make a checkpoint a witnessed one; all if left out. */
  readonly quorum?: number | undefined
}

export interface WitnessOptions {
  readonly witness: readonly string[]
  readonly witnessQuorum?: number
}

/**
 * Parses the options.
 * @throws {BadInput} if one is invalid, or a witness is named twice
 */
export function witnessSettings({ witness: named, witnessQuorum }: WitnessOptions): WitnessSettings {
  const keys = named.map((text) => parsed(text).key)
  const twice = keys.find(({ name }, i) => keys.findIndex((other) => other.name === name) !== i)
  const same = new Set(keys.map(({ publicKey }) => publicKey.join())).size
  if (twice !== undefined || same < keys.length)
    throw new BadInput('--witness', [
      { message: `"${(twice ?? keys[0]!).name}" is named twice, or one key has two names` },
    ])
  if (witnessQuorum !== undefined && witnessQuorum > keys.length)
    throw new BadInput('--witness-quorum', [{ message: 'is larger than the number of --witness options' }])
  return { witnesses: named, quorum: witnessQuorum }
}

/** Opens a connection for each witness, which connects when it is first used. */
export function openWitnesses({ witnesses }: WitnessSettings): readonly HttpWitness[] {
  return witnesses.map((text) => {
    const { prefix, key } = parsed(text)
    return httpWitness(prefix, key)
  })
}

function parsed(text: string): { readonly prefix: URL; readonly key: VerifierKey } {
  const at = text.indexOf('=')
  const prefix = URL.parse(text.slice(0, Math.max(0, at)))
  const wrong = (message: string) => new BadInput('--witness', [{ message: `"${shown(text)}" ${message}` }])
  if (prefix === null || !/^https?:$/.test(prefix.protocol) || prefix.search !== '' || prefix.hash !== '')
    throw wrong('is not URL=VKEY, such as https://witness.example/w1=witness.example/w1+1a2b3c4d+BbCd…')
  if (prefix.username !== '' || prefix.password !== '') throw wrong('has a password in its address')
  try {
    const key = parseVerifierKey(nodeTreeHasher().sha256, text.slice(at + 1))
    if (key.type === COSIGNATURE) return { prefix, key }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
  throw wrong('does not name the key of a witness after the "=": name+1a2b3c4d+BbCd…, of type 0x04')
}

/** The text without a password. */
function shown(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@')
}
