/** The bar at the top: language and theme. */
import { useState } from 'preact/hooks'
import { chooseTheme, currentTheme } from '../shared/theme.ts'
import { choose, LANGUAGES, type Language, t } from './words.ts'

/** @param onLanguage called when the words have changed */
export function Toolbar({ onLanguage }: { readonly onLanguage: () => void }) {
  const [theme, setTheme] = useState(currentTheme)
  const toggle = () => {
    chooseTheme(theme === 'dark' ? 'light' : 'dark')
    setTheme(currentTheme())
  }
  return (
    <header class="toolbar">
      <select
        aria-label={t.language}
        value={t.lang}
        onChange={({ currentTarget: select }) =>
          choose(select.value as Language).then(onLanguage, () => {
            select.value = t.lang
          })
        }
      >
        {LANGUAGES.map(({ language, name }) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
      <button type="button" class="secondary" aria-pressed={theme === 'dark'} onClick={toggle}>
        {t.darkMode}
      </button>
    </header>
  )
}
