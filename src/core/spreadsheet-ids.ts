/**
 * Ids that a spreadsheet changes when a person opens a CSV file by a double click, and ids that it
 * has already changed.
 */
import { isFormula } from './csv-field.ts'

/** What a spreadsheet would turn an id into. */
export type IdChange = 'leading zero' | 'long number' | 'exponent' | 'date' | 'formula'

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*'
/** 3-4, 2026/11/29, 1.2., Mar 1, 1-Mar; but no id of letters and five or more digits. */
const DATE = new RegExp(
  `^(?:\\d{1,4}[-/.]\\d{1,2}(?:[-/.]\\d{0,4})?|${MONTH}[-/. ]?\\d{1,4}|\\d{1,2}[-/. ` +
    `]?${MONTH}(?:[-/. ]?\\d{1,4})?)$`,
  'i',
)
/** A spreadsheet keeps 15 digits of a number. */
const MOST_DIGITS = 15

/** @returns how a spreadsheet would change an id; undefined if it would not */
export function changeOf(id: string): IdChange | undefined {
  if (isFormula(id)) return 'formula'
  if (/^0\d+$/.test(id)) return 'leading zero'
  if (/^\d+$/.test(id)) return id.length > MOST_DIGITS ? 'long number' : undefined
  if (/^\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(id)) return 'exponent'
  return DATE.test(id) ? 'date' : undefined
}

export interface ChangedIds {
  readonly look: (id: string) => void
  /**
   * Returns a sentence for each kind of change, with the number of ids; none if a spreadsheet
   * changes no id.
   */
  readonly inWords: () => readonly string[]
}

const WORDS: Readonly<Record<IdChange, readonly [one: string, many: string]>> = {
  'leading zero': ['id begins with a zero', 'ids begin with a zero'],
  'long number': ['id is a number of more than 15 digits', 'ids are numbers of more than 15 digits'],
  exponent: ['id reads like a number with an exponent', 'ids read like numbers with an exponent'],
  date: ['id reads like a date', 'ids read like dates'],
  formula: ['id reads like a formula', 'ids read like formulas'],
}
const REMEDY = 'a spreadsheet changes it when the file is opened: import the column as text'
const REMEDY_MANY = 'a spreadsheet changes them when the file is opened: import the column as text'
const FORMULA_REMEDY = 'has an apostrophe in front in the file: remove it before you print the id'
const FORMULA_REMEDY_MANY = 'they have an apostrophe in front in the file: remove it before you print the ids'

/** Creates a counter of ids that a spreadsheet would change. */
export function changedIds(): ChangedIds {
  const counts = new Map<IdChange, number>()
  return {
    look: (id) => {
      const change = changeOf(id)
      if (change !== undefined) counts.set(change, (counts.get(change) ?? 0) + 1)
    },
    inWords: () =>
      [...counts].map(([change, count]) => {
        const [one, many] = WORDS[change]
        const isFormulas = change === 'formula'
        if (count === 1) return `1 ${one}: ${isFormulas ? `it ${FORMULA_REMEDY}` : REMEDY}`
        return `${count.toLocaleString('en')} ${many}: ${isFormulas ? FORMULA_REMEDY_MANY : REMEDY_MANY}`
      }),
  }
}

/** The trace of a change that a spreadsheet made to an id. */
export type IdDamage = 'number' | 'rounded' | 'date' | 'error'

const MONTHS =
  '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|' +
  'ene|abr|ago|dic|mär|mrz|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc)\\.?'
const SHORT_DATE = new RegExp(`^(?:\\d{1,2}[-. ]+${MONTHS}(?:[-. ]+\\d{2,4})?|${MONTHS}[-. ]+\\d{2,4})$`, 'i')
const WHOLE_DATE =
  /^(?:(\d{1,2})([-/.])(\d{1,2})\2\d{4}|\d{4}([-/.])(\d{1,2})\4(\d{1,2})(?:[ T]\d\d:\d\d.*)?)$/
const ERRORS =
  'N/A|N/D|NV|REF!|BEZUG!|¡REF!|NAME\\?|¿NOMBRE\\?|NOM\\?|VALUE!|WERT!|¡VALOR!|VALEUR!|' +
  'DIV/0!|¡DIV/0!|NUM!|ZAHL!|NOMBRE!|¡NUM!|NULL!'
const ERROR = new RegExp(`^#(?:${ERRORS}|#+)$`, 'i')

/** @returns how a spreadsheet has changed an id; undefined if the id shows no such change */
export function damageOf(id: string): IdDamage | undefined {
  if (/^\d(?:[.,]\d+)?e\+\d+$/i.test(id)) return 'number'
  if (/^[1-9]\d{14}0+$/.test(id)) return 'rounded'
  if (id.startsWith('#') && ERROR.test(id)) return 'error'
  if (SHORT_DATE.test(id)) return 'date'
  const [, first, , second, , third, fourth] = WHOLE_DATE.exec(id) ?? []
  const a = Number(first ?? third)
  const b = Number(second ?? fourth)
  return a >= 1 && b >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31 ? 'date' : undefined
}
