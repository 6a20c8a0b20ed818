/** A client of HTTPS for tests: trusts one authority, and reaches every name on loopback. */
import { once } from 'node:events'
import { request as requestInClear } from 'node:http'
import { Agent, request } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import type { Key } from '../server.ts'

export interface SecureAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Asked {
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface SecureClient {
  readonly ask: (url: string, asked?: Asked) => Promise<SecureAnswer>
  readonly vote: (url: string, key: Key, candidate: string) => Promise<SecureAnswer>
  readonly close: () => void
}

/** Keeps one connection. @param localAddress from where it comes */
export function secureClient(ca: string, localAddress?: string): SecureClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, ...(localAddress && { localAddress }) })
  const ask = (url: string, { method = 'GET', body, headers }: Asked = {}): Promise<SecureAnswer> => {
    const { hostname, port, pathname, search } = new URL(url)
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          ...{ agent, method, port, host: '127.0.0.1', servername: hostname, path: pathname + search },
          headers: { host: hostname, ...headers },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () =>
            resolve({ status: response.statusCode!, headers: response.headers, body: text }),
          )
          response.on('error', reject)
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  }
  return {
    ask,
    vote: (url, { personal_id, guid }, candidate) =>
      ask(`${url}/vote`, {
        method: 'POST',
        body: JSON.stringify({ personal_id, guid, candidate }),
        headers: { 'content-type': 'application/json' },
      }),
    close: () => agent.destroy(),
  }
}

/** Asks a port without TLS. @param path as it is sent: no URL makes another of it */
export function askInClear(
  port: number,
  path: string,
  { method = 'GET', body, headers = {} }: Asked = {},
): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const asked = requestInClear({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** A new connection with a key agreed. */
export async function handshake(
  url: string,
  ca: string,
  options: { readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2'; readonly ALPNProtocols?: string[] } = {},
): Promise<TLSSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: '127.0.0.1', port: Number(port), servername: hostname, ca, ...options })
  await once(socket, 'secureConnect')
  return socket
}

/** Which certificate a server shows now. */
export async function fingerprintAt(url: string, ca: string): Promise<string> {
  const socket = await handshake(url, ca)
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}
