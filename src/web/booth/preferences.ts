/**
 * How a reader wants the page: text size and contrast, remembered in this browser where it
 * remembers anything.
 */
import { recall, remember } from '../shared/remembered.ts'

/** Text size in percent of what the browser would show. */
export const TEXT_SIZES = ['100', '125', '150', '200'] as const

/** Sets `data-text` or `data-contrast` on the page, which the style sheet goes by. */
export function prefer(name: 'text' | 'contrast', value: string): void {
  document.documentElement.dataset[name] = value
  remember(name, value)
}

export function preferred(name: 'text' | 'contrast'): string {
  return document.documentElement.dataset[name] ?? ''
}

export function applyPreferences(): void {
  for (const name of ['text', 'contrast'] as const) {
    const value = recall(name)
    if (value !== null) document.documentElement.dataset[name] = value
  }
}
