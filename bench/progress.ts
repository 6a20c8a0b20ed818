/**
 * Prints the progress of a long benchmark to standard error. Only figures go to standard output.
 */
export function progress(text: string): void {
  const seconds = Math.round(performance.now() / 1000)
  console.error(`[${String(seconds).padStart(4)} s] ${text}`)
}
