/** The bar at the top: which election this is, and how the reader wants the page. */
import { useState } from 'preact/hooks'
import { chooseTheme, currentTheme } from '../shared/theme.ts'
import { prefer, preferred, TEXT_SIZES } from './preferences.ts'
import { choose, f, LANGUAGES, type Language, t } from './words.ts'

interface ToolbarProps {
  readonly title: string | undefined
  readonly simulated: boolean
  /** Told when the words have changed. */
  readonly onLanguage: () => void
}

export function Toolbar({ title, simulated, onLanguage }: ToolbarProps) {
  const change = (event: Event) => {
    const select = event.currentTarget as HTMLSelectElement
    choose(select.value as Language).then(onLanguage, () => {
      select.value = t.lang
    })
  }
  return (
    <header class="toolbar">
      <p class="election">
        <bdi>{title}</bdi>
      </p>
      <div class="switches">
        <select class="language" aria-label={t.language} value={t.lang} onChange={change}>
          {LANGUAGES.map(({ language, name }) => (
            <option key={language} value={language} lang={language}>
              {name}
            </option>
          ))}
        </select>
        <Display />
      </div>
      {simulated && <p class="simulated">{t.simulated}</p>}
    </header>
  )
}

function Display() {
  const [, redraw] = useState(0)
  const set = (change: () => void) => {
    change()
    redraw((n) => n + 1)
  }
  const isOn = (event: Event) => (event.currentTarget as HTMLInputElement).checked
  return (
    <details class="display">
      <summary>{t.display}</summary>
      <div class="choices">
        <label>
          {t.textSize}
          <select
            value={preferred('text') || TEXT_SIZES[0]}
            onChange={(event) => set(() => prefer('text', event.currentTarget.value))}
          >
            {TEXT_SIZES.map((size) => (
              <option key={size} value={size}>
                {f.axisShare(Number(size) / 100)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={preferred('contrast') === 'more'}
            onChange={(event) => set(() => prefer('contrast', isOn(event) ? 'more' : 'usual'))}
          />
          {t.contrast}
        </label>
        <label>
          <input
            type="checkbox"
            checked={currentTheme() === 'dark'}
            onChange={(event) => set(() => chooseTheme(isOn(event) ? 'dark' : 'light'))}
          />
          {t.darkMode}
        </label>
      </div>
    </details>
  )
}
