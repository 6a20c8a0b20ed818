/**
 * Derives the addresses of the page's data from the page's own path: `/` shows the default
 * election, `/e/ID/results` shows the election with that id.
 */
import { at } from '../shared/base.ts'

export interface Addresses {
  /** The snapshot. Its stream is at a path below this one. */
  readonly results: string
  readonly csv: string
  readonly json: string
  readonly cdf: string
  readonly history: string
  /** The signed document of a certified result, and its PDF. */
  readonly certification: string
  readonly certificate: string
  /** The page that checks the public log in the reader's browser. */
  readonly verifier: string
}

/** @param pathname path of the page without the server's base path */
export function addressesFor(pathname: string): Addresses {
  const id = /^\/e\/([a-z0-9_-]+)\/results\/?$/.exec(pathname)?.[1]
  const results = at(id === undefined ? '/results' : `/elections/${id}/results`)
  const log = at(id === undefined ? '/log' : `/elections/${id}/log`)
  return {
    results,
    history: `${results}/history`,
    verifier: at(id === undefined ? '/verify' : `/e/${id}/verify`),
    csv: `${results}.csv`,
    json: `${results}.json`,
    cdf: `${results}.cdf.json`,
    certification: `${log}/certification.json`,
    certificate: `${log}/certification.pdf`,
  }
}

/** Address of the map of an election's districts. The map's SHA-256 names it. */
export const mapAddress = (election: string, sha256: string): string =>
  at(`/e/${election}/pictures/${sha256}`)
