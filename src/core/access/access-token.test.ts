import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AccessToken,
  bearerOf,
  rateInWords,
  readRate,
  readToken,
  standingOf,
  tokenText,
} from './access-token.ts'
import { Rate } from './rate.ts'
import { mayNot, REQUIRABLE } from './who-may.ts'

const SECRET = `${'A_-'.repeat(14)}z`
const TOKEN: AccessToken = {
  ...{ id: 'k3v9x0q2ab', name: 'Kiosk 3', scopes: ['cast'], sha256: '0'.repeat(64), perSecond: 20 },
  ...{ createdAtMs: 1, expiresAtMs: 1_000, revokedAtMs: null },
}

test('a token is read from its header, and no other text is accepted', () => {
  const text = tokenText(TOKEN.id, SECRET)
  assert.equal(text.length, 64)
  for (const header of [`Bearer ${text}`, `bearer  ${text} `])
    assert.deepEqual(bearerOf(header), { id: TOKEN.id, secret: SECRET })
  for (const header of ['', 'Bearer ', text, `Basic ${text}`, `Bearer ${text}x`, `Bearer ${text.slice(1)}`])
    assert.equal(bearerOf(header), undefined, header)
  assert.equal(bearerOf(`Bearer ${text.toUpperCase()}`), undefined)
  assert.throws(() => tokenText('no', SECRET))
})

test('a stored token is read completely or refused', () => {
  assert.deepEqual(readToken(JSON.parse(JSON.stringify(TOKEN))), TOKEN)
  const wrong = [
    { id: 'K3V9X0Q2AB' },
    { name: ' ' },
    { name: 'two\nlines' },
    { name: 'x'.repeat(101) },
    { scopes: [] },
    { scopes: ['cast', 'cast'] },
    { scopes: ['everything'] },
    { sha256: 'a' },
    { perSecond: 0 },
    { perSecond: Number.NaN },
    { perSecond: '20' },
    { createdAtMs: 0.5 },
    { expiresAtMs: null },
    { revokedAtMs: 'never' },
    { more: 1 },
  ]
  for (const change of wrong)
    assert.equal(readToken({ ...TOKEN, ...change }), undefined, JSON.stringify(change))
  for (const value of [null, [], 'x', 1]) assert.equal(readToken(value), undefined)
})

test('a token is valid until it expires, and never after it is revoked', () => {
  assert.deepEqual(
    [999, 1_000].map((nowMs) => standingOf(TOKEN, nowMs)),
    ['good', 'expired'],
  )
  assert.equal(standingOf({ ...TOKEN, revokedAtMs: 5 }, 1), 'revoked')
})

test('a rate is written in the form in which it is read', () => {
  for (const [text, perSecond] of [
    ['20/s', 20],
    ['30/min', 0.5],
    ['1/min', 1 / 60],
    ['2.5/s', 2.5],
  ] as const) {
    assert.equal(readRate(text), perSecond, text)
    assert.equal(rateInWords(perSecond), text)
  }
  for (const text of ['', '20', '0/s', '-1/s', '1e3/s', '20/h', '0.5/min', '1000001/s', 'NaN/s'])
    assert.equal(readRate(text), undefined, text)
})

test('a rate holds over time, also after bursts, whose excess is paid back', () => {
  const rate = new Rate(10, 0)
  let taken = 0
  for (let nowMs = 0; nowMs < 60_000; nowMs += 7)
    while (rate.waitMs(nowMs) === 0) {
      rate.take(1, nowMs)
      taken++
    }
  assert.ok(taken >= 600 && taken <= 620, String(taken))
  rate.take(100, 60_000)
  assert.ok(Math.abs(rate.waitMs(60_000) - 10_000) < 200, String(rate.waitMs(60_000)))
  assert.equal(rate.waitMs(70_100), 0)
})

test('a token allows only its own groups, and no token is refused if one is required', () => {
  const token = (...scopes: AccessToken['scopes']) => ({ kind: 'token', standing: 'good', scopes }) as const
  const [nothing, all] = [new Set<never>(), new Set(REQUIRABLE)]
  for (const group of ['cast', 'results', 'amend'] as const) {
    const without = group === 'amend' ? 'token-missing' : null
    assert.equal(mayNot(group, { kind: 'none' }, nothing), without)
    assert.equal(mayNot(group, { kind: 'none' }, all), 'token-missing')
    for (const required of [nothing, all]) {
      assert.equal(mayNot(group, { kind: 'wrong' }, required), 'token-invalid')
      for (const standing of ['expired', 'revoked'] as const)
        assert.equal(mayNot(group, { ...token(group), standing }, required), 'token-invalid')
      for (const scope of ['cast', 'results', 'amend'] as const)
        assert.equal(mayNot(group, token(scope), required), scope === group ? null : 'token-scope')
    }
  }
})
