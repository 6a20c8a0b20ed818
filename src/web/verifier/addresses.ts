/** The addresses of logs: beside this page, and at or below an address that the reader typed. */
import { at, below } from '../shared/base.ts'

/** The log of the election whose verifier page this is. */
export function ownLog(page: URL): string {
  const id = ownElection(page)
  return new URL(at(id === undefined ? '/log/' : `/elections/${id}/log/`), page.origin).href
}

/** `/e/ID/…` names an election. Any other page is about the default election. */
export function ownElection(page: URL): string | undefined {
  return /^\/e\/([a-z0-9_-]+)(?:\/|$)/.exec(below(page.pathname))?.[1]
}

/**
 * Matches a page of an election. The groups are the server's path, which may be empty, and the
 * election's id.
 */
const PAGE = /^((?:\/[\w.~-]+)*)\/e\/([a-z0-9_-]+)(?:\/|$)/

/**
 * The log addresses that a typed address may mean: the address of a log, an address above a log, or
 * a page of an election.
 * @returns undefined if the text is not an address
 */
export function typedLogs(typed: string): readonly string[] | undefined {
  const url = typedAddress(typed)
  if (url === undefined) return undefined
  const [, prefix = '', id] = PAGE.exec(url.pathname) ?? []
  if (id !== undefined) return [new URL(`${prefix}/elections/${id}/log/`, url.origin).href]
  url.hash = ''
  url.search = ''
  const path = url.pathname.replace(/\/?(?:checkpoint|verify)?$/, '/')
  const logAt = (more: string) => new URL(`${path}${more}`.replaceAll(/\/{2,}/g, '/'), url.origin).href
  return path.endsWith('/log/') ? [logAt('')] : [logAt('log/'), logAt('')]
}

/** The election that a typed address names, if it is a page of an election. */
export function typedElection(typed: string): string | undefined {
  const url = typedAddress(typed)
  return url && PAGE.exec(url.pathname)?.[2]
}

function typedAddress(typed: string): URL | undefined {
  const text = typed.trim()
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  if (text === '' || !URL.canParse(address)) return undefined
  const url = new URL(address)
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : undefined
}
