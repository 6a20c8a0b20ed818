/** Puts words from an untrusted file into messages: few, short, and without control characters. */
const NAMED = 5

export function someOf(words: readonly string[]): string {
  const named = words.slice(0, NAMED).map(quoted).join(', ')
  return words.length > NAMED ? `${named} and ${words.length - NAMED} more` : named
}

/** Quoted, shortened, and without control characters that a terminal would obey. */
export function quoted(word: string): string {
  const short = word.length > 40 ? `${word.slice(0, 40)}…` : word
  return `“${short.replaceAll(/\p{Cc}/gu, '\ufffd')}”`
}

export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`
}
