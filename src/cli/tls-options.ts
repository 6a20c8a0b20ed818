/** The options of `serve` that make it speak TLS by itself, and where it listens then. */
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
      'the host name that voters open: gets and renews a certificate for it (ACME, HTTP-01), or holds --tls-cert ' +
        'against it; may be repeated',
    ).argParser((text, before: readonly string[] | undefined) => [...(before ?? []), domain(text)]),
    new Option(
      '--acme-directory <url>',
      'the authority that --domain gets certificates from; asking it is to agree to its terms (default: Let’s Encrypt)',
    ).argParser(directory),
    new Option('--acme-email <address>', 'where that authority may write to').argParser(email),
    new Option(
      '--tls-cert <file>',
      'a certificate of your own with its chain, PEM; read again when it changes',
    ),
    new Option('--tls-key <file>', 'the key of that certificate, PEM'),
    new Option(
      '--http-port <n>',
      `with TLS: the port that sends people to the secure address and refuses votes (default: ${HTTP_PORT} with --domain)`,
    ).argParser((text) => wholeNumber(text, 0, 65_535)),
    new Option(
      '--tls-client-ca <file>',
      'with TLS: asks clients for a certificate of these authorities (PEM), to which access tokens can be bound; read again ' +
        'when it changes',
    ),
    new Option(
      '--tls-client-port <n>',
      'a port of its own where every client needs such a certificate; the other port then asks nobody for one',
    ).argParser((text) => wholeNumber(text, 0, 65_535)),
    new Option(
      '--tls-client-required',
      'lets nobody connect without such a certificate: for a server that only proxies and machines of your own reach',
    ),
  ]
}

/**
 * @returns undefined where the server is to speak plain HTTP. @throws {BadInput} for options that
 *   do not go together
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
      'gets no certificate on a cluster: the authority’s question may reach another gateway; end TLS at the load balancer, or give --tls-cert and --tls-key',
    )
  return {
    ...{ kind: 'acme', domains, httpPort, ...clients, directoryUrl: acmeDirectory ?? LETS_ENCRYPT },
    ...(acmeEmail !== undefined && { email: acmeEmail }),
  }
}

/** @throws {BadInput} for options that do not go together */
function clientSettings(options: TlsOptions): { readonly clients?: ClientSettings } {
  const { domain: domains = [], tlsCert, tlsClientCa, tlsClientPort, tlsClientRequired } = options
  const lone = tlsClientPort === undefined ? '--tls-client-required' : '--tls-client-port'
  if (tlsClientCa === undefined) {
    if (tlsClientPort !== undefined || tlsClientRequired)
      throw wrong(lone, 'needs the authorities whose certificates are good: give --tls-client-ca too')
    return {}
  }
  if (domains.length === 0 && tlsCert === undefined)
    throw wrong('--tls-client-ca', 'is for servers with TLS: give --domain or --tls-cert too')
  if (tlsClientPort !== undefined && tlsClientRequired)
    throw wrong(
      '--tls-client-required',
      'is for the port that all use, and --tls-client-port names one for clients with a certificate',
    )
  const where = tlsClientPort !== undefined ? { port: tlsClientPort } : tlsClientRequired ? 'needed' : 'asked'
  return { clients: { path: tlsClientCa, where } }
}

/** Where a server listens that was not told: for a domain, where browsers look for it. */
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
    throw wrong(acme, 'is for certificates that the server gets itself, and --tls-cert names one')
  if ((acmeDirectory ?? acmeEmail) !== undefined && domains.length === 0)
    throw wrong(acme, 'needs a name to get a certificate for: give --domain too')
  if (httpPort !== undefined && domains.length === 0 && tlsCert === undefined)
    throw wrong(
      '--http-port',
      'is for servers with TLS: give --domain or --tls-cert too, or --port for this one',
    )
  if (domains.length > MOST_DOMAINS)
    throw wrong('--domain', `at most ${MOST_DOMAINS} names fit one certificate`)
  const twice = domains.find((name, i) => domains.indexOf(name) !== i)
  if (twice !== undefined) throw wrong('--domain', `"${twice}" is named twice`)
}

/** Names in any script, as they stand in a certificate. */
function domain(text: string): string {
  const name = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase()
  if (text.includes('*'))
    throw new InvalidArgumentError('HTTP-01 gives no certificate for a wildcard: name each host.')
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
