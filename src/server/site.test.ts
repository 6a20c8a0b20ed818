/**
 * A site is a path or a whole address; what could be taken for an address of the server itself is
 * refused.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { belowSite } from '../gateway/site.ts'
import { siteFrom } from './site.ts'

test('a path, with or without its slashes, or the address that people open', () => {
  const at = (path: string, origin: string | null = null) => ({ path, origin })
  assert.deepEqual(siteFrom('/vote/'), at('/vote/'))
  assert.deepEqual(siteFrom('vote'), at('/vote/'))
  assert.deepEqual(siteFrom('/city/vote-2026'), at('/city/vote-2026/'))
  assert.deepEqual(siteFrom('/'), at('/'))
  assert.deepEqual(siteFrom('https://Example.org/vote'), at('/vote/', 'https://example.org'))
  assert.deepEqual(siteFrom('https://example.org'), at('/', 'https://example.org'))
})

test('what is no path, or begins as an address of the server does, is refused', () => {
  for (const text of [
    ...[
      '/a//b/',
      '/../',
      '/a/../b',
      '/vo te/',
      '/%2e/',
      '/vote/?a',
      '/vote#x',
      '"><script>',
      `/${'a'.repeat(200)}`,
    ],
    ...[
      '/e/',
      '/elections',
      '/log/x/',
      '/results/',
      '/assets/',
      '/docs/',
      'https://',
      'https://a:b@example.org/',
    ],
    ...['https://example.org/vote?x=1', 'ftp://example.org/vote/', '/.well-known/'],
  ])
    assert.ok('problem' in siteFrom(text), text)
})

test('an address of the server is the same with the path and without, and no other is taken for one', () => {
  const site = { path: '/vote/', origin: null }
  const path = fc.stringMatching(/^\/(?:e|elections|results|log|assets)(?:\/[a-z0-9.]{0,8}){0,3}$/)
  fc.assert(
    fc.property(path, (url) => {
      assert.equal(belowSite(`/vote${url}`, site), url)
      assert.equal(belowSite(url, site), url)
    }),
  )
  for (const [url, is] of [
    ['/vote/', '/'],
    ['/vote/?lang=es', '/?lang=es'],
    ['/vote', '/vote'],
    ['/vote/vote', '/vote'],
    ['/voted/results', '/voted/results'],
  ] as const)
    assert.equal(belowSite(url, site), is)
})
