/**
 * What PostgreSQL's address says of TLS. Two modes are good: in clear, and with the server's name
 * and authority verified. Those between would encrypt for whoever answers. Pure but for
 * `PGSSLMODE`.
 */

/**
 * What the client would take from an address besides, each a second place for what is set for all
 * engines.
 */
const NAMED_FOR_ALL = ['sslrootcert', 'sslcert', 'sslkey'] as const
const OTHER_WAYS = ['ssl', 'uselibpqcompat'] as const

/**
 * Why the address would not be safe to use, in words that name none of it; undefined where it is
 * good.
 * @param set `PGSSLMODE`, which counts where the address says nothing
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
  if (direct && mode !== 'verify-full') return 'sslnegotiation=direct goes with sslmode=verify-full'
  if (mode === undefined || mode === 'disable' || mode === 'verify-full') return undefined
  const name = searchParams.has('sslmode') ? 'sslmode' : 'PGSSLMODE'
  return (
    `${name}=${/^[a-z-]{1,20}$/.test(mode) ? mode : '…'} does not verify who answers: give sslmode=verify-full ` +
    '(and --engine-ca), or sslmode=disable to speak in clear'
  )
}

/** Modes that are said, one where it is right: in the address, or by `PGSSLMODE`. */
export const modesOf = (parameters: URLSearchParams, set: string | undefined): readonly string[] => {
  const said = parameters.getAll('sslmode')
  return said.length > 0 || !set ? said : [set]
}
