/** The number of files and connections that this process may have open at once. */

/** Used if the system does not report a limit: Windows and macOS allow at least this many. */
const UNKNOWN = 8_192

/** The soft limit, which Node raises to the hard limit when it starts. */
export function openFilesLimit(): number {
  // Missing from Node's types.
  const report = process.report as typeof process.report & { excludeNetwork: boolean }
  const before = report.excludeNetwork
  // Otherwise the report would resolve host names.
  report.excludeNetwork = true
  const { userLimits } = report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } }
  }
  report.excludeNetwork = before
  const soft = userLimits?.open_files?.soft
  return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : (soft ?? UNKNOWN)
}
