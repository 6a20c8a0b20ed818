/**
 * How the results page is served: compressed as the browser likes, assets for good, framed by
 * nobody but where embedded.
 */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { openElectionFile, rollOf, startServer } from '../server.ts'

interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
}

/** As it comes over the wire: fetch would ask for encodings of its own and undo them. */
function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
      .on('error', reject)
      .end()
  })
}

test('pages and assets are compressed by the build; assets are immutable', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(1) })
  t.after(() => server.stop())
  const plain = await get(`${server.url}/`)
  assert.equal(plain.headers['content-encoding'], undefined)
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(plain.body.toString())![1]!
  // A page of the count is made for its election, with figures for previews: it has no copy by
  // brotli.
  for (const [path, best] of [
    ['/', 'gzip'],
    ['/e/test-election/results', 'gzip'],
    [script, 'br'],
  ] as const) {
    const asked = (encodings: string) => get(server.url + path, { 'accept-encoding': encodings })
    const uncompressed = await get(server.url + path)
    const packed = await asked('gzip, deflate, br, zstd')
    const gzip = await asked('gzip, br;q=0')
    assert.deepEqual([packed.headers['content-encoding'], gzip.headers['content-encoding']], [best, 'gzip'])
    const unpacked = best === 'br' ? brotliDecompressSync(packed.body) : gunzipSync(packed.body)
    assert.deepEqual(unpacked, uncompressed.body)
    assert.deepEqual(gunzipSync(gzip.body), uncompressed.body)
    assert.match(String(packed.headers.vary), /accept-encoding/i)
    assert.equal(packed.headers['content-type'], uncompressed.headers['content-type'])
  }
  assert.equal(
    (await get(server.url + script)).headers['cache-control'],
    'public, max-age=31536000, immutable',
  )
  assert.equal(plain.headers['cache-control'], 'no-cache')
})

test('only the embedded count may stand in another site’s frame', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(1) })
  t.after(() => server.stop())
  for (const path of [
    '/',
    '/?kiosk=1',
    '/e/test-election/results',
    '/docs',
    '/results',
    '/results?embed=mayor',
  ]) {
    const { headers } = await get(server.url + path)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'self'/, path)
    assert.equal(headers['x-frame-options'], 'SAMEORIGIN', path)
  }
  for (const path of ['/?embed=mayor', '/e/test-election/results?embed=mayor&theme=dark']) {
    const { headers } = await get(server.url + path)
    assert.match(String(headers['content-security-policy']), /^default-src 'self';.*frame-ancestors \*/, path)
    assert.equal(headers['x-frame-options'], undefined)
  }
})
