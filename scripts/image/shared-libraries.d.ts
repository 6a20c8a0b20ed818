/** Types of what tests use of shared-libraries.js. */
export function withoutSymbols(bytes: Buffer): Buffer
export function librariesOf(
  program: string,
  system: string,
  processor: string,
): {
  readonly interpreter: string | undefined
  readonly libraries: readonly { readonly path: string }[]
}
