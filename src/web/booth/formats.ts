/**
 * Numbers and times of the booth by Intl: the few of shared/format.ts that it needs, for its budget
 * is small.
 */
import type { Formats as AllFormats } from '../shared/format.ts'

export type Formats = Pick<AllFormats, 'count' | 'figure' | 'axisShare' | 'dateTime'>

export function formatsFor(locale: string): Formats {
  const counts = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent' })
  const times = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  const count = (n: number) => counts.format(n)
  return {
    count,
    figure: (n) => ({ value: n, text: count(n) }),
    axisShare: (part) => percent.format(part),
    dateTime: (timeMs) => times.format(timeMs),
  }
}
