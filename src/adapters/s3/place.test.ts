import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objectUrl, parseS3Place, type S3Place } from './place.ts'

test('an address of a bucket yields the addresses of its objects', () => {
  const cases: readonly (readonly [string, S3Place, string])[] = [
    [
      's3://public-logs',
      { bucket: 'public-logs', prefix: '', region: 'us-east-1', endpoint: null },
      'https://public-logs.s3.us-east-1.amazonaws.com/a/b',
    ],
    [
      's3://public-logs/2026/autumn?region=eu-central-1',
      { bucket: 'public-logs', prefix: '2026/autumn/', region: 'eu-central-1', endpoint: null },
      'https://public-logs.s3.eu-central-1.amazonaws.com/2026/autumn/a/b',
    ],
    [
      's3://logs/x/?endpoint=http://minio.storage:9000',
      { bucket: 'logs', prefix: 'x/', region: 'us-east-1', endpoint: 'http://minio.storage:9000' },
      'http://minio.storage:9000/logs/x/a/b',
    ],
  ]
  for (const [text, place, url] of cases) {
    assert.deepEqual(parseS3Place(text), place)
    assert.equal(objectUrl(place, 'a/b'), url)
  }
  const named = parseS3Place('s3://logs', 'eu-west-1') as S3Place
  assert.equal(named.region, 'eu-west-1')
})

test('a malformed address is refused in words, without anything in it that may be secret', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /must be an address/],
    ['bucket/prefix', /must be an address/],
    ['https://bucket.s3.amazonaws.com/', /must be an address/],
    ['s3://AKIA0000:hush-hush@bucket', /not contain credentials/],
    ['s3://a_b', /is not a bucket name/],
    ['s3://bucket.with.dots', /is not a bucket name/],
    ['s3://ab', /is not a bucket name/],
    ['s3://bucket:9000/x', /is not a bucket name/],
    ['s3://bucket/a%20b', /prefix/],
    ['s3://bucket/a//b', /prefix/],
    [`s3://bucket/${'a/'.repeat(120)}`, /prefix/],
    ['s3://bucket/a#b', /“#”/],
    ['s3://bucket?secret=hush-hush', /unknown parameter “secret”/],
    ['s3://bucket?region=EU', /region/],
    ['s3://bucket?endpoint=minio:9000', /endpoint/],
    ['s3://bucket?endpoint=https://user:hush-hush@minio', /endpoint/],
    ['s3://bucket?endpoint=https://minio/path', /endpoint/],
  ]
  for (const [text, words] of cases) {
    const said = parseS3Place(text)
    assert.match(String(said), words, text)
    assert.ok(!String(said).includes('hush-hush'), text)
  }
})
