/**
 * Formats numbers and times for people, with Intl. A share is never rounded to 0 % or 100 % if it
 * is neither.
 */

/** A number with its text: the value is for choosing a plural. */
export interface Figure {
  readonly value: number
  readonly text: string
}

export interface Formats {
  readonly count: (n: number) => string
  readonly figure: (n: number) => Figure
  /** With its sign: +12. */
  readonly change: (n: number) => string
  /** A part of 1 as a percentage with one digit; null (nothing to divide by) as a dash. */
  readonly share: (part: number | null) => string
  /** A part of 1 as a percentage for an axis: no more digits than it needs. */
  readonly axisShare: (part: number) => string
  /** A difference of shares, in percentage points. */
  readonly points: (part: number) => string
  readonly perSecond: (n: number) => string
  /** Time of day with seconds; with its date when that is not the day of `nowMs`. */
  readonly moment: (timeMs: number, nowMs: number) => string
  readonly dateTime: (timeMs: number) => string
  /** Time on an axis whose ticks are `stepS` seconds apart. */
  readonly axisTime: (timeS: number, stepS: number) => string
  readonly list: (names: readonly string[]) => string
}

/** `locale` is for numbers and lists, `timeLocale` for times (the reader's own when undefined). */
export function formatsFor(locale: string, timeLocale?: string, timeZone?: string): Formats {
  const counts = new Intl.NumberFormat(locale)
  const changes = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' })
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
  const axisPercent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 3 })
  const times = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(timeLocale, { ...options, timeZone })
    return (ms: number) => format.format(ms)
  }
  const timeOfDay = times({ timeStyle: 'medium' })
  const timeWithDate = times({ dateStyle: 'medium', timeStyle: 'medium' })
  const dateTime = times({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  const day = times({ day: 'numeric', month: 'short' })
  const hourMinute = times({ hour: 'numeric', minute: '2-digit' })
  const calendarDay = times({ dateStyle: 'short' })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })

  return {
    count: (n) => counts.format(n),
    figure: (n) => ({ value: n, text: counts.format(n) }),
    change: (n) => changes.format(n),
    share: (part) => {
      if (part === null) return '–'
      if (part > 0 && part < 0.0005) return `<${percent.format(0.001)}`
      if (part < 1 && part >= 0.9995) return `>${percent.format(0.999)}`
      return percent.format(part)
    },
    axisShare: (part) => axisPercent.format(part),
    points: (part) => (part > 0 && part < 0.0005 ? `<${tenths.format(0.1)}` : tenths.format(part * 100)),
    perSecond: (n) => (n < 10 ? tenths : counts).format(n < 10 ? n : Math.round(n)),
    moment: (ms, nowMs) => (calendarDay(ms) === calendarDay(nowMs) ? timeOfDay(ms) : timeWithDate(ms)),
    dateTime,
    axisTime: (s, stepS) => {
      if (stepS >= 86_400) return day(s * 1000)
      return (stepS >= 60 ? hourMinute : timeOfDay)(s * 1000)
    },
    list: (names) => lists.format(names),
  }
}
