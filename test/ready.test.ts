/**
 * `elections ready`, as container engines call it: it uses the settings of `serve` and answers by
 * its exit code.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openElectionFile, rollOf, runCli, startServer, type TestServer } from './server.ts'
import { testCertificate } from './tls/certificates.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-ready-'))
const started: TestServer[] = []
after(async () => {
  for (const server of started) await server.stop()
  rmSync(dir, { recursive: true, force: true })
})

async function serve(args: readonly string[]): Promise<{ server: TestServer; port: string }> {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(2), args })
  started.push(server)
  return { server, port: new URL(server.url).port }
}

test('a server that answers is ready; after it has ended it is not', async () => {
  const { server, port } = await serve(['--host', '0.0.0.0', '--metrics-port', '0'])
  const ends = await Promise.all([
    runCli(['ready'], { ELECTIONS_HOST: '0.0.0.0', ELECTIONS_METRICS_PORT: String(server.metricsPort) }),
    // Health is on its own port there.
    runCli(['ready', '--port', port]),
  ])
  assert.deepEqual(ends[0], { code: 0, stdout: 'ready\n', stderr: '' })
  assert.equal(ends[1]!.code, 1)
  await server.terminate()
  const { code, stdout, stderr } = await runCli(['ready', '--metrics-port', String(server.metricsPort)])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^elections: 127\.0\.0\.1, port \d+: .*ECONNREFUSED.*\n$/)
})

test('it uses TLS if the server does, with any name in the certificate', async () => {
  const paths = { cert: join(dir, 'chain.pem'), key: join(dir, 'key.pem') }
  const { cert, key } = testCertificate({ names: ['vote.example.org'] })
  writeFileSync(paths.cert, cert)
  writeFileSync(paths.key, key, { mode: 0o600 })
  const tls = ['--tls-cert', paths.cert, '--tls-key', paths.key]
  const { port } = await serve(tls)
  assert.equal((await runCli(['ready', '--port', port, ...tls])).code, 0)
  assert.equal((await runCli(['ready', '--port', port])).code, 1)
})

test('a refusal is printed, and a server that never answers or never ends is not waited for', async () => {
  const answers: Readonly<Record<string, (server: Server) => void>> = {
    stopping: (server) =>
      server.on('request', (_, response) => response.writeHead(503).end('{"code":"stopping"}')),
    'status 503': (server) =>
      server.on('request', (_, response) => response.writeHead(503).end('x'.repeat(100_000))),
    'no answer within 4 s': (server) => server.on('request', () => {}),
  }
  for (const [words, answering] of Object.entries(answers)) {
    const server = createServer()
    answering(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { code, stderr } = await runCli(['ready', '--port', String(port)])
    server.closeAllConnections()
    server.close()
    assert.equal(code, 1)
    assert.equal(stderr, `elections: 127.0.0.1, port ${port}: ${words}\n`)
  }
})

test('settings that serve would refuse, or without a port, are refused', async () => {
  for (const [args, words] of [
    [['--port', '0'], /--port: is 0/],
    [['--metrics-port', '0'], /--metrics-port: is 0/],
    [['--tls-cert', 'x'], /--tls-key/],
    [['--port', 'x'], /whole number/],
  ] as const) {
    const { code, stderr } = await runCli(['ready', ...args])
    assert.equal(code, 2, stderr)
    assert.match(stderr, words)
  }
})
