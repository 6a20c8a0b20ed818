/**
 * What goes wrong between a publisher and its bucket: the log is late and never wrong. On a real S3
 * server, behind a proxy.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { S3ClientOptions } from '../../src/adapters/s3/client.ts'
import { examineBucket } from '../../src/adapters/s3/examine.ts'
import { note } from '../contract/published-files.ts'
import { withoutGo } from '../go-tools.ts'
import { type BucketLog, bucketOf, clientOf, given } from '../s3-log.ts'
import { type Fate, KEY_ID, type S3Proxy, type S3Server, SECRET, s3Proxy, s3Server } from '../s3-server.ts'

const skip = withoutGo()
const LOG = 'elections/contract/log/'
let server: S3Server
let proxy: S3Proxy
let buckets = 0
let bucket = ''
const opened: BucketLog[] = []

before(async () => {
  if (skip !== false) return
  server = await s3Server()
  proxy = await s3Proxy(server)
})
after(async () => {
  await Promise.all(opened.map(({ dispose }) => dispose()))
  await proxy?.stop()
  await server?.stop()
})
beforeEach(() => {
  if (skip !== false) return
  bucket = `faults-${buckets++}`
  server.makeBucket(bucket)
  proxy.decide = () => 'pass'
  proxy.seen.length = 0
})

function open(options: Partial<S3ClientOptions> = {}) {
  const log = bucketOf(proxy.endpoint, () => {}, bucket, options)
  opened.push(log)
  return log.open()
}
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (found: Uint8Array | undefined) => found && Buffer.from(found).toString()
const FILE = { path: 'tile/0/000', bytes: bytes('hashes'.repeat(1_000)) }
const puts = (end: string) => proxy.seen.filter(({ method, key }) => method === 'PUT' && key.endsWith(end))
const silently = (cause: Error) => !cause.message.includes(SECRET) && !cause.message.includes(KEY_ID)

/** The first so many requests that put this meet that fate. */
function first(times: number, end: string, fate: Fate): void {
  let left = times
  proxy.decide = ({ method, key }) => (method === 'PUT' && key.endsWith(end) && left-- > 0 ? fate : 'pass')
}

test('an upload that is cut off leaves nothing, and is made again', { skip }, async () => {
  const log = open()
  await log.hasConditions()
  first(2, FILE.path, 'cut-upload')
  await log.write([FILE])
  assert.equal(text(await log.read(FILE.path)), text(FILE.bytes))
  first(100, 'tile/0/001', 'cut-upload')
  await assert.rejects(log.write([{ path: 'tile/0/001', bytes: FILE.bytes }]), { trouble: 'silent' })
  proxy.decide = () => 'pass'
  assert.equal(await log.read('tile/0/001'), undefined)
})

test('a write whose answer is lost has taken place once', { skip }, async () => {
  const log = open()
  await log.hasConditions()
  first(1, FILE.path, 'lost-answer')
  await log.write([FILE])
  assert.equal(puts(FILE.path).length, 2)
  await log.writeCheckpoint(note(3))
  first(1, '/checkpoint', 'lost-answer')
  await log.writeCheckpoint(note(4))
  assert.equal(await log.checkpoint(), note(4))
})

test('a certification whose answer is lost has been put once, and no other takes its place', {
  skip,
}, async () => {
  const [log, other] = [open(), open()]
  await log.hasConditions()
  const certification = { path: 'certification.json', bytes: bytes('{"lots":[]}') }
  first(1, certification.path, 'lost-answer')
  await log.replace(certification, undefined)
  assert.equal(puts(certification.path).length, 2)
  assert.ok(puts(certification.path).every(({ conditional }) => conditional))
  await assert.rejects(other.replace({ ...certification, bytes: bytes('{}') }, undefined), {
    name: 'ReplacedMeanwhile',
  })
  assert.equal(text(await log.read(certification.path)), '{"lots":[]}')
})

test('a store that throttles is left alone for a while, and given up within a bound', { skip }, async () => {
  const log = open()
  await log.hasConditions()
  first(3, FILE.path, 'slow-down')
  await log.write([FILE])
  assert.equal(puts(FILE.path).length, 4)
  first(100, 'tile/0/001', 'slow-down')
  await assert.rejects(log.write([{ path: 'tile/0/001', bytes: FILE.bytes }]), {
    trouble: 'busy',
    message: /503 SlowDown/,
  })
  assert.equal(puts('tile/0/001').length, 4)
})

test('a store that does not answer is given up within a bound', { skip }, async () => {
  const log = open({ timeoutMs: 150 })
  proxy.decide = () => 'silent'
  await assert.rejects(log.read('genesis.json'), { trouble: 'silent' })
  assert.equal(proxy.seen.length, 4)
})

test('a bucket that is gone is no empty log', { skip }, async () => {
  const log = open()
  await log.write([FILE])
  server.removeBucket(bucket)
  await assert.rejects(log.read('genesis.json'), { trouble: 'no-bucket' })
  await assert.rejects(log.checkpoint(), { trouble: 'no-bucket' })
  await assert.rejects(log.writeCheckpoint(note(1)), { trouble: 'no-bucket' })
  server.makeBucket(bucket)
  await log.write([FILE])
  await log.writeCheckpoint(note(1))
  assert.equal(await log.checkpoint(), note(1))
})

test('wrong credentials are told without them', { skip }, async () => {
  const log = open({ credentials: given({ accessKeyId: KEY_ID, secretAccessKey: `${SECRET}-not` }) })
  await assert.rejects(log.read('x'), (cause: Error) => /403 Sig/.test(cause.message) && silently(cause))
  await assert.rejects(log.write([FILE]), (cause: Error) => /rights/.test(cause.message) && silently(cause))
})

test('credentials that have run out are fetched again', { skip }, async () => {
  let forgotten = 0
  const credentials = {
    get: () => given({ accessKeyId: KEY_ID, secretAccessKey: SECRET }).get(),
    forget: () => void forgotten++,
  }
  const log = open({ credentials })
  await log.hasConditions()
  first(1, FILE.path, 'expired')
  await log.write([FILE])
  assert.equal(forgotten, 1)
})

test('a clock that is an hour off, either way, is put right by the store’s', { skip }, async () => {
  for (const offMs of [-3_600_000, 3_600_000]) {
    const told: number[] = []
    const log = open({ nowMs: () => Date.now() + offMs, onSkew: (behindMs) => told.push(behindMs) })
    await log.write([{ path: `clock/${told.length}${offMs}`, bytes: FILE.bytes }])
    assert.equal(told.length, 1)
    assert.ok(Math.abs(told[0]! + offMs) < 60_000, String(told))
  }
})

test('a checkpoint that was on its way arrives after a newer one, and changes nothing', {
  skip,
}, async () => {
  const [older, newer] = [open(), open()]
  await older.writeCheckpoint(note(10))
  first(1, '/checkpoint', 'held')
  const onItsWay = older.writeCheckpoint(note(11))
  const lost = onItsWay.catch(() => {})
  while (puts('/checkpoint').length < 2) await new Promise(setImmediate)
  // Who sent it is gone; the one after it publishes.
  assert.equal(await newer.checkpoint(), note(10))
  await newer.writeCheckpoint(note(12))
  proxy.release()
  await proxy.settled()
  assert.equal(await newer.checkpoint(), note(12))
  await opened.at(-2)!.dispose()
  await lost
})

test('doctor: a fit bucket, one without conditional writes, one that is not there', { skip }, async () => {
  const wrongs = async (name: string) => {
    const client = clientOf(proxy.endpoint, name)
    const found = await examineBucket(client, LOG)
    await client.close()
    return { wrong: found.flatMap(({ wrong }) => wrong ?? []), checks: found.map(({ check }) => check) }
  }
  const fit = await wrongs(bucket)
  assert.deepEqual(fit.wrong, [])
  assert.match(fit.checks.at(-1)!, /has conditional writes/)
  proxy.decide = () => 'unconditional'
  assert.match((await wrongs(bucket)).checks.at(-1)!, /has no conditional writes/)
  proxy.decide = () => 'pass'
  assert.match((await wrongs('not-there')).wrong.join(), /NoSuchBucket/)
})
