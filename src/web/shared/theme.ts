/**
 * Light or dark: the system's setting until the reader chooses, then the reader's choice, which
 * this browser remembers.
 */
import { recall, remember } from './remembered.ts'

const KEY = 'theme'
export type Theme = 'light' | 'dark'

export const systemTheme = () => matchMedia('(prefers-color-scheme: dark)')

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return systemTheme().matches ? 'dark' : 'light'
}

/** Call once, before the first render. */
export function applyRememberedTheme(): void {
  const theme = recall(KEY)
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  remember(KEY, theme)
}
