/**
 * A site is a path or a complete address; one that is ambiguous with the server's own addresses is
 * refused.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { belowSite } from '../gateway/site.ts'
import { siteFrom } from './site.ts'

test('a site is a path, with or without its slashes, or a complete address', () => {
  const at = (path: string, origin: string | null = null) => ({ path, origin })
  assert.deepEqual(siteFrom('/vote/'), at('/vote/'))
  assert.deepEqual(siteFrom('vote'), at('/vote/'))
  assert.deepEqual(siteFrom('/city/vote-2026'), at('/city/vote-2026/'))
  assert.deepEqual(siteFrom('/'), at('/'))
  assert.deepEqual(siteFrom('https://Example.org/vote'), at('/vote/', 'https://example.org'))
  assert.deepEqual(siteFrom('https://example.org'), at('/', 'https://example.org'))
})

test('a text that is not a path, or begins like the server’s own addresses, is refused', () => {
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

test('the server’s addresses are the same with and without the site’s path, and no others match', () => {
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
