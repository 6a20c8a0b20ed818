/**
 * The path of the server on its host: `/`, or for instance `/vote/` behind a proxy. A page's
 * scripts are in `assets/` below it even if the proxy changes paths, so the page needs no
 * configuration.
 */
export const BASE = /^(.*\/)assets\/[^/]*$/.exec(new URL(import.meta.url).pathname)?.[1] ?? '/'

/** The address of a path of the server. @param path begins with a slash */
export function at(path: string): string {
  return BASE + path.slice(1)
}

/** The server's path for a page's address. */
export function below(pathname: string): string {
  return pathname.startsWith(BASE) ? `/${pathname.slice(BASE.length)}` : pathname
}
