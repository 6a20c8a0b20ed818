/** Light or dark: the system's wish until the reader chooses, then the reader's, remembered in this browser. */
const KEY = 'theme'
export type Theme = 'light' | 'dark'

const system = () => matchMedia('(prefers-color-scheme: dark)')

function remembered(): Theme | null {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : null
  } catch {
    return null // storage is denied: the choice lasts as long as the page
  }
}

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return system().matches ? 'dark' : 'light'
}

/** Call once, before the first render. */
export function applyRememberedTheme(): void {
  const theme = remembered()
  if (theme !== null) document.documentElement.dataset.theme = theme
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {}
}

/** Calls `changed` when the system changes its mind; returns the way to stop. */
export function onSystemTheme(changed: () => void): () => void {
  const query = system()
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
