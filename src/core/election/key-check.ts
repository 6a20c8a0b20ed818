/**
 * The two check characters of a voter key, and its guid as the symbols they are made of
 * (docs/key-code.md, "The check").
 */
import { isGuid } from './credential.ts'
import { utf8 } from './text-bytes.ts'

export const GUID_CHARACTERS = 26

/** @throws TypeError for a guid that is none: it comes from a key file that was checked */
export function guidBytes(guid: string): number[] {
  const lower = guid.toLowerCase()
  if (!isGuid(lower)) throw new TypeError('not a guid')
  return lower.match(/[0-9a-f]{2}/g)!.map((hex) => Number.parseInt(hex, 16))
}

/** Of five bits each. */
export function symbolsOfGuid(guid: string): number[] {
  let bits = guidBytes(guid).reduce((all, byte) => (all << 8n) | BigInt(byte), 0n)
  const symbols = new Array<number>(GUID_CHARACTERS)
  for (let i = GUID_CHARACTERS - 1; i >= 0; i--, bits >>= 5n) symbols[i] = Number(bits & 31n)
  return symbols
}

/** @param hex 32 digits, lower case */
export function guidOfHex(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The remainder of the word divided by the generator x² + (α+α²)x + α³. */
export function checkOf(personalId: string, guid: readonly number[]): [number, number] {
  let high = 0
  let low = 0
  const feed = (symbol: number) => {
    const two = doubled(symbol ^ high)
    const four = doubled(two)
    high = low ^ two ^ four
    low = doubled(four)
  }
  for (const byte of utf8(personalId.normalize('NFC'))) {
    feed(byte >> 5)
    feed(byte & 31)
  }
  for (const symbol of guid) feed(symbol)
  return [high, low]
}

/** Multiplied by α in GF(32). */
function doubled(symbol: number): number {
  return ((symbol << 1) & 31) ^ (symbol & 16 ? 5 : 0)
}
