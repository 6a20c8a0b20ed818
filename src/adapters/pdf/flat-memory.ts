/**
 * Keeps a document of any length within the memory of a short one. pdfkit writes each page as the
 * next begins, but holds on to what it was written from, and to the shapes of every word it has
 * set.
 */
import type { Doc } from './doc.ts'

interface Written {
  data: unknown
}

/** What pdfkit's types leave out. */
interface Inside {
  readonly page: { readonly dictionary: Written }
  readonly _fontFamilies: Readonly<Record<string, { layoutCache?: Record<string, unknown> }>>
}

/** Lets go of each page once it is written: its number is all that the list of pages needs. */
export function forgetWrittenPages(doc: Doc): void {
  let before: Written | undefined
  doc.on('pageAdded', () => {
    // The page before is in the file by now, with its resources and contents.
    if (before !== undefined) before.data = null
    before = (doc as unknown as Inside).page.dictionary
  })
}

/** Forgets the words that were set so far; those that come again are shaped again. */
export function forgetWords(doc: Doc): void {
  for (const font of Object.values((doc as unknown as Inside)._fontFamilies))
    if (font.layoutCache !== undefined) font.layoutCache = Object.create(null)
}
