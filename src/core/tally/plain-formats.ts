/**
 * Numbers and lists for results in words where there is no page: the terminal, the certificate,
 * CSV. Pure.
 */
import type { WordFormats } from './outcome-words.ts'

const SETS_NO_DIRECTION = /^[\p{Script=Latin}\p{Script=Common}]*$/u

/** @param locale a language tag; names stand as they are */
export function plainFormats(locale: string): WordFormats {
  const counts = new Intl.NumberFormat(locale)
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  return {
    figure: (value) => ({ value, text: counts.format(value) }),
    points: (part) => (part > 0 && part < 0.0005 ? `<${tenths.format(0.1)}` : tenths.format(part * 100)),
    list: (names) => lists.format(names),
    // Keeps a name's writing direction to itself (Unicode FSI … PDI), where it could be another
    // than the sentence's.
    name: (text) => (locale !== 'ar' && SETS_NO_DIRECTION.test(text) ? text : `\u2068${text}\u2069`),
  }
}
