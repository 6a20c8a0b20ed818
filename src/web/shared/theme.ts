/** Light or dark: the system's wish until the reader chooses, then the reader's, remembered in this browser. */
const KEY = 'theme'
export type Theme = 'light' | 'dark'

export const systemTheme = () => matchMedia('(prefers-color-scheme: dark)')

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
  return systemTheme().matches ? 'dark' : 'light'
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
