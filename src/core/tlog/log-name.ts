/**
 * @param key a C2SP verifier key
 * @returns the name of the log, which is the part before the first "+"
 */
export function nameOf(key: string): string {
  return key.split('+', 1)[0]!
}
