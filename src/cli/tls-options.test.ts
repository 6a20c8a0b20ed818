/** The options of TLS: which do not fit together, and which settings follow from them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { LETS_ENCRYPT } from '../server/tls/settings.ts'
import { listening, type TlsOptions, tlsOptions, tlsSettings } from './tls-options.ts'

function parsed(args: readonly string[]): TlsOptions {
  const command = new Command('serve').exitOverride().configureOutput({ writeErr: () => {} })
  for (const option of tlsOptions()) command.addOption(option)
  return command.parse(args, { from: 'user' }).opts()
}

const FILES = ['--tls-cert', 'c.pem', '--tls-key', 'k.pem']

test('a domain is enough for a certificate: Let’s Encrypt, ports 443 and 80, all addresses', () => {
  const settings = tlsSettings(parsed(['--domain', 'Vote.Example.ORG.', '--domain', 'bücher.example']), false)
  assert.deepEqual(settings, {
    ...{ kind: 'acme', domains: ['vote.example.org', 'xn--bcher-kva.example'] },
    ...{ httpPort: 80, directoryUrl: LETS_ENCRYPT },
  })
  const { port, host } = listening({}, settings)
  assert.equal(port, 443)
  assert.match(host, /^(::|0\.0\.0\.0)$/)
  assert.deepEqual(listening({ port: 8443, host: '192.0.2.1' }, settings), { port: 8443, host: '192.0.2.1' })
})

test('without a domain nothing changes: loopback, 8501, no port without TLS', () => {
  assert.equal(tlsSettings(parsed([]), false), undefined)
  assert.deepEqual(listening({}, undefined), { port: 8501, host: '127.0.0.1' })
  const settings = tlsSettings(parsed(FILES), true)
  assert.deepEqual(settings, {
    ...{ kind: 'files', paths: { cert: 'c.pem', key: 'k.pem' }, domains: [], httpPort: null },
  })
  assert.deepEqual(listening({}, settings), { port: 8501, host: '127.0.0.1' })
})

test('options that do not fit together are refused by name', () => {
  const cases: readonly (readonly [readonly string[], RegExp, boolean?])[] = [
    [['--tls-cert', 'c.pem'], /^--tls-cert: needs its key/],
    [['--tls-key', 'k.pem'], /^--tls-key: needs its certificate/],
    [['--acme-email', 'a@example.org'], /^--acme-email: needs the name/],
    [['--acme-directory', 'https://acme.example/dir'], /^--acme-directory: needs the name/],
    [
      [...FILES, '--domain', 'a.example', '--acme-email', 'a@example.org'],
      /^--acme-email: is for certificates/,
    ],
    [['--http-port', '80'], /^--http-port: is for servers with TLS/],
    [['--domain', 'a.example', '--domain', 'A.example'], /^--domain: "a.example" is named twice/],
    [['--domain', 'a.example'], /^--domain: cannot get a certificate on a cluster.*--tls-cert/, true],
  ]
  for (const [args, message, isOnCluster = false] of cases)
    assert.throws(
      () => tlsSettings(parsed(args), isOnCluster),
      (error) => error instanceof BadInput && message.test(error.message),
      args.join(' '),
    )
})

test('an invalid host name, directory, address or port is refused', () => {
  for (const name of [
    '*.example.org',
    '192.0.2.1',
    '[::1]',
    'a b',
    'http://a.example',
    'a.example:443',
    '',
    '-a.example',
    'a..b',
  ])
    assert.throws(() => parsed(['--domain', name]), /host/, name)
  for (const url of ['http://acme.example/dir', 'acme.example', 'https://u:p@acme.example/dir'])
    assert.throws(() => parsed(['--acme-directory', url]), /address such as/, url)
  for (const address of ['clerk', 'a@b,c@d', 'a b@c', '@x'])
    assert.throws(() => parsed(['--acme-email', address]), /e-mail/, address)
  assert.throws(() => parsed(['--http-port', '65536']), /whole number/)
})
