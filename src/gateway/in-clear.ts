/**
 * Whether what a voter sends can be read on its way. For a warning on the pages alone: who could
 * forge what it goes by could as well take the warning out of the page.
 */
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { entryFromRight, socketNetwork } from './address.ts'

/**
 * @param proxies how many proxies of one's own stand in front
 * @returns false too where nobody says how the voter reached the proxy
 */
export function travelsInClear({ socket, headers }: IncomingMessage, proxies: number): boolean {
  if ((socket as TLSSocket).encrypted) return false
  const said = headers['x-forwarded-proto']
  if (said !== undefined) return outermost(String(said), proxies) !== 'https'
  return proxies === 0 && !socketNetwork(socket.remoteAddress).loopback
}

/**
 * What the proxy that voters reach has said; proxies behind it may have added to it, or put theirs
 * in its place.
 */
function outermost(list: string, proxies: number): string {
  const entry = entryFromRight(list, Math.max(1, proxies)) ?? list.split(',', 1)[0]!
  return entry.trim().toLowerCase()
}
