/** Comparisons and hexadecimal hashes that several parts of the verification use. */
import type { Sha256 } from './merkle.ts'

/** @returns SHA-256 of the bytes as 64 lower-case hexadecimal digits */
export function sha256Hex(sha256: Sha256, bytes: Uint8Array): string {
  let hex = ''
  for (const byte of sha256(bytes)) hex += byte.toString(16).padStart(2, '0')
  return hex
}

/** @returns whether two byte sequences are equal */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** @returns whether both are undefined, or both exist and are equal */
export function equalOrMissing(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b)
}
