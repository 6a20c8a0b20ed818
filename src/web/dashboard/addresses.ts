/** Where the page's data is, from where the page is: `/` shows the default election, `/e/ID/results` a named one. */
export interface Addresses {
  readonly stream: string
  readonly csv: string
  readonly json: string
  readonly cdf: string
  readonly history: string
  /** The page that checks the public log in the reader's browser. */
  readonly verifier: string
}

export function addressesFor(pathname: string): Addresses {
  const id = /^\/e\/([a-z0-9_-]+)\/results\/?$/.exec(pathname)?.[1]
  const results = id === undefined ? '/results' : `/elections/${id}/results`
  return {
    stream: `${results}/stream`,
    history: `${results}/history`,
    verifier: id === undefined ? '/verify' : `/e/${id}/verify`,
    csv: `${results}.csv`,
    json: `${results}.json`,
    cdf: `${results}.cdf.json`,
  }
}
