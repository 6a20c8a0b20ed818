/** Who is reading: the browser's languages, as the words (`t`) and number formats (`f`) of every page. */
import { formatsFor } from './format.ts'
import { localeFor, stringsFor } from './strings/languages.ts'

export const t = stringsFor(navigator.languages)
export const f = formatsFor(localeFor(t, navigator.languages))

/** Tells the document which language it is in. */
export function setDocumentLanguage(): void {
  document.documentElement.lang = t.lang
  document.documentElement.dir = t.dir
}
