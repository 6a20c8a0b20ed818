/**
 * Fields of the CSV files that are written here (RFC 4180), and what keeps a spreadsheet from
 * reading a text as a formula.
 *
 * The guard: a cell whose text begins with apostrophes and blanks, or none, and then one of
 * `= + - @ |`, their full-width forms, a tab or a carriage return, stands behind one more
 * apostrophe. A spreadsheet shows such a cell as text and runs nothing. Whoever reads the file by
 * program takes one apostrophe from each such cell and has the text as it was.
 */

/**
 * Written first in a file for people: spreadsheets take a file without it for another encoding than
 * UTF-8.
 */
export const BYTE_ORDER_MARK = '\ufeff'

const GUARDED = /^'*[\s\u200b-\u200f\u2060\ufeff]*[=+\-@|\uff1d\uff0b\uff0d\uff20\u2212\t\r]/

/** A field for programs: quoted where it must be, and otherwise the text itself. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Whether a spreadsheet would read this text as a formula, and its cell is guarded. */
export function isFormula(text: string): boolean {
  return GUARDED.test(text)
}

/** A field that people may open in a spreadsheet: guarded where it reads like a formula. */
export function csvCell(text: string): string {
  return csvField(isFormula(text) ? `'${text}` : text)
}

/** The text of a cell that {@link csvCell} wrote; any other text as it is. */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") && isFormula(cell) ? cell.slice(1) : cell
}
