/** What Spark says about a query quotes its plan, and the plan holds the seal key: nothing of it leaves here unredacted. Pure. */

const SEAL_KEY = /seal-key-[0-9a-f]{1,64}/g

/** The text with every seal key, or beginning of one cut off by Spark, taken out, and cut to one line's length. */
export function redacted(text: string, maxLength = 2000): string {
  const clean = text.replace(SEAL_KEY, 'seal-key-(hidden)')
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean
}
