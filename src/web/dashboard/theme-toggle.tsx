/** The dark mode switch. */
import { useEffect, useState } from 'preact/hooks'
import { chooseTheme, currentTheme, systemTheme } from '../shared/theme.ts'
import { t } from './viewer.ts'

export function ThemeToggle() {
  const [theme, setTheme] = useState(currentTheme)
  useEffect(() => onSystemTheme(() => setTheme(currentTheme())), [])
  const toggle = () => {
    chooseTheme(theme === 'dark' ? 'light' : 'dark')
    setTheme(currentTheme())
  }
  return (
    <button type="button" class="theme-toggle" aria-pressed={theme === 'dark'} onClick={toggle}>
      <svg class="half" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
      </svg>
      <span>{t.darkMode}</span>
    </button>
  )
}

/** Calls `changed` when the system's theme changes. Returns a function that ends this. */
function onSystemTheme(changed: () => void): () => void {
  const query = systemTheme()
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
