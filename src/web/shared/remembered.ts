/**
 * The reader's choices for a page, in the browser's storage. If storage is denied, a choice lasts
 * as long as the page.
 */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {}
}
