/**
 * What the terminal says once a server serves: addresses that people can type, and a warning where
 * others can listen on the way.
 */
import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import os, { type NetworkInterfaceInfo } from 'node:os'
import { type TestContext, test } from 'node:test'
import type { RunningServer } from '../server/server.ts'
import type { TlsSettings } from '../server/tls/settings.ts'
import { readyWords } from './ready-words.ts'

const TIMES = { id: 'city', opens_at: '2026-01-05T08:00:00Z', closes_at: '2036-01-05T20:00:00Z' }

const at = (url: string, changes: Partial<RunningServer> = {}): RunningServer => {
  const served = { election: { id: 'city', title: 'City' }, file: TIMES }
  const elections = { default: served, byId: new Map([['city', served]]) }
  const others = { operationsPort: null, plainPort: null, clientPort: null, certificate: () => null }
  return { url, elections, ...others, ...changes } as unknown as RunningServer
}

/** A machine with these addresses. */
function machineWith(t: TestContext, addresses: readonly string[]): void {
  const infos = ['127.0.0.1', ...addresses].map((address) => ({
    ...{ address, family: address.includes(':') ? 'IPv6' : 'IPv4', internal: address.startsWith('127.') },
  })) as unknown as NetworkInterfaceInfo[]
  const mocked = t.mock.method(os, 'networkInterfaces', () => ({ all: infos }))
  syncBuiltinESMExports()
  t.after(() => {
    mocked.mock.restore()
    syncBuiltinESMExports()
  })
}

const FILES: TlsSettings = {
  ...({ kind: 'files', paths: { cert: 'cert.pem', key: 'key.pem' }, httpPort: null } as const),
  domains: [],
}
const CERTIFICATE = { certificate: 'valid', expires_at: '2027-01-01T00:00:00.000Z', problem: null } as const
const ADDRESSES = ['192.168.1.20', '10.0.0.4', '169.254.3.3', 'fe80::1', '2001:db8::7']

test('on all interfaces it names addresses of this machine to type, and where people vote', (t) => {
  machineWith(t, ADDRESSES)
  const shown = (host: string, url: string, tls?: TlsSettings) =>
    readyWords(at(url, { certificate: () => CERTIFICATE }), host, tls).filter((line) =>
      /On this network/.test(line),
    )
  const here = (origin: string) => `  On this network: ${origin}; people vote at ${origin}/e/city`
  assert.deepEqual(shown('0.0.0.0', 'http://localhost:8501'), [
    here('http://192.168.1.20:8501'),
    here('http://10.0.0.4:8501'),
  ])
  assert.deepEqual(shown('::', 'https://localhost', FILES), [
    here('https://192.168.1.20'),
    here('https://10.0.0.4'),
    here('https://[2001:db8::7]'),
  ])
  assert.deepEqual(shown('127.0.0.1', 'http://127.0.0.1:8501'), [])
})

test('plain HTTP that others reach is warned of, with the way out; loopback and TLS are not', (t) => {
  machineWith(t, ADDRESSES)
  const warns = (host: string, tls?: TlsSettings): boolean => {
    const words = readyWords(at('http://x:8501', { certificate: () => CERTIFICATE }), host, tls).join('\n')
    const isWarned = /This is plain HTTP: .*others on the network can read and change voter keys/.test(words)
    assert.equal(/--domain/.test(words), isWarned)
    return isWarned
  }
  for (const host of ['0.0.0.0', '::', '192.168.1.20', 'vote.example.org']) {
    assert.equal(warns(host), true, host)
    assert.equal(warns(host, FILES), false, host)
  }
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) assert.equal(warns(host), false, host)
})
