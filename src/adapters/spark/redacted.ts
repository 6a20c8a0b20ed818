/**
 * Redacts Spark's texts: they quote the query's plan, and the plan contains secrets: the seal key,
 * and possibly Kafka's password and the client's key. No text of Spark's leaves this program
 * unredacted.
 */

const SEAL_KEY = /seal-key-[0-9a-f]{1,64}/g
/** In the form of kafka-options.ts: numbers, also if quoting has doubled their backslashes. */
const PASSWORD = /(password=\\*")[\\0-7]+/g
/** Up to its end, or to the place where Spark cut it off. */
const PRIVATE_KEY =
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?:(?!-----)[\s\S])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g

/**
 * Returns the text without secrets, also without those that Spark cut off, shortened to one line's
 * length.
 */
export function redacted(text: string, maxLength = 2000): string {
  const clean = text
    .replace(SEAL_KEY, 'seal-key-(hidden)')
    .replace(PASSWORD, '$1(hidden)')
    .replace(PRIVATE_KEY, '$1(hidden)')
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean
}
