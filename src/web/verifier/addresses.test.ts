/** The page looks for logs beside itself, and only at addresses that a typed address can mean. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownLog, typedElection, typedLogs } from './addresses.ts'
import { receiptIn, trackerIn } from './arrival.ts'

test('a page’s own log is the log of its election, or of the default election', () => {
  const own = (path: string) => new URL(ownLog(new URL(path, 'https://vote.example'))).pathname
  assert.equal(own('/verify'), '/log/')
  assert.equal(own('/e/city-2026/verify'), '/elections/city-2026/log/')
  assert.equal(own('/e/..%2fevil/verify'), '/log/')
  assert.equal(ownLog(new URL('https://vote.example//evil.example/e/x/verify')), 'https://vote.example/log/')
})

test('a typed address may be a server’s, a page’s or a log’s, with or without https', () => {
  assert.deepEqual(typedLogs('vote.example'), ['https://vote.example/log/', 'https://vote.example/'])
  assert.deepEqual(typedLogs(' http://vote.example:8501/?a#b '), [
    'http://vote.example:8501/log/',
    'http://vote.example:8501/',
  ])
  assert.deepEqual(typedLogs('https://a.example/e/city/verify#tracker'), [
    'https://a.example/elections/city/log/',
  ])
  assert.deepEqual(typedLogs('https://a.example/vote/e/city/results'), [
    'https://a.example/vote/elections/city/log/',
  ])
  assert.deepEqual(typedLogs('a.example/vote/'), ['https://a.example/vote/log/', 'https://a.example/vote/'])
  assert.equal(typedElection('https://a.example/vote/e/city'), 'city')
  assert.equal(typedElection('a.example/e/city/verify'), 'city')
  assert.equal(typedElection('https://a.example/log/'), undefined)
  assert.deepEqual(typedLogs('https://a.example/copies/log/checkpoint'), ['https://a.example/copies/log/'])
  for (const none of [
    '',
    'ftp://a.example',
    'javascript:alert(1)',
    'https://me:secret@a.example',
    'https://',
  ])
    assert.equal(typedLogs(none), undefined, none)
})

test('a fragment and a scanned link give their tracker; any other text stays as it is', () => {
  const tracker = 'A'.repeat(43)
  assert.equal(trackerIn(`#${tracker}`), tracker)
  for (const other of ['', '#', `#${tracker}x`, `#k=${tracker}`, '#<img src=x>'])
    assert.equal(trackerIn(other), undefined)
  assert.equal(receiptIn(` https://a.example/e/x/verify#${tracker}\n`), tracker)
  assert.equal(receiptIn(' {"status":1} '), '{"status":1}')
})
