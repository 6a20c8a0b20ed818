/**
 * What Spark says about a query quotes its plan, and the plan holds secrets: the seal key, and
 * Kafka's password and the client's key where there are such. Nothing of it leaves here unredacted.
 * Pure.
 */

const SEAL_KEY = /seal-key-[0-9a-f]{1,64}/g
/** As kafka-options.ts writes it: numbers, also where the quoting doubled their backslashes. */
const PASSWORD = /(password=\\*")[\\0-7]+/g
/** Up to its end, or to where Spark cut it off. */
const PRIVATE_KEY =
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?:(?!-----)[\s\S])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g

/**
 * The text with every secret, or beginning of one cut off by Spark, taken out, and cut to one
 * line's length.
 */
export function redacted(text: string, maxLength = 2000): string {
  const clean = text
    .replace(SEAL_KEY, 'seal-key-(hidden)')
    .replace(PASSWORD, '$1(hidden)')
    .replace(PRIVATE_KEY, '$1(hidden)')
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean
}
