/**
 * A challenge for who sends wrong keys: a text of the server's, and a number to be found that gives
 * a hash with so many zero bits in front. To find it takes half a million hashes or so, to check it
 * one. Shared by server and booth. Pure.
 *
 * Its text: `BITS.EXPIRES.NONCE.MAC`, EXPIRES in Unix seconds, NONCE 16 characters of base64url,
 * MAC 22 of them (the first 16 bytes of an HMAC-SHA-256). A solution is that and `.NUMBER`. Hashed
 * is `MAC.NUMBER`: one block of SHA-256.
 */

/** Zero bits in front: a second or two on a telephone. */
export const CHALLENGE_BITS = 17
/** From the question to the answer: a slow telephone has time, and a store of solutions none. */
export const CHALLENGE_S = 120
/** The request header that a solution comes in. */
export const SOLUTION_HEADER = 'challenge-solution'

const CHALLENGE = /^(\d{1,2})\.(\d{10})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22})$/
const NUMBER = /^(0|[1-9]\d{0,14})$/

export interface Challenge {
  readonly bits: number
  readonly expiresS: number
  readonly nonce: string
  readonly mac: string
}

export function readChallenge(text: string): Challenge | undefined {
  const [, bits, expires, nonce, mac] = CHALLENGE.exec(text) ?? []
  if (mac === undefined) return undefined
  return { bits: Number(bits), expiresS: Number(expires), nonce: nonce!, mac }
}

export const challengeText = ({ bits, expiresS, nonce, mac }: Challenge): string =>
  `${bits}.${expiresS}.${nonce}.${mac}`

/** A challenge and the number that was found for it; undefined for other text. */
export function readSolution(
  text: string,
): { readonly challenge: Challenge; readonly number: string } | undefined {
  const dot = text.lastIndexOf('.')
  const challenge = readChallenge(text.slice(0, Math.max(0, dot)))
  const number = text.slice(dot + 1)
  return challenge === undefined || !NUMBER.test(number) ? undefined : { challenge, number }
}

/** What is hashed. */
export const hashedText = ({ mac }: Pick<Challenge, 'mac'>, number: number | string): string =>
  `${mac}.${number}`

/**
 * Whether a hash has so many zero bits in front. @param hash at least 4 bytes @param bits at most
 * 32
 */
export function hasZeroBits(hash: Uint8Array, bits: number): boolean {
  const word = new DataView(hash.buffer, hash.byteOffset, 4).getUint32(0)
  return Math.clz32(word) >= bits
}
