/** The log's name in its verifier key's text. Pure. */
export function nameOf(key: string): string {
  return key.split('+', 1)[0]!
}
