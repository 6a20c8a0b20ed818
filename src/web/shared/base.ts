/**
 * Below which path of its host the server is: `/`, or such as `/vote/` behind a proxy. A page's
 * scripts lie in `assets/` below it, whatever the proxy does to paths, so that nobody has to say it
 * to the page.
 */
export const BASE = /^(.*\/)assets\/[^/]*$/.exec(new URL(import.meta.url).pathname)?.[1] ?? '/'

/** The address of a path of the server. @param path begins with a slash */
export function at(path: string): string {
  return BASE + path.slice(1)
}

/** The path of the server that a page's address stands for. */
export function below(pathname: string): string {
  return pathname.startsWith(BASE) ? `/${pathname.slice(BASE.length)}` : pathname
}
