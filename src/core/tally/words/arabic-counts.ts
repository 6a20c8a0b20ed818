/** Counted things in Arabic, for results in words and for the dashboard. */
import type { Figure } from '../outcome-words.ts'

const plurals = new Intl.PluralRules('ar')
/**
 * Arabic counts one and two without a numeral, three to ten with a plural, the rest with a
 * singular.
 */
export const some = (n: Figure, one: string, two: string, few: string, many: string, other: string) => {
  const form = plurals.select(n.value)
  if (form === 'one') return one
  if (form === 'two') return two
  return `${n.text} ${form === 'few' ? few : form === 'many' ? many : other}`
}
export const ballots = (n: Figure) =>
  some(n, 'ورقة اقتراع واحدة', 'ورقتا اقتراع', 'أوراق اقتراع', 'ورقة اقتراع', 'ورقة اقتراع')
export const votes = (n: Figure) => some(n, 'صوت واحد', 'صوتان', 'أصوات', 'صوتًا', 'صوت')
