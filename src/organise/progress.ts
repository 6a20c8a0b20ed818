/**
 * How long work says how far it has come: a bar on a terminal, a line in a page, nothing in a test.
 */
export type Progress = <Result>(
  task: string,
  signal: AbortSignal | undefined,
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
) => Promise<Result>
