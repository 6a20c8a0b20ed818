/**
 * Links as mail programs and chats change them: read if the check fits, else reported as damaged.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyFragment, keyInLink } from './key-link.ts'

const guid = '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38'
const key = { personalId: 'anna.maria.example@town.example', guid }
const whole = keyFragment(key)
const xyz = whole.slice(3)

test('text behind the link, line breaks in it and escapes are ignored', () => {
  const [head, rest] = [xyz.slice(0, 40), xyz.slice(40)]
  for (const link of [
    ...[
      '.',
      '>',
      ',',
      ')',
      '"',
      '”',
      '…',
      '*',
      '_',
      '__',
      '-',
      '!',
      ';',
      '</a>',
      '%3E',
      '\u200b',
      '\ufeff',
    ].map((tail) => whole + tail),
    ...['&fbclid=1', '?utm_source=a', ':~:text=a', '#top', '/', ' Thanks', '%20Thanks', '%0AThanks'].map(
      (tail) => whole + tail,
    ),
    `#k%3D${xyz}`,
    `#k%253D${xyz}`,
    `#%6B=${xyz}`,
    `#K=${xyz}`,
    `#/k=${xyz}`,
    `#k=3D${xyz}`,
    `#k=%20${xyz}`,
    `#k=<${xyz}>`,
    `#k=${head} ${rest}`,
    `#k=${head}%20%3E%20${rest}`,
    `#k=${head}%0D%0A${rest}%0D%0A`,
    `#k=${head}\n> ${rest}\n> Best regards`,
    `#k=${head}=\r\n${rest}`,
    `#k=${head}\u200b${rest}`,
    `#k=${encodeURIComponent(xyz).replace(/-/g, '%2D').replace(/_/g, '%5F')}`,
    `#k=${xyz}%`,
  ])
    assert.deepEqual(keyInLink(link), key, link)
})

test('two hyphens that became a dash, and other hyphens, are read', () => {
  for (const first of ['fbe', '123456fbe']) {
    const digits = first.padEnd(32, '7')
    const other = { personalId: 'P', guid: digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') }
    const link = keyFragment(other)
    assert.match(link, /--/)
    for (const changed of [link.replace('--', '—'), link.replace('--', '–'), link.replaceAll('-', '\u2011')])
      assert.deepEqual(keyInLink(changed), other, changed)
  }
})

test('a link that lost a part is damaged, and a link for something else has no key', () => {
  for (const link of [
    whole.slice(0, -1),
    whole.slice(0, 20),
    '#k=',
    '#k',
    '#k%3D',
    `#k=${xyz.toLowerCase()}`,
  ])
    assert.equal(keyInLink(link), link === '#k' ? undefined : 'damaged', link)
  for (const link of ['', '#', '#heading', '#key', '#:~:text=k=a'])
    assert.equal(keyInLink(link), undefined, link)
  assert.equal(keyInLink(`#k=${'A '.repeat(100_000)}`), 'damaged')
})
