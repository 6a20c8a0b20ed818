/** Tests that pages sent without encryption say so, in every encoding. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'

let server: TestServer

before(async () => {
  server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(2),
    args: ['--trust-proxy', '2'],
  })
})

after(() => server?.stop())

const PAGES = ['/', '/e/test-election', '/e/test-election/', '/e/test-election/results']

for (const encoding of ['identity', 'gzip', 'br'])
  test(`the booth and the dashboard warn readers without TLS (${encoding})`, async () => {
    const page = async (path: string, proto?: string) => {
      const headers: Record<string, string> = { accept: 'text/html', 'accept-encoding': encoding }
      if (proto !== undefined) headers['x-forwarded-proto'] = proto
      const answer = await fetch(server.url + path, { headers })
      return { etag: answer.headers.get('etag'), text: await answer.text() }
    }
    for (const path of PAGES) {
      const clear = await page(path, 'http, https')
      const secure = await page(path, 'https, http')
      const local = await page(path)
      for (const language of ['en', 'es', 'ar'])
        assert.match(clear.text, new RegExp(`<p lang="${language}"[^>]*><strong>[^<]*https://`), path)
      assert.ok(!secure.text.includes('in-clear') && !local.text.includes('in-clear'), path)
      assert.equal(secure.text, local.text)
      // A page cached from one way is not used on the other.
      assert.notEqual(clear.etag, secure.etag)
      const again = await fetch(server.url + path, {
        headers: {
          'if-none-match': secure.etag!,
          'accept-encoding': encoding,
          'x-forwarded-proto': 'http, http',
        },
      })
      assert.equal(again.status, 200)
      await again.arrayBuffer()
    }
  })
