import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { type AccessToken, tokenText } from '../core/access/access-token.ts'
import { AccessGate } from './access.ts'

const ID = 'abcdefghij'
const SECRET = 'a'.repeat(43)
const FIRST: AccessToken = {
  ...{ id: ID, name: 'Kiosk', scopes: ['cast'], perSecond: 1_000 },
  sha256: createHash('sha256').update(SECRET).digest('hex'),
  ...{ createdAtMs: 0, expiresAtMs: 10_000, revokedAtMs: null },
}

/** A gate over one token, which a test replaces, and its requests on connections. */
function gateOf() {
  let token: AccessToken = FIRST
  let nowMs = 0
  const tokens = { find: (id: string) => (id === ID ? token : undefined) }
  const gate = new AccessGate(
    { tokens, required: new Set(['cast'] as const), clock: { nowMs: () => nowMs } } as never,
    () => nowMs,
  )
  const asks = (socket: object, secret?: string) => {
    const authorization = secret === undefined ? undefined : `Bearer ${tokenText(ID, secret)}`
    const request = { headers: { authorization }, socket } as unknown as IncomingMessage
    return gate.refuses(request, 'cast')?.code ?? 'allowed'
  }
  return {
    asks,
    change: (to: Partial<AccessToken>) => (token = { ...token, ...to }),
    at: (ms: number) => (nowMs = ms),
  }
}

test('what a connection has proved holds for its token alone, and for no other connection', () => {
  const { asks } = gateOf()
  const [one, other] = [{}, {}]
  assert.equal(asks(one, SECRET), 'allowed')
  assert.equal(asks(one, SECRET), 'allowed')
  assert.equal(asks(one, 'b'.repeat(43)), 'token-invalid')
  assert.equal(asks(other, 'b'.repeat(43)), 'token-invalid')
  assert.equal(asks(one), 'token-missing')
  assert.equal(asks(one, SECRET), 'allowed')
})

test('a token that is revoked, replaced or expired is refused on a connection that proved it', () => {
  const { asks, change, at } = gateOf()
  const socket = {}
  assert.equal(asks(socket, SECRET), 'allowed')
  change({ revokedAtMs: 1 })
  assert.equal(asks(socket, SECRET), 'token-invalid')
  change({ revokedAtMs: null })
  assert.equal(asks(socket, SECRET), 'allowed')
  change({ sha256: '0'.repeat(64) })
  assert.equal(asks(socket, SECRET), 'token-invalid')
  change({ sha256: FIRST.sha256 })
  assert.equal(asks(socket, SECRET), 'allowed')
  at(10_000)
  assert.equal(asks(socket, SECRET), 'token-invalid')
})
