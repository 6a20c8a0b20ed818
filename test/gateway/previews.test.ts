/**
 * What is shown of a server and its elections to people and programs that follow a link: a list, a
 * preview, words.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

const NAME = 'Ada "<b>" & \'Co\''

let server: TestServer
before(async () => {
  server = await startServer({
    definition: openElectionFile({ title: `Board ${NAME}` }),
    roll: rollOf(10),
  })
})
after(() => server.stop())

const page = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { accept: 'text/html', ...headers }, redirect: 'manual' })
const text = async (path: string, headers?: Record<string, string>) => (await page(path, headers)).text()
const tag = (html: string, property: string) =>
  new RegExp(`<meta property="${property}" content="([^"]*)">`).exec(html)?.[1]

test('a server with one election shows its count at /, with words for who shows a preview of it', async () => {
  const html = await text('/')
  assert.match(html, /<title>Board Ada &#34;&#60;b&#62;&#34; &#38; &#39;Co&#39;<\/title>/)
  assert.equal(tag(html, 'og:title'), 'Board Ada &#34;&#60;b&#62;&#34; &#38; &#39;Co&#39;')
  assert.equal(tag(html, 'og:description'), 'Voting is open. Live count, not official yet.')
  assert.equal(tag(html, 'og:url'), `${server.url}/e/test-election/results`)
  assert.equal(tag(html, 'og:image'), `${server.url}/e/test-election/preview.png`)
  assert.ok(!html.includes('<b>'))
})

test('without JavaScript a page names the downloads of its own election', async () => {
  for (const path of ['/', '/e/test-election/results', '/e/test-election/results/']) {
    const html = await text(path)
    for (const kind of ['csv', 'json'])
      assert.ok(html.includes(`<a href="/elections/test-election/results.${kind}">`), path)
    assert.ok(!html.includes('"/results.csv"'), path)
  }
})

test('the page is the same until it stands otherwise, and answers who has it', async () => {
  const first = await page('/e/test-election/results')
  const etag = first.headers.get('etag')!
  await first.text()
  assert.equal((await page('/e/test-election/results', { 'if-none-match': etag })).status, 304)
})

test('the picture: a PNG of 1200 × 630, one for all who ask for a while, of this election alone', async () => {
  await vote(server.url, server.keys[0]!, 'ada')
  const [first, second] = await Promise.all([
    page('/e/test-election/preview.png'),
    page('/e/test-election/preview.png'),
  ])
  const bytes = Buffer.from(await first.arrayBuffer())
  assert.deepEqual([first.status, first.headers.get('content-type')], [200, 'image/png'])
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1200, 630])
  assert.deepEqual(Buffer.from(await second.arrayBuffer()), bytes)
  assert.equal(first.headers.get('cache-control'), 'public, max-age=30')
  await vote(server.url, server.keys[1]!, 'ada')
  assert.deepEqual(Buffer.from(await (await page('/e/test-election/preview.png')).arrayBuffer()), bytes)
  assert.equal((await page('/e/nowhere/preview.png')).status, 404)
})

test('a host that is none stands in no page', async () => {
  const { hostname, port } = new URL(server.url)
  const { request } = await import('node:http')
  const asked = (host: string) =>
    new Promise<string>((resolve) => {
      request({ host: hostname, port, path: '/', headers: { host, accept: 'text/html' } }, async (answer) => {
        let all = ''
        for await (const chunk of answer) all += chunk
        resolve(all)
      }).end()
    })
  assert.equal(
    tag(await asked('vote.example:8443'), 'og:url'),
    'http://vote.example:8443/e/test-election/results',
  )
  for (const host of ['"><script>', 'a/b', 'a b', `${'a'.repeat(10)}@x`])
    assert.equal(tag(await asked(host), 'og:url'), undefined, host)
})

test('an address that is mistyped: a page with words and a way on, its status kept; JSON for programs', async () => {
  for (const path of ['/nothing', '/e/nowhere/results', '/elections/nowhere/results']) {
    const answer = await page(path)
    const html = await answer.text()
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type')],
      [404, 'text/html; charset=utf-8'],
      path,
    )
    assert.match(html, /<h1>There is nothing at this address<\/h1>/)
    assert.match(html, /<a href="\/">/)
    const json = await fetch(server.url + path)
    assert.equal(json.headers.get('content-type'), 'application/problem+json', path)
  }
})

test('several elections and none named: / lists them, in the reader’s language, and leads to each', async () => {
  const second = {
    ...openElectionFile({ title: 'Second <i>' }),
    id: 'second',
    opens_at: '2098-01-01T00:00:00Z',
  }
  writeFileSync(join(server.dir, 'second.json'), JSON.stringify(second))
  const made = await runCli([
    ...['init', '--definition', join(server.dir, 'second.json'), '--roll', join(server.dir, 'voters.csv')],
    ...['--data', server.dataDir, '--keys', join(server.dir, 'second-keys.csv')],
  ])
  assert.equal(made.code, 0, made.stderr)
  let html = await text('/')
  for (const endMs = Date.now() + 30_000; !html.includes('Second'); html = await text('/'))
    assert.ok(Date.now() < endMs, 'the second election is never listed')
  assert.match(html, /<h1>Elections<\/h1>/)
  assert.ok(html.includes('Second &#60;i&#62;'))
  for (const path of [
    '/e/test-election/results',
    '/e/test-election"',
    '/e/second/results',
    '/e/second/verify',
  ])
    assert.ok(html.includes(`href="${path}`), path)
  assert.ok(!html.includes('href="/e/second"'), 'voting has not begun there')
  assert.match(await text('/', { 'accept-language': 'de, es-MX;q=0.8' }), /<html lang="es".*Elecciones/s)
  assert.match(await text('/', { 'accept-language': 'ar' }), /dir="rtl"/)
  // What programs ask of the default election stays.
  assert.equal(((await (await fetch(`${server.url}/results`)).json()) as { cast: number }).cast, 2)
})
