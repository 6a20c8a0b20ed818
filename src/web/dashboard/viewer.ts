/** The reader's language: the words (`t`) and number formats (`f`) of the results pages. */
import { type Formats, formatsFor } from '../shared/format.ts'
import { en, type Strings } from './strings/en.ts'
import { localeFor, stringsFor } from './strings/languages.ts'

/** Live bindings: English until {@link speakReadersLanguage} has ended. */
export let t: Strings = en
export let f: Formats = formatsFor('en')

/** Call once, before the first render. `?lang=ar` takes precedence over the browser's languages. */
export async function speakReadersLanguage(asked: string | null): Promise<void> {
  const preferred = asked === null ? navigator.languages : [asked, ...navigator.languages]
  t = await stringsFor(preferred)
  f = formatsFor(localeFor(t, preferred))
  document.documentElement.lang = t.lang
  document.documentElement.dir = t.dir
}
