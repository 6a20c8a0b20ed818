/**
 * What a benchmark of minutes is doing now, on the error output: the figures alone go to the
 * output.
 */
export function progress(text: string): void {
  const seconds = Math.round(performance.now() / 1000)
  console.error(`[${String(seconds).padStart(4)} s] ${text}`)
}
