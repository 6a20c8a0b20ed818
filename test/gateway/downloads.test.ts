/**
 * Tests result documents as readers get them: created once for all, identified by ETag, compressed
 * once.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'

const READERS = 25
/** Enough districts for documents that are worth compressing. */
const DISTRICTS = Array.from({ length: 60 }, (_, i) => ({ id: `d${i}`, name: `District ${i}` }))
const DOCUMENTS = ['results.json', 'results.csv', 'results.cdf.json']

async function serve(t: TestContext): Promise<TestServer> {
  const definition = openElectionFile({ districts: DISTRICTS })
  const server = await startServer({ definition, roll: rollOf(6, ['d0', 'd1']) })
  t.after(() => server.stop())
  return server
}

async function timesMade(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.includes(`_documents_made_total{`) && each.includes(name))
  return Number(line?.split(' ').at(-1) ?? 0)
}

test('a document is created once for all its readers, and identified by its ETag', async (t) => {
  const { url, keys } = await serve(t)
  assert.equal((await vote(url, keys[0]!, 'ada')).status, 201)
  const tags = new Map<string, string>()
  for (const name of DOCUMENTS) {
    const read = async () => {
      const answer = await fetch(`${url}/${name}`, { headers: { 'accept-encoding': 'identity' } })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=1')
      return [answer.headers.get('etag')!, await answer.text()] as const
    }
    const answers = await Promise.all(Array.from({ length: READERS }, read))
    assert.equal(new Set(answers.map(String)).size, 1, name)
    const [etag] = answers[0]!
    assert.match(etag, /^"[\w-]{22}"$/)
    tags.set(name, etag)
    const again = await fetch(`${url}/${name}`, { headers: { 'if-none-match': etag } })
    // The reader takes compressed answers, and has the other form.
    assert.equal(again.status, 200)
    const same = { 'if-none-match': etag, 'accept-encoding': 'identity' }
    const held = await fetch(`${url}/${name}`, { headers: same })
    assert.deepEqual([held.status, held.headers.get('etag'), await held.text()], [304, etag, ''])
  }
  for (const name of DOCUMENTS) assert.equal(await timesMade(url, name), 1, name)

  assert.equal((await vote(url, keys[1]!, 'grace')).status, 201)
  for (const [name, etag] of tags) {
    const answer = await changedFrom(`${url}/${name}`, etag)
    assert.equal(answer.status, 200, name)
    assert.notEqual(answer.headers.get('etag'), etag)
  }
})

/** Asks until the document is another one: it is created again only when there is spare time. */
async function changedFrom(address: string, etag: string): Promise<Response> {
  const headers = { 'if-none-match': etag, 'accept-encoding': 'identity' }
  const endMs = performance.now() + 30_000
  for (;;) {
    const answer = await fetch(address, { headers })
    if (answer.status !== 304 || performance.now() > endMs) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const tagOf = ({ headers }: Response) => headers.get('etag')!.replace('-gzip', '')

/**
 * Fetches both forms of one version: a busy server may create the next one between two requests.
 */
async function bothForms(address: string): Promise<{ plain: Response; packed: Response }> {
  for (;;) {
    const plain = await fetch(address, { headers: { 'accept-encoding': 'gzip;q=0' } })
    const packed = await fetch(address, { headers: { 'accept-encoding': 'br, gzip' } })
    if (tagOf(plain) === tagOf(packed)) return { plain, packed }
    await Promise.all([plain.arrayBuffer(), packed.arrayBuffer()])
  }
}

test('the compressed form of a document has another ETag and the same content', async (t) => {
  const { url } = await serve(t)
  for (const name of [...DOCUMENTS, 'results']) {
    const { plain, packed } = await bothForms(`${url}/${name}`)
    const encodings = [plain, packed].map(({ headers }) => headers.get('content-encoding'))
    assert.deepEqual(encodings, [null, 'gzip'], name)
    for (const { headers } of [plain, packed]) assert.equal(headers.get('vary'), 'accept-encoding')
    const etag = packed.headers.get('etag')!
    assert.notEqual(etag, plain.headers.get('etag'))
    assert.equal(await packed.text(), await plain.text())
    const held = await fetch(`${url}/${name}`, {
      headers: { 'if-none-match': etag, 'accept-encoding': 'gzip' },
    })
    assert.equal(held.status, 304, name)
  }
})
