/**
 * Numbers and lists in result sentences outside the pages: for the terminal, the certificate and
 * CSV.
 */
import type { WordFormats } from './outcome-words.ts'

const SETS_NO_DIRECTION = /^[\p{Script=Latin}\p{Script=Common}]*$/u

/**
 * @param locale a language tag
 * @returns formats that leave names as they are, except for writing directions
 */
export function plainFormats(locale: string): WordFormats {
  const counts = new Intl.NumberFormat(locale)
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  return {
    figure: (value) => ({ value, text: counts.format(value) }),
    points: (part) => (part > 0 && part < 0.0005 ? `<${tenths.format(0.1)}` : tenths.format(part * 100)),
    list: (names) => lists.format(names),
    // Isolates the writing direction of a name (Unicode FSI … PDI) if it could differ from the
    // sentence's.
    name: (text) => (locale !== 'ar' && SETS_NO_DIRECTION.test(text) ? text : `\u2068${text}\u2069`),
  }
}
