import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { credentialSource } from './credentials.ts'

const root = mkdtempSync(join(tmpdir(), 'credentials-'))
after(() => rmSync(root, { recursive: true }))

const ROLE = 'arn:aws:iam::123456789012:role/publisher'
const UNTIL = '2026-11-29T22:00:00Z'
const UNTIL_MS = Date.parse(UNTIL)
const ENV = { AWS_ACCESS_KEY_ID: 'AKIA0', AWS_SECRET_ACCESS_KEY: 'hush-0' }
const NOBODY = 'http://127.0.0.1:9'

async function serving(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    answer(request, response, body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const fileOf = (name: string, text: string): string => {
  const path = join(root, name)
  writeFileSync(path, text)
  return path
}
const json = (id: string) =>
  JSON.stringify({ AccessKeyId: id, SecretAccessKey: 'hush-1', Token: 'hush-2', Expiration: UNTIL })

test('given credentials come first, then those of the environment', async () => {
  const given = { accessKeyId: 'G', secretAccessKey: 'hush' }
  assert.deepEqual(await credentialSource(given, 'r', ENV, () => 0).get(), given)
  const { accessKeyId, sessionToken } = await credentialSource(
    null,
    'r',
    { ...ENV, AWS_SESSION_TOKEN: 'hush-3' },
    () => 0,
  ).get()
  assert.deepEqual([accessKeyId, sessionToken], ['AKIA0', 'hush-3'])
})

test('a web identity is exchanged for credentials of the role (IRSA)', async (t) => {
  const asked: URLSearchParams[] = []
  const sts = await serving(t, (_request, response, body) => {
    asked.push(new URLSearchParams(body))
    response.end(`<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
      <AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>hush-1</SecretAccessKey>
      <SessionToken>hush-2</SessionToken>
      <Expiration>${UNTIL}</Expiration></Credentials>
      </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`)
  })
  let nowMs = UNTIL_MS - 3_600_000
  const source = credentialSource(
    null,
    'eu-central-1',
    {
      AWS_ROLE_ARN: ROLE,
      AWS_WEB_IDENTITY_TOKEN_FILE: fileOf('token', 'the.web.token\n'),
      AWS_ENDPOINT_URL_STS: sts,
    },
    () => nowMs,
  )
  for (let i = 0; i < 2; i++)
    assert.deepEqual(await source.get(), {
      ...{ accessKeyId: 'ASIA1', secretAccessKey: 'hush-1', sessionToken: 'hush-2' },
      expiresAtMs: UNTIL_MS,
    })
  assert.equal(asked.length, 1)
  assert.deepEqual(
    ['Action', 'RoleArn', 'WebIdentityToken'].map((name) => asked[0]!.get(name)),
    ['AssumeRoleWithWebIdentity', ROLE, 'the.web.token'],
  )
  // Before they expire, and when the store no longer accepts them.
  nowMs = UNTIL_MS - 60_000
  await source.get()
  assert.equal(asked.length, 2)
  nowMs = UNTIL_MS - 3_600_000
  source.forget()
  await source.get()
  assert.equal(asked.length, 3)
})

test('the container’s agent gets its token; a remote agent is refused in clear', async (t) => {
  const agent = await serving(t, ({ headers }, response) => {
    if (headers.authorization === 'agent-token') response.end(json('ASIA2'))
    else response.writeHead(401).end()
  })
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: fileOf('agent', 'agent-token'),
  }
  assert.equal((await credentialSource(null, 'r', env, Date.now).get()).accessKeyId, 'ASIA2')
  await assert.rejects(
    credentialSource(
      null,
      'r',
      { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.org/v1' },
      Date.now,
    ).get(),
    /neither https nor an address of this machine/,
  )
})

test('an instance is asked for a token first (IMDSv2)', async (t) => {
  const instance = await serving(t, ({ method, url, headers }, response) => {
    if (method === 'PUT' && url === '/latest/api/token' && headers['x-aws-ec2-metadata-token-ttl-seconds'])
      return void response.end('instance-token')
    if (headers['x-aws-ec2-metadata-token'] !== 'instance-token') return void response.writeHead(401).end()
    const roles = '/latest/meta-data/iam/security-credentials/'
    if (url === roles) return void response.end('publisher-role\n')
    response.end(url === `${roles}publisher-role` ? json('ASIA3') : '')
  })
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: instance }
  assert.equal((await credentialSource(null, 'r', env, Date.now).get()).accessKeyId, 'ASIA3')
})

test('a service that fails is named, without any part of the request or answer', async (t) => {
  let status = 403
  let body = 'hush-hush'
  const agent = await serving(t, (_request, response) => {
    response.writeHead(status).end(body)
  })
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: agent,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'hush-token',
  }
  const source = credentialSource(null, 'r', env, Date.now)
  const fails = (words: RegExp, of = source) =>
    assert.rejects(of.get(), (cause: Error) => words.test(cause.message) && !/hush/.test(cause.message))
  await fails(/the container’s agent answers 403/)
  ;[status, body] = [200, 'hush-hush']
  await fails(/did not answer with JSON/)
  body = '{"AccessKeyId":"hush"}'
  await fails(/did not answer with credentials/)
  body = 'x'.repeat(100_000)
  await fails(/does not answer/)
  // A failure is not cached.
  body = json('ASIA4')
  assert.equal((await source.get()).accessKeyId, 'ASIA4')
  await fails(
    /metadata service does not answer/,
    credentialSource(null, 'r', { AWS_EC2_METADATA_SERVICE_ENDPOINT: NOBODY }, Date.now),
  )
  await fails(
    /there are no credentials/,
    credentialSource(null, 'r', { AWS_EC2_METADATA_DISABLED: 'true' }, Date.now),
  )
  await fails(
    /AWS_WEB_IDENTITY_TOKEN_FILE: the file cannot be read \(ENOENT\)/,
    credentialSource(
      null,
      'r',
      { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: join(root, 'none') },
      Date.now,
    ),
  )
})
