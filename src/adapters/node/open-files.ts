/** How many files and connections this process may have open at once. */

/** Where the system does not say: what Windows and macOS allow at least. */
const UNKNOWN = 8_192

/** The soft limit, which Node raises to the hard one at its start. */
export function openFilesLimit(): number {
  // Node's types do not know it yet.
  const report = process.report as typeof process.report & { excludeNetwork: boolean }
  const before = report.excludeNetwork
  // Else it would look names up.
  report.excludeNetwork = true
  const { userLimits } = report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } }
  }
  report.excludeNetwork = before
  const soft = userLimits?.open_files?.soft
  return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : (soft ?? UNKNOWN)
}
