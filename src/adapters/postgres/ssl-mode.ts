/**
 * Checks the TLS mode of PostgreSQL's address. Two modes are accepted: in clear, and with the
 * server's name and authority verified. The modes in between would encrypt for an unverified
 * server.
 */

/**
 * Parameters that the client would also read from an address; they would override the settings for
 * all engines.
 */
const NAMED_FOR_ALL = ['sslrootcert', 'sslcert', 'sslkey'] as const
const OTHER_WAYS = ['ssl', 'uselibpqcompat'] as const

/**
 * The reason why the address is not safe to use, in words that contain no part of it; undefined if
 * it is safe.
 * @param set `PGSSLMODE`, which applies if the address has no mode
 */
export function unsafeMode(url: string, set = process.env.PGSSLMODE): string | undefined {
  const { searchParams } = new URL(url)
  const [mode, more] = modesOf(searchParams, set)
  if (more !== undefined) return 'sslmode is given twice'
  const file = NAMED_FOR_ALL.find((name) => searchParams.has(name))
  if (file !== undefined)
    return `${file} is set for all engines: give --engine-ca, --engine-cert, --engine-key`
  const other = OTHER_WAYS.find((name) => searchParams.has(name))
  if (other !== undefined) return `${other} does not say what is verified: give sslmode=verify-full`
  const direct = searchParams.get('sslnegotiation') === 'direct'
  if (direct && mode !== 'verify-full') return 'sslnegotiation=direct requires sslmode=verify-full'
  if (mode === undefined || mode === 'disable' || mode === 'verify-full') return undefined
  const name = searchParams.has('sslmode') ? 'sslmode' : 'PGSSLMODE'
  return (
    `${name}=${/^[a-z-]{1,20}$/.test(mode) ? mode : '…'} does not verify the server: give ` +
    'sslmode=verify-full (and --engine-ca), or sslmode=disable to speak in clear'
  )
}

/** The modes given, one in a correct address: its own, or `PGSSLMODE`. */
export const modesOf = (parameters: URLSearchParams, set: string | undefined): readonly string[] => {
  const modes = parameters.getAll('sslmode')
  return modes.length > 0 || !set ? modes : [set]
}
