/**
 * Keeps the memory of a document constant, whatever its length. pdfkit writes each page when the
 * next one begins, but keeps its source and the shapes of every word.
 */
import type { Doc } from './doc.ts'

interface Written {
  data: unknown
}

/** Internals that pdfkit's types leave out. */
interface Inside {
  readonly page: { readonly dictionary: Written }
  readonly _fontFamilies: Readonly<Record<string, { layoutCache?: Record<string, unknown> }>>
}

/** Releases each page once it is written: the list of pages needs only its number. */
export function forgetWrittenPages(doc: Doc): void {
  let before: Written | undefined
  doc.on('pageAdded', () => {
    // By now the previous page is in the file, with its resources and contents.
    if (before !== undefined) before.data = null
    before = (doc as unknown as Inside).page.dictionary
  })
}

/** Releases the words that were set so far; repeated words are shaped again. */
export function forgetWords(doc: Doc): void {
  for (const font of Object.values((doc as unknown as Inside)._fontFamilies))
    if (font.layoutCache !== undefined) font.layoutCache = Object.create(null)
}
