/**
 * schemathesis against a running server, by the document that it publishes: whatever is sent, no
 * answer is a fault of the server's (5xx), and each has a status, media type, headers and body that
 * are documented.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { addToken } from '../../src/organise/access-tokens.ts'
import { pythonTools, withoutPython } from '../python-tools.ts'
import { openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'

const skip = withoutPython()
const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** A stream does not end; its events are held against their schema in api.test.ts. */
const ENDLESS = ['followResults', 'followElectionResults']
const CHECKS = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance']
const MORE_CHECKS = ['response_headers_conformance', 'response_schema_conformance', 'negative_data_rejection']
const LAST_CHECKS = ['positive_data_acceptance', 'unsupported_method', 'allow_header_conformance']
/** The same handlers as below `/elections/ID`, where they are asked. */
const SHORT = '^/(results|log)\\b'
const SEED = 20_261_123

let server: TestServer
let document: string

before(async () => {
  if (skip) return
  server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(400),
    // Its wrong keys all come from here.
    args: ['--wrong-keys', '0'],
  })
  const { tracker } = (await (await vote(server.url, server.keys[0]!, 'ada')).json()) as { tracker: string }
  document = await withRealExamples(tracker)
})
after(() => server?.stop())

/**
 * The document with examples of this election, so that some requests are as good as they can be.
 */
async function withRealExamples(tracker: string): Promise<string> {
  const text = await (await fetch(`${server.url}/openapi.json`)).text()
  const { personal_id, guid } = server.keys[1]!
  return text
    .replaceAll('town-2026', 'test-election')
    .replaceAll('P0000001', personal_id)
    .replaceAll('7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e', guid)
    .replaceAll('O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw', tracker)
}

async function schemathesis(of: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const file = join(server.dir, 'openapi.json')
  writeFileSync(file, of)
  const child = spawn(
    join(pythonTools(), 'schemathesis'),
    [
      ...['--config-file', join(ROOT, 'python/schemathesis.toml'), 'run', file, '--url', server.url],
      ...['--checks', [...CHECKS, ...MORE_CHECKS, ...LAST_CHECKS].join(',')],
      ...['--seed', String(SEED), '--workers', '1', '--no-color', '--no-shrink', '--continue-on-failure'],
      ...['--request-timeout', '20', '--suppress-health-check', 'all', '--warnings', 'off', ...args],
    ],
    {
      cwd: server.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: join(ROOT, 'python') },
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

test('schemathesis finds no fault and no answer that is not documented', { skip }, async () => {
  const { code, output } = await schemathesis(document, [
    ...['--phases', 'examples,coverage,fuzzing', '--max-examples', '6'],
    ...['--exclude-path-regex', SHORT],
    ...ENDLESS.flatMap((id) => ['--exclude-operation-id', id]),
  ])
  assert.equal(code, 0, output)
  assert.match(output, /Tested: \d\d/)
  assert.doesNotMatch(server.stderr(), /a request failed/)
})

test('nor where it comes with a token that may do everything', { skip }, async () => {
  const { text } = await addToken(
    { dataDir: server.dataDir },
    {
      name: 'schemathesis',
      scopes: ['cast', 'results', 'amend'],
      expiresAtMs: Date.parse('2099-01-01T00:00:00Z'),
      perSecond: 1_000,
    },
  )
  const operations = ['castVote', 'castBallot', 'getBallotStyle', 'getElectionResults', 'extendVoting']
  const { code, output } = await schemathesis(
    document.replaceAll('2026-11-23T20:00:00.000Z', '2099-06-01T00:00:00Z'),
    [
      ...['--phases', 'examples,fuzzing', '--max-examples', '6', '--header', `Authorization: Bearer ${text}`],
      // What a time must be its schema says in words.
      ...['--exclude-checks', 'positive_data_acceptance'],
      ...operations.flatMap((id) => ['--include-operation-id', id]),
    ],
  )
  assert.equal(code, 0, output)
  const { closes_at } = (await (await fetch(`${server.url}/elections/test-election`)).json()) as {
    closes_at: string
  }
  assert.match(closes_at, /^2099-06-01/, 'the token was taken')
})

test('schemathesis finds an answer that the document leaves out', { skip }, async () => {
  const lacking = JSON.parse(document) as { paths: Record<string, { post: { responses: object } }> }
  const { responses } = lacking.paths['/vote']!.post
  Object.assign(lacking.paths['/vote']!.post, { responses: { 201: (responses as { 201: object })[201] } })
  const { code, output } = await schemathesis(JSON.stringify(lacking), [
    ...['--phases', 'examples,fuzzing', '--max-examples', '3', '--include-operation-id', 'castVote'],
  ])
  assert.equal(code, 1, output)
  assert.match(output, /Undocumented status code/)
})
