/**
 * Certificates for tests: signed by themselves, for any names and times. Nothing but what X.509
 * asks for.
 */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

/** What signs others. */
export interface TestAuthority extends TestCertificate {
  readonly name: string
}

const DAY_MS = 86_400_000
const [INTEGER, BIT_STRING, OCTET_STRING, UTF8, SEQUENCE, SET] = [0x02, 0x03, 0x04, 0x0c, 0x30, 0x31]
/** [0], [2], [7] and [3], as tags of a certificate's members. */
const [VERSION, DNS_NAME, IP_ADDRESS, EXTENSIONS] = [0xa0, 0x82, 0x87, 0xa3]
const [BOOLEAN, GENERALIZED_TIME] = [0x01, 0x18]

export interface Wanted {
  /** Host names and IPv4 addresses; the first is the common name, too. */
  readonly names?: readonly string[]
  readonly fromMs?: number
  readonly toMs?: number
  /** Itself, if left out. */
  readonly issuer?: TestAuthority
  readonly isAuthority?: boolean
}

export function testAuthority(name: string, toMs?: number): TestAuthority {
  return { name, ...testCertificate({ names: [name], isAuthority: true, ...(toMs && { toMs }) }) }
}

export function testCertificate({
  names = ['localhost'],
  fromMs = Date.now() - DAY_MS,
  toMs = Date.now() + 90 * DAY_MS,
  issuer,
  isAuthority = false,
}: Wanted = {}): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaSha256 = der(SEQUENCE, oid('2a8648ce3d040302'))
  const subjectAltName = der(SEQUENCE, ...names.map(alternativeName))
  const body = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaSha256,
    commonName(issuer?.name ?? names[0]!),
    der(SEQUENCE, time(fromMs), time(toMs)),
    commonName(names[0]!),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      EXTENSIONS,
      der(
        SEQUENCE,
        der(SEQUENCE, oid('551d11'), der(OCTET_STRING, subjectAltName)),
        ...(isAuthority
          ? [der(SEQUENCE, oid('551d13'), der(BOOLEAN, TRUE), der(OCTET_STRING, IS_AUTHORITY))]
          : []),
      ),
    ),
  )
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key)
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', body, signer))
  const whole = der(SEQUENCE, body, ecdsaSha256, signature)
  const lines = whole.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

const TRUE = Buffer.from([0xff])
const IS_AUTHORITY = der(SEQUENCE, der(BOOLEAN, TRUE))

const alternativeName = (name: string): Buffer =>
  isIP(name) === 4
    ? der(IP_ADDRESS, Buffer.from(name.split('.').map(Number)))
    : der(DNS_NAME, Buffer.from(name))

const commonName = (name: string): Buffer =>
  der(SEQUENCE, der(SET, der(SEQUENCE, oid('550403'), der(UTF8, Buffer.from(name)))))

/** The same key, locked with a password. */
export function encryptedKey({ key }: TestCertificate): string {
  return createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'test' })
    .toString()
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), value])
}

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, '')
  return der(GENERALIZED_TIME, Buffer.from(text))
}
