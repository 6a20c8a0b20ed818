/**
 * Whether others can read a voter's request in transit. Only for a warning on the pages: an
 * attacker who can forge the header can also remove the warning from the page.
 */
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { entryFromRight, socketNetwork } from './address.ts'

/**
 * @param proxies the number of the operator's proxies in front
 * @returns also false if no header says how the voter reached the proxy
 */
export function travelsInClear({ socket, headers }: IncomingMessage, proxies: number): boolean {
  if ((socket as TLSSocket).encrypted) return false
  const said = headers['x-forwarded-proto']
  if (said !== undefined) return outermost(String(said), proxies) !== 'https'
  return proxies === 0 && !socketNetwork(socket.remoteAddress).loopback
}

/**
 * The entry of the proxy that voters reach; proxies behind it may have appended to the header or
 * replaced it.
 */
function outermost(list: string, proxies: number): string {
  const entry = entryFromRight(list, Math.max(1, proxies)) ?? list.split(',', 1)[0]!
  return entry.trim().toLowerCase()
}
