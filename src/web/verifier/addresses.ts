/** Where logs stand: beside this page, and at or below an address that somebody typed. Pure. */

/** The log of the election whose verifier page this is. */
export function ownLog(page: URL): string {
  const id = electionIdIn(page.pathname)
  return new URL(id === undefined ? '/log/' : `/elections/${id}/log/`, page).href
}

/** `/e/ID/…` names an election; any other page speaks of the default one. */
export function electionIdIn(pathname: string): string | undefined {
  return /^\/e\/([a-z0-9_-]+)(?:\/|$)/.exec(pathname)?.[1]
}

/**
 * What a typed address may mean: a log's own, one that a log stands below, or one of an election's pages.
 * @returns undefined where it is none
 */
export function typedLogs(typed: string): readonly string[] | undefined {
  const url = typedAddress(typed)
  if (url === undefined) return undefined
  if (electionIdIn(url.pathname) !== undefined) return [ownLog(url)]
  url.hash = ''
  url.search = ''
  const path = url.pathname.replace(/\/?(?:checkpoint|verify)?$/, '/')
  const at = (more: string) => new URL(`${path}${more}`.replaceAll(/\/{2,}/g, '/'), url.origin).href
  return path.endsWith('/log/') ? [at('')] : [at('log/'), at('')]
}

/** The election that a typed address names by itself, as one of an election's pages does. */
export function typedElection(typed: string): string | undefined {
  const url = typedAddress(typed)
  return url && electionIdIn(url.pathname)
}

function typedAddress(typed: string): URL | undefined {
  const text = typed.trim()
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  if (text === '' || !URL.canParse(address)) return undefined
  const url = new URL(address)
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : undefined
}
