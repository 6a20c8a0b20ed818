/**
 * Fields of the CSV files that this program writes (RFC 4180), and a guard against formulas.
 *
 * A spreadsheet would read a cell as a formula if its text begins with one of `= + - @ |`, their
 * full-width forms, a tab or a carriage return, possibly after apostrophes and blanks. Such a cell
 * gets one more apostrophe in front: a spreadsheet then shows it as text. A program that reads the
 * file removes one apostrophe from each such cell and has the original text.
 */

/**
 * The first character of a file for people: without it, spreadsheets assume another encoding than
 * UTF-8.
 */
export const BYTE_ORDER_MARK = '\ufeff'

const GUARDED = /^'*[\s\u200b-\u200f\u2060\ufeff]*[=+\-@|\uff1d\uff0b\uff0d\uff20\u2212\t\r]/

/** @returns a CSV field for programs: the text, in quotes if necessary (RFC 4180, section 2) */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** @returns whether a spreadsheet would read the text as a formula */
export function isFormula(text: string): boolean {
  return GUARDED.test(text)
}

/** @returns a CSV field for people, guarded if a spreadsheet would read it as a formula */
export function csvCell(text: string): string {
  return csvField(isFormula(text) ? `'${text}` : text)
}

/** @returns the text of a cell that {@link csvCell} wrote; any other text unchanged */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") && isFormula(cell) ? cell.slice(1) : cell
}
