/**
 * Ed25519 signatures by the browser's own cryptography, and whether the browser has it. Runs in the
 * page and in its worker.
 */
import type { VerifyEd25519 } from '../../core/tlog/signature.ts'

export const verifyEd25519: VerifyEd25519 = async (publicKey, message, signature) => {
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify'])
  } catch (error) {
    // A key that is not a point on the curve cannot have signed anything.
    if (error instanceof DOMException && error.name === 'DataError') return false
    throw error
  }
  return crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message))
}

/** Why this browser cannot check signatures here; null if it can. */
export type SignatureTrouble = 'not-secure' | 'too-old' | null

/** RFC 8032 section 7.1, test 1: the signature over an empty message. */
const KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const SIGNATURE =
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
  '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'

export async function signatureTrouble(): Promise<SignatureTrouble> {
  // Browsers do not offer cryptography to pages that came over a connection without encryption.
  if (!isSecureContext || crypto.subtle === undefined) return 'not-secure'
  try {
    return (await verifyEd25519(fromHex(KEY), new Uint8Array(0), fromHex(SIGNATURE))) ? null : 'too-old'
  } catch {
    return 'too-old'
  }
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g)!, (digits) => Number.parseInt(digits, 16))
}
