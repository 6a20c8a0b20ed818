/**
 * A challenge for clients that send wrong keys: a text from the server, for which the client must
 * find a number that gives a hash with a number of leading zero bits. Finding it takes about
 * 130,000 hashes; checking it takes one. Server and booth share this code.
 *
 * The text is `BITS.EXPIRES.NONCE.MAC`: EXPIRES in Unix seconds, NONCE as 16 characters of
 * base64url, MAC as 22 (the first 16 bytes of an HMAC-SHA-256). A solution is the text with
 * `.NUMBER`. The hash is over `MAC.NUMBER`, one block of SHA-256.
 */

/** Leading zero bits: a second or two on a phone. */
export const CHALLENGE_BITS = 17
/**
 * Seconds from the challenge to the answer: enough for a slow phone, too few to collect solutions.
 */
export const CHALLENGE_S = 120
/** The request header with a solution. */
export const SOLUTION_HEADER = 'challenge-solution'

const CHALLENGE = /^(\d{1,2})\.(\d{10})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22})$/
const NUMBER = /^(0|[1-9]\d{0,14})$/

export interface Challenge {
  readonly bits: number
  readonly expiresS: number
  readonly nonce: string
  readonly mac: string
}

/**
 * Parses a challenge.
 * @returns undefined if the text is malformed
 */
export function readChallenge(text: string): Challenge | undefined {
  const [, bits, expires, nonce, mac] = CHALLENGE.exec(text) ?? []
  if (mac === undefined) return undefined
  return { bits: Number(bits), expiresS: Number(expires), nonce: nonce!, mac }
}

export const challengeText = ({ bits, expiresS, nonce, mac }: Challenge): string =>
  `${bits}.${expiresS}.${nonce}.${mac}`

/**
 * Parses a challenge with the number that was found for it.
 * @returns undefined if the text is malformed
 */
export function readSolution(
  text: string,
): { readonly challenge: Challenge; readonly number: string } | undefined {
  const dot = text.lastIndexOf('.')
  const challenge = readChallenge(text.slice(0, Math.max(0, dot)))
  const number = text.slice(dot + 1)
  return challenge === undefined || !NUMBER.test(number) ? undefined : { challenge, number }
}

/** @returns the text to hash */
export const hashedText = ({ mac }: Pick<Challenge, 'mac'>, number: number | string): string =>
  `${mac}.${number}`

/**
 * @param hash at least 4 bytes
 * @param bits at most 32
 * @returns whether the hash has at least this number of leading zero bits
 */
export function hasZeroBits(hash: Uint8Array, bits: number): boolean {
  const word = new DataView(hash.buffer, hash.byteOffset, 4).getUint32(0)
  return Math.clz32(word) >= bits
}
