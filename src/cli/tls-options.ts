/** The options of `serve` for TLS, and the address and port that follow from them. */
import { domainToASCII } from 'node:url'
import { InvalidArgumentError, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { everyAddress } from '../adapters/node/own-addresses.ts'
import { type ClientSettings, LETS_ENCRYPT, type TlsSettings } from '../server/tls/settings.ts'
import { wholeNumber } from './options.ts'

export interface TlsOptions {
  readonly domain?: readonly string[]
  readonly acmeDirectory?: string
  readonly acmeEmail?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly httpPort?: number
  readonly tlsClientCa?: string
  readonly tlsClientPort?: number
  readonly tlsClientRequired?: boolean
}

const PORT = 8501
const HTTPS_PORT = 443
const HTTP_PORT = 80
/** Names in one certificate, at Let's Encrypt. */
const MOST_DOMAINS = 100
const LABELS = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export function tlsOptions(): readonly Option[] {
  return [
    new Option(
      '--domain <name>',
      'the host name that voters open: the server gets and renews a certificate for it (ACME, ' +
        'HTTP-01), or checks that --tls-cert covers it; may be repeated',
    ).argParser((text, before: readonly string[] | undefined) => [...(before ?? []), domain(text)]),
    new Option(
      '--acme-directory <url>',
      'the certificate authority for --domain; a request means that you agree to its terms ' +
        '(default: Let’s Encrypt)',
    ).argParser(directory),
    new Option('--acme-email <address>', 'your e-mail address for that authority').argParser(email),
    new Option('--tls-cert <file>', 'your own certificate with its chain, PEM; read again when it changes'),
    new Option('--tls-key <file>', 'the key of that certificate, PEM'),
    new Option(
      '--http-port <n>',
      'with TLS: the port that redirects to the secure address and refuses votes (default: ' +
        `${HTTP_PORT} with --domain)`,
    ).argParser((text) => wholeNumber(text, 0, 65_535)),
    new Option(
      '--tls-client-ca <file>',
      'with TLS: request client certificates of these authorities (PEM); access tokens can be bound ' +
        'to them; read again when it changes',
    ),
    new Option(
      '--tls-client-port <n>',
      'a separate port where every client needs such a certificate; the other port then does not request one',
    ).argParser((text) => wholeNumber(text, 0, 65_535)),
    new Option(
      '--tls-client-required',
      'refuse every connection without such a certificate: for a server that only your own proxies ' +
        'and machines reach',
    ),
  ]
}

/**
 * @returns undefined if the server is to speak plain HTTP
 * @throws {BadInput} for options that do not fit together
 */
export function tlsSettings(options: TlsOptions, isOnCluster: boolean): TlsSettings | undefined {
  const { domain: domains = [], acmeDirectory, acmeEmail, tlsCert, tlsKey } = options
  refuseLoneOptions(options)
  const httpPort = options.httpPort ?? (domains.length > 0 ? HTTP_PORT : null)
  const clients = clientSettings(options)
  if (tlsCert !== undefined && tlsKey !== undefined)
    return { kind: 'files', paths: { cert: tlsCert, key: tlsKey }, domains, httpPort, ...clients }
  if (domains.length === 0) return undefined
  if (isOnCluster)
    throw wrong(
      '--domain',
      'cannot get a certificate on a cluster, because the authority’s check may reach another ' +
        'gateway: end TLS at the load balancer, or give --tls-cert and --tls-key',
    )
  return {
    ...{ kind: 'acme', domains, httpPort, ...clients, directoryUrl: acmeDirectory ?? LETS_ENCRYPT },
    ...(acmeEmail !== undefined && { email: acmeEmail }),
  }
}

/** @throws {BadInput} for options that do not fit together */
function clientSettings(options: TlsOptions): { readonly clients?: ClientSettings } {
  const { domain: domains = [], tlsCert, tlsClientCa, tlsClientPort, tlsClientRequired } = options
  const lone = tlsClientPort === undefined ? '--tls-client-required' : '--tls-client-port'
  if (tlsClientCa === undefined) {
    if (tlsClientPort !== undefined || tlsClientRequired)
      throw wrong(lone, 'needs the authorities of the client certificates: give --tls-client-ca too')
    return {}
  }
  if (domains.length === 0 && tlsCert === undefined)
    throw wrong('--tls-client-ca', 'is for servers with TLS: give --domain or --tls-cert too')
  if (tlsClientPort !== undefined && tlsClientRequired)
    throw wrong(
      '--tls-client-required',
      'applies to the public port, but --tls-client-port names a separate port for client ' +
        'certificates: give one of them',
    )
  const where = tlsClientPort !== undefined ? { port: tlsClientPort } : tlsClientRequired ? 'needed' : 'asked'
  return { clients: { path: tlsClientCa, where } }
}

/** The address and port of the server. With a domain they default to those that browsers use. */
export function listening(
  asked: { readonly port?: number; readonly host?: string },
  settings: TlsSettings | undefined,
): { readonly port: number; readonly host: string } {
  const isForDomain = settings !== undefined && settings.domains.length > 0
  return {
    port: asked.port ?? (isForDomain ? HTTPS_PORT : PORT),
    host: asked.host ?? (isForDomain ? everyAddress() : '127.0.0.1'),
  }
}

function refuseLoneOptions({
  domain: domains = [],
  acmeDirectory,
  acmeEmail,
  tlsCert,
  tlsKey,
  httpPort,
}: TlsOptions) {
  if (tlsCert !== undefined && tlsKey === undefined)
    throw wrong('--tls-cert', 'needs its key: give --tls-key too')
  if (tlsKey !== undefined && tlsCert === undefined)
    throw wrong('--tls-key', 'needs its certificate: give --tls-cert too')
  const acme = acmeDirectory === undefined ? '--acme-email' : '--acme-directory'
  if ((acmeDirectory ?? acmeEmail) !== undefined && tlsCert !== undefined)
    throw wrong(acme, 'is for certificates that the server gets itself, but --tls-cert names one')
  if ((acmeDirectory ?? acmeEmail) !== undefined && domains.length === 0)
    throw wrong(acme, 'needs the name for the certificate: give --domain too')
  if (httpPort !== undefined && domains.length === 0 && tlsCert === undefined)
    throw wrong(
      '--http-port',
      'is for servers with TLS: give --domain or --tls-cert too, or use --port for plain HTTP',
    )
  if (domains.length > MOST_DOMAINS)
    throw wrong('--domain', `is given too often: a certificate has at most ${MOST_DOMAINS} names`)
  const twice = domains.find((name, i) => domains.indexOf(name) !== i)
  if (twice !== undefined) throw wrong('--domain', `"${twice}" is named twice`)
}

/** Converts a host name in any script to its form in certificates (ASCII, lower case). */
function domain(text: string): string {
  const name = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase()
  if (text.includes('*'))
    throw new InvalidArgumentError('HTTP-01 does not support wildcards: name each host.')
  if (!LABELS.test(name) || /^[\d.]+$/.test(name))
    throw new InvalidArgumentError('It must be a host name such as vote.example.org.')
  return name
}

function directory(text: string): string {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.hash !== '')
    throw new InvalidArgumentError('It must be an address such as https://acme.example.org/directory.')
  return url.href
}

function email(text: string): string {
  if (!/^[^\s@,?]{1,64}@[^\s@,?]{1,255}$/.test(text))
    throw new InvalidArgumentError('It must be one e-mail address.')
  return text
}

function wrong(option: string, message: string): BadInput {
  return new BadInput(option, [{ message }])
}
