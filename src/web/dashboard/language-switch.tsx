/**
 * The languages of the page, each by its own name. A choice opens the page in that language, with
 * the language in its address.
 */
import { LANGUAGES } from './strings/languages.ts'
import { t } from './viewer.ts'

export function LanguageSwitch() {
  const choose = (language: string) => {
    const address = new URL(location.href)
    address.searchParams.set('lang', language)
    location.assign(address)
  }
  return (
    <select
      class="pill language"
      aria-label={t.language}
      value={t.lang}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {LANGUAGES.map(({ tag, name }) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  )
}
