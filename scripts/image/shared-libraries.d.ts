/** Types of shared-libraries.js, for the test. */
interface Library {
  /** The path at which the program looks for it, without the leading slash. */
  readonly path: string
  readonly file: string
}

export function withoutSymbols(bytes: Buffer): Buffer
export function librariesOf(
  program: string,
  system: string,
  processor: string,
): { readonly interpreter: string | undefined; readonly libraries: readonly Library[] }
