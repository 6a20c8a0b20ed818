/**
 * Files for TLS with the engines are read again when they change, and never replaced by unusable
 * ones.
 */
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { encryptedKey, testAuthority, testCertificate } from '../../../test/tls/certificates.ts'
import { engineContext, enginePem, serverName, UnfitEngineFile } from './engine-tls.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-engine-tls-'))
after(() => rmSync(dir, { recursive: true }))

const authority = testAuthority('Engines')
const own = testCertificate({ names: ['elections'], issuer: authority })
let files = 0
function file(text: string): string {
  const path = join(dir, `${files++}.pem`)
  writeFileSync(path, text)
  return path
}

test('one context is used while the files stay unchanged, and another once they change', () => {
  const client = { certFile: file(own.cert), keyFile: file(own.key) }
  const tls = { caFile: file(authority.cert), client }
  const first = engineContext(tls)
  assert.equal(engineContext({ ...tls, client: { ...client } }), first)
  const renewed = testCertificate({ names: ['elections'], issuer: authority })
  writeFileSync(client.certFile, renewed.cert)
  // The new certificate exists but its key does not yet: the matching pair stays in use.
  assert.equal(engineContext(tls), first)
  assert.equal(enginePem(tls).client?.chain, own.cert)
  writeFileSync(client.keyFile, renewed.key)
  assert.notEqual(engineContext(tls), first)
  assert.deepEqual(enginePem(tls).client, { chain: renewed.cert, key: renewed.key })
  rmSync(tls.caFile)
  assert.equal(enginePem(tls).ca, authority.cert)
})

test('texts contain only certificates, and the key in the one form that Java reads', () => {
  const other = testAuthority('Others')
  const sec1 = createPrivateKey(own.key).export({ type: 'sec1', format: 'pem' }).toString()
  const pem = enginePem({
    caFile: file(`# Engines\n${authority.cert}\nOthers: none\n${other.cert}`),
    client: { certFile: file(`${own.cert}${authority.cert}`), keyFile: file(sec1) },
  })
  assert.deepEqual(pem, {
    ca: `${authority.cert}${other.cert}`,
    client: { chain: `${own.cert}${authority.cert}`, key: own.key },
  })
  assert.deepEqual(enginePem(), { ca: undefined, client: undefined })
  assert.equal(engineContext(), engineContext({}))
})

test('unusable files are refused by name, with no byte of a key', () => {
  const stranger = testCertificate()
  const certFile = file(own.cert)
  const keyFile = file(own.key)
  for (const [tls, path, words] of [
    [{ caFile: join(dir, 'none.pem') }, join(dir, 'none.pem'), /^there is no such file$/],
    [{ caFile: dir }, dir, /^is not a plain file$/],
    [{ caFile: keyFile }, keyFile, /^contains no certificate \(PEM/],
    [{ client: { certFile, keyFile: certFile } }, certFile, /^contains no key that can be read/],
    [{ client: { certFile: keyFile, keyFile } }, keyFile, /^contains no certificate/],
  ] as const)
    assert.throws(
      () => engineContext(tls),
      (cause) => cause instanceof UnfitEngineFile && cause.path === path && words.test(cause.message),
      path,
    )
  for (const [key, words] of [
    [stranger.key, /^is not the key of .*\.pem$/],
    [encryptedKey(own), /^is encrypted: /],
  ] as const) {
    const path = file(key)
    assert.throws(
      () => engineContext({ client: { certFile, keyFile: path } }),
      (cause) => cause instanceof UnfitEngineFile && cause.path === path && words.test(cause.message),
    )
  }
  const broken = file(authority.cert.replace(/\n[^-]{20}/, '\n'))
  assert.throws(() => engineContext({ caFile: broken }), /certificate 1 cannot be read/)
  const large = file(authority.cert.repeat(4_000))
  assert.throws(() => engineContext({ caFile: large }), /too large/)
})

test('a host name is checked against the certificate by name, an address is not', () => {
  assert.equal(serverName('redis.example.org'), 'redis.example.org')
  for (const address of ['127.0.0.1', '::1', '[::1]']) assert.equal(serverName(address), undefined)
})
