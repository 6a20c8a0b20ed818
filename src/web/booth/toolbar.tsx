/** The bar at the top: the election, and the reader's language and display. */
import { useState } from 'preact/hooks'
import { chooseTheme, currentTheme } from '../shared/theme.ts'
import type { ShownDefinition } from './booth-state.ts'
import { prefer, preferred, TEXT_SIZES } from './preferences.ts'
import { rich } from './rich-loading.ts'
import { choose, f, LANGUAGES, t, wantedLanguages } from './words.ts'

interface ToolbarProps {
  readonly definition: ShownDefinition | null
  /** Called when the language has changed. */
  readonly onLanguage: () => void
}

export function Toolbar({ definition, onLanguage }: ToolbarProps) {
  const others = definition && rich?.otherLanguages(definition)
  const other = others?.find(({ language }) => language === wantedLanguages()[0])
  const spoken = other?.language ?? t.lang
  const change = (event: Event) => {
    const select = event.currentTarget as HTMLSelectElement
    choose(select.value).then(onLanguage, () => {
      select.value = spoken
    })
  }
  return (
    <header class="toolbar">
      <p class="election">
        <bdi translate={false}>{definition?.title}</bdi>
      </p>
      <div class="switches">
        <select class="language" aria-label={t.language} value={spoken} onChange={change}>
          {[...LANGUAGES, ...(others ?? [])].map(({ language, name }) => (
            <option key={language} value={language} lang={language}>
              {name}
            </option>
          ))}
        </select>
        <Display />
      </div>
      {definition?.simulated && <p class="simulated">{t.simulated}</p>}
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
