/**
 * The chart: it either refuses values with a line that names them, or makes objects that Kubernetes
 * accepts, that are confined, and whose gateways stop without cutting a request.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { redisSettings } from '../../tools/engines/engines/redis.ts'
import { sparkSettings } from '../../tools/engines/engines/spark.ts'
import { withoutGo } from '../go-tools.ts'
import { CHART, type Chart, openChart, type Rendered, type Values } from './chart.ts'
import { README, readmeWithTable, schemaValues, writtenValues } from './documented-values.ts'
import { drawnRelease, drawnValues, everyCombination, LEAST, OVER_TLS } from './drawn-values.ts'
import { holdsRules, named, ofKind, variables, workloads } from './rules.ts'

const SITE = {
  dir: '/dir',
  listen: '127.0.0.1',
  ports: { redis: 1, postgres: 2, kafka: 3, kafkaController: 4, spark: 15002 },
  secrets: { redis: 'r', postgres: 'p', postgresSuperuser: 's', spark: 't' },
}
const example = (name: string): string => readFileSync(join(CHART, 'examples', name), 'utf8')

test('the example Redis has the settings of "npm run cluster", except for paths and addresses', () => {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^(append|save|maxmemory|hash-max)/.test(line))
  const native = redisSettings(SITE)
  assert.ok(lines(native).includes('appendfsync always'))
  assert.deepEqual(lines(example('redis.yaml')).slice(0, lines(native).length), lines(native))
})

test('the chart’s version is the program’s', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const chart = readFileSync(join(CHART, 'Chart.yaml'), 'utf8')
  assert.equal(/^version: (.*)$/m.exec(chart)![1], version)
  assert.equal(/^appVersion: (.*)$/m.exec(chart)![1], version)
})

test('every value is in the schema, in values.yaml and in the README, with the same description', () => {
  const written = writtenValues()
  for (const [path, { says }] of schemaValues()) {
    assert.ok(says, `${path} is described in the schema`)
    assert.equal(written.get(path)?.says, says, path)
  }
  const text = readFileSync(README, 'utf8')
  if (process.env.WRITE_DOCS) writeFileSync(README, readmeWithTable(text))
  else assert.equal(text, readmeWithTable(text), 'WRITE_DOCS=1 writes the table')
})

test('every template quotes texts, because YAML reads "no" and "1e3" as other types', () => {
  const NUMBERS = /([pP]ort|[rR]eplicas|PU|Seconds \d+|deadlineSeconds|maxUnavailable) \}\}$/
  const CONSTANTS = /\.role|\.component|\.key|\.when|\$name|Release\.Service/
  const folder = join(CHART, 'templates')
  for (const name of readdirSync(folder).filter((name) => name !== 'NOTES.txt'))
    for (const [i, line] of readFileSync(join(folder, name), 'utf8').split('\n').entries()) {
      const value = /^\s*(?:- |(?:- )?[\w./]+: )(\{\{ [^{]* \}\})$/.exec(line)?.[1]
      if (value === undefined || NUMBERS.test(value) || CONSTANTS.test(value)) continue
      if (/ include "elections\.(labels|selector|addresses|image)[^|]*\}\}$/.test(value)) continue
      assert.match(value, /\| quote \}\}$/, `${name}:${i + 1}`)
    }
})

describe('the chart', { skip: withoutGo() }, () => {
  let chart: Chart
  before(() => {
    chart = openChart()
  })
  after(() => chart.close())

  const rendered = async (values: Values) => well(await chart.render(values))
  const well = ({ refused, problems, ...rest }: Rendered) => {
    assert.deepEqual({ refused, problems }, { refused: undefined, problems: [] })
    return rest
  }

  test('"helm lint --strict" finds nothing', async () => {
    assert.deepEqual((await chart.lint(LEAST)).problems, [])
    const wrong = await chart.lint({ ...LEAST, elections: [] })
    assert.match(wrong.problems.join('\n'), /elections/)
  })

  test('every combination of its switches makes objects that Kubernetes accepts', async () => {
    const all = everyCombination()
    assert.ok(all.length > 500)
    for (const values of all) holdsRules((await rendered(values)).objects)
  })

  test('random values are refused by name, or make objects that follow the rules', async () => {
    let refusals = 0
    let renders = 0
    await fc.assert(
      fc.asyncProperty(drawnValues, drawnRelease, async (values, release) => {
        const { refused, problems, objects } = await chart.render(values, release)
        if (refused === undefined) {
          renders++
          assert.deepEqual(problems, [])
          holdsRules(objects)
        } else {
          refusals++
          assert.match(refused, /at '[^']*': \S|additional properties|: [a-zA-Z0-9.]+: \S/, refused)
        }
      }),
      { numRuns: 400 },
    )
    assert.ok(refusals > 20 && renders > 100, `${refusals} refused, ${renders} rendered`)
  })

  test('contradictory values are refused with a reason', async () => {
    const s3 = { store: 's3', s3: { bucket: '', region: '' } }
    const refusals: readonly (readonly [Values, RegExp])[] = [
      [{ elections: [] }, /elections/],
      [{ elections: ['Not An Id'] }, /elections\/0/],
      [{ engines: { kafka: { brokers: 'kafka' } } }, /brokers/],
      [
        { engines: { kafka: { brokers: 'kafka:9094', secret: { name: 'login' } } } },
        /kafka.secret: a login is for/,
      ],
      [{ gatway: {} }, /gatway/],
      [{ defaultElection: 'other' }, /defaultElection: other is not one of elections/],
      [{ results: { replicas: 2 } }, /results.replicas: two publishers need one log/],
      [{ tally: { replicas: 2 } }, /tally.replicas: must be 1/],
      [{ spark: { enabled: false } }, /spark.remoteSecret.name: must name/],
      [{ spark: { checkpoints: { store: 's3' } } }, /spark.checkpoints.path: must begin with s3a/],
      [{ spark: { checkpoints: { path: '/tmp/x' } } }, /spark.checkpoints.path: must lie on the volume/],
      [{ publicLog: s3 }, /publicLog.s3: must have a bucket and a region/],
      [
        { publicLog: { promiseWithinSeconds: 12, publishEverySeconds: 5 } },
        /promiseWithinSeconds: must be 10 more/,
      ],
      [{ publicLog: { witnessQuorum: 2 } }, /witnessQuorum: 2 is more than there are witnesses, 0/],
      [{ ingress: { enabled: true } }, /ingress.host: must name/],
      [{ httpRoute: { enabled: true } }, /httpRoute.parentRefs: must name/],
      [
        { gateway: { autoscaling: { enabled: true, minReplicas: 13 } } },
        /minReplicas: 13 is more than maxReplicas, 12/,
      ],
    ]
    for (const [values, words] of refusals) {
      const { refused } = await chart.render({ ...LEAST, ...values })
      assert.match(refused ?? 'rendered', words)
    }
    const { refused } = await chart.render(LEAST, '2026-11-30')
    assert.match(refused ?? 'rendered', /nameOverride: must be set where the release's name is "2026-11-30"/)
  })

  test('the chart sets only variables that the program knows', async () => {
    const known = new Set(
      readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8').match(
        /`ELECTIONS_[A-Z_]+`/g,
      ),
    )
    const { objects } = await rendered({
      ...{ ...LEAST, ...OVER_TLS },
      publicLog: {
        store: 's3',
        s3: { bucket: 'log', region: 'r', endpoint: 'http://minio:9000', keySecret: { name: 'k' } },
        ...{ url: 'https://log.example.org', promiseWithinSeconds: 600 },
        ...{ witnesses: ['https://w=w+0a1b2c3d+Bb'], witnessQuorum: 1 },
      },
      site: { base: '/vote/', trustProxy: 2, requireToken: ['cast'] },
      limits: {
        ...{ wrongKeys: 0, wrongKeysInAll: 20_000, connections: 10, connectionsPerAddress: 0 },
        ...{ importMegabytes: 1_000_000, importSeconds: 1 },
      },
      defaultElection: 'river-county-2026',
    })
    const given = workloads(objects).flatMap((one) =>
      one.spec.template.spec.containers.flatMap((container: never) => [...variables(container)]),
    ) as [string, string][]
    const ours = new Map(given.filter(([name]) => name.startsWith('ELECTIONS_')))
    for (const name of ours.keys()) assert.ok(known.has(`\`${name}\``), name)
    assert.equal(ours.get('ELECTIONS_IMPORT_MEGABYTES'), '1000000')
    assert.equal(ours.get('ELECTIONS_WRONG_KEYS'), '0')
    assert.equal(ours.get('ELECTIONS_KAFKA_TLS'), 'true')
    assert.equal(ours.get('ELECTIONS_REQUIRE_TOKEN'), '["cast"]')
    assert.equal(ours.get('ELECTIONS_LOG_STORE'), 's3://log/?region=r&endpoint=http://minio:9000')
  })

  test('over TLS each program has the files its variables name, and no variable has a password', async () => {
    const { objects } = await rendered({ ...LEAST, ...OVER_TLS })
    const NAMED = /^ELECTIONS_(ENGINE_(CA|CERT|KEY)|KAFKA_PASSWORD_FILE)$/
    const found = workloads(objects)
    assert.equal(found.length, 4)
    for (const { spec } of found) {
      const [container] = spec.template.spec.containers
      const files = [...variables(container)].filter(([name]) => NAMED.test(name)).map(([, path]) => path)
      assert.equal(files.length, 4)
      const { projected } = spec.template.spec.volumes.find(
        ({ name }: { name: string }) => name === 'engines',
      )
      const items = projected.sources.flatMap(({ secret }: never) => (secret as { items: object[] }).items)
      const paths = items.map(({ path }: { path: string }) => `/etc/elections/engines/${path}`)
      for (const path of files) assert.ok(paths.includes(path), path)
      const user = container.env.find(({ name }: { name: string }) => name === 'ELECTIONS_KAFKA_USER')
      assert.deepEqual(user.valueFrom.secretKeyRef, { name: 'kafka-login', key: 'username' })
    }
  })

  test('Spark has the settings of "npm run cluster", except for paths, addresses and cores', async () => {
    const { objects } = await rendered(LEAST)
    const settings = new Map(
      (ofKind(objects, 'ConfigMap')[0]!.data.settings as string)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => /^-D([^=]+)=(.*)$/.exec(line)!.slice(1) as [string, string]),
    )
    const native = sparkSettings(SITE)
    const places = ['spark.local.dir', 'spark.sql.warehouse.dir']
    assert.deepEqual([...settings.keys()].sort(), Object.keys(native).sort())
    for (const [name, value] of Object.entries(native))
      if (!places.includes(name)) assert.equal(settings.get(name), String(value), name)
  })

  test('results pods serve a log in a folder, and any gateway a log in a bucket', async () => {
    const ingress = { ingress: { enabled: true, host: 'vote.example.org' } }
    const paths = async (values: Values) => {
      const { objects } = await rendered({ ...LEAST, ...ingress, ...values })
      return ofKind(objects, 'Ingress')[0]!.spec.rules[0].http.paths.map(
        (one: { path: string; backend: { service: { name: string } } }) =>
          `${one.path} ${one.backend.service.name}`,
      )
    }
    assert.deepEqual(await paths({}), [
      '/log vote-results',
      '/elections/river-county-2026/log vote-results',
      '/ vote',
    ])
    assert.deepEqual(await paths({ site: { base: 'https://example.org/vote/' } }), [
      '/vote/log vote-results',
      '/vote/elections/river-county-2026/log vote-results',
      '/vote/ vote',
    ])
    assert.deepEqual(await paths({ publicLog: { store: 's3', s3: { bucket: 'log', region: 'r' } } }), [
      '/ vote',
    ])
    const { notes } = await rendered(LEAST)
    assert.match(notes!, /The gateways show no public log/)
  })

  test('Kubernetes and the operators accept the example engines', async () => {
    for (const name of ['postgres.yaml', 'redis.yaml']) {
      const { objects, problems } = await chart.judge(example(name))
      assert.deepEqual(problems, [], name)
      assert.ok(objects.length > 0)
    }
    const wrong = await chart.judge(example('postgres.yaml').replace('instances:', 'instance:'))
    assert.match(wrong.problems.join('\n'), /instance/)
  })

  test('the example values render, and their policies select the example engines’ pods', async () => {
    const { objects } = well(await chart.renderFiles([example('values.yaml')]))
    holdsRules(objects)
    const { egress } = named(objects, 'NetworkPolicy', 'gateway').spec
    const peers = egress.flatMap((rule: { to?: unknown[] }) => rule.to ?? [])
    assert.equal(peers.length, 3)
    const large = well(await chart.renderFiles([example('values.yaml'), example('values-12-gateways.yaml')]))
    holdsRules(large.objects)
    assert.equal(named(large.objects, 'Deployment', 'gateway').spec.replicas, 12)
  })

  test('the values for 10,000 votes/s on 12 gateways are those that the README names', async () => {
    const { objects } = await rendered({ ...LEAST, gateway: { replicas: 12 } })
    assert.equal(named(objects, 'Deployment', 'gateway').spec.replicas, 12)
    assert.match(
      readFileSync(README, 'utf8'),
      /10,000 votes\/s on 12 gateways[\s\S]*--set gateway\.replicas=12/,
    )
  })
})
