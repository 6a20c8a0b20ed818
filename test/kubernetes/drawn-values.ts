/**
 * Values for the chart: every combination of its switches, and random ones, many of them nonsense.
 */
import fc from 'fast-check'
import { anyCharacter } from '../any-character.ts'
import type { Values } from './chart.ts'

export const LEAST: Values = {
  elections: ['river-county-2026'],
  engines: { kafka: { brokers: 'kafka:9092' } },
}

/** All settings of TLS with the engines. */
export const OVER_TLS: Values = {
  engines: {
    tls: { caSecret: { name: 'engines-ca' }, clientSecret: { name: 'engines-client' } },
    kafka: { brokers: 'kafka:9094', tls: true, secret: { name: 'kafka-login' } },
  },
}

const SWITCHES: readonly (readonly Values[])[] = [
  [{}, { gateway: { autoscaling: { enabled: true } } }],
  [
    {},
    { spark: { checkpoints: { store: 'claim' } } },
    { spark: { checkpoints: { store: 's3', path: 's3a://b/p', credentialsSecret: 'aws' } } },
    { spark: { enabled: false, remoteSecret: { name: 'spark-elsewhere' } }, tally: { replicas: 2 } },
  ],
  [
    {},
    { publicLog: { folder: { volume: 'claim', accessMode: 'ReadWriteMany' } }, results: { replicas: 2 } },
    {
      publicLog: { store: 's3', s3: { bucket: 'log', region: 'eu-central-1', keySecret: { name: 'key' } } },
      results: { replicas: 2 },
    },
  ],
  [{}, { ingress: { enabled: true, host: 'vote.example.org', tlsSecret: 'tls' } }],
  [{}, { httpRoute: { enabled: true, parentRefs: [{ name: 'public' }], hostnames: ['vote.example.org'] } }],
  [
    {},
    {
      monitoring: {
        serviceMonitor: { enabled: true },
        alerts: { enabled: true },
        dashboard: { enabled: true },
      },
    },
  ],
  [{}, { networkPolicy: { enabled: false }, ...OVER_TLS }],
  [{}, { prepare: { enabled: false } }],
]

export function everyCombination(): readonly Values[] {
  return SWITCHES.reduce<readonly Values[]>(
    (all, choices) => all.flatMap((values) => choices.map((choice) => ({ ...values, ...choice }))),
    [LEAST],
  )
}

/** Hostile texts: YAML, templates, line ends, the empty text. */
const SLIPPED = fc.oneof(
  fc.constantFrom(
    'x\n    hostNetwork: true',
    '"}, {"name": "evil"',
    '{{ .Values.engines }}',
    '{{ fail "x" }}',
    '',
    'a: b',
    '- a',
    '*',
    '&a',
    'yes',
    '1',
    '~',
    '\u0000',
    'é',
  ),
  fc.string({ maxLength: 300, unit: anyCharacter }),
)
const seldom = <T>(well: fc.Arbitrary<T>, otherwise: fc.Arbitrary<unknown> = SLIPPED) =>
  fc.oneof({ weight: 20, arbitrary: well }, { weight: 1, arbitrary: otherwise })
const WRONG = fc.oneof(SLIPPED, fc.constantFrom(-1, 0, 1.5, 1e21, null, true, [], {}), fc.integer())
const text = (...choices: readonly string[]) => seldom(fc.constantFrom(...choices))
const count = (min: number, max: number) => seldom(fc.integer({ min, max }), WRONG)
const yes = () => seldom(fc.boolean(), WRONG)
const some = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  seldom(fc.record(model, { requiredKeys: [] }), WRONG)
const many = (one: fc.Arbitrary<unknown>, maxLength = 3) =>
  seldom(fc.uniqueArray(one, { maxLength, comparator: 'SameValue' }), WRONG)

/** Texts that YAML reads as another type unless quoted. */
const WORDS = ['yes', 'no', 'on', 'off', 'true', 'null', 'y', 'n'] as const
const NUMBERS = ['2026', '1e3', '0x1f', '0b1', '017', '0o17'] as const
const ID = text('river-county-2026', 'a', 'x_y', 'a'.repeat(64), ...WORDS, ...NUMBERS)
const NAME = text('one', 'two.three', 'a-b', ...WORDS, ...NUMBERS, '1.5', '2026-11-30')
const TEXTS = seldom(
  fc.dictionary(
    text('example.org/a', 'b', 'c.d') as fc.Arbitrary<string>,
    fc.oneof(fc.string({ maxLength: 40 }), SLIPPED),
    {
      maxKeys: 3,
    },
  ),
  WRONG,
)
const LABELS = seldom(
  fc.dictionary(text('release', 'example.org/a') as fc.Arbitrary<string>, text('x', '1', 'true', 'a.b'), {
    maxKeys: 2,
  }),
  WRONG,
)
const AMOUNTS = fc.record({ cpu: text('1', '250m'), memory: text('1Gi', '512Mi') })
const RESOURCES = some({ requests: AMOUNTS, limits: AMOUNTS })
const PEERS = many(
  fc.oneof(
    fc.constant({ podSelector: { matchLabels: { app: 'x' } } }),
    fc.constant({ namespaceSelector: {} }),
    fc.constant({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }),
    WRONG,
  ),
)
const ENGINE = some({ to: PEERS, ports: many(count(1, 65535)) })
const IMAGE = some({
  repository: text('registry.example.org:5000/elections', 'e'),
  tag: text('', '1.2.3', 'local', '1.5', '2026'),
  digest: text('', `sha256:${'0a'.repeat(32)}`),
  pullPolicy: text('Always', 'IfNotPresent', 'Never'),
  pullSecrets: many(NAME),
})
const SECRET = some({ name: NAME, key: text('url', 'uri', 'a.b_c', 'no', '1e3', '1_000', '.inf') })
const PLACE = {
  resources: RESOURCES,
  annotations: TEXTS,
  nodeSelector: LABELS,
  tolerations: many(
    fc.constantFrom({ key: 'a', operator: 'Exists' }, { key: 'b', value: 'c', effect: 'NoSchedule' }),
  ),
  affinity: some({ podAntiAffinity: fc.constant({}) }),
  priorityClass: text('', 'high', 'off', '1e3'),
}
const SIZE = text('1Gi', '500Mi', '2.5Ti', '1e9')

const SECTIONS = {
  image: IMAGE,
  nameOverride: text('', 'council', 'a-b', ...WORDS),
  elections: seldom(fc.uniqueArray(ID, { minLength: 1, maxLength: 12 }), WRONG),
  defaultElection: text('', 'a', 'river-county-2026', 'no', '2026'),
  engines: some({
    tls: some({
      caSecret: SECRET,
      clientSecret: some({
        name: text('', 'client', '1e3'),
        certKey: text('tls.crt'),
        keyKey: text('tls.key'),
      }),
    }),
    kafka: some({
      brokers: text('kafka:9092', 'k1:9092, k2:9092,[::1]:9092'),
      tls: yes(),
      secret: some({ name: text('', 'login', '2026'), userKey: text('user'), passwordKey: text('password') }),
    }),
    redis: some({ secret: SECRET }),
    database: some({ secret: SECRET }),
  }),
  prepare: some({
    enabled: yes(),
    partitions: count(1, 1000),
    deadlineSeconds: count(10, 3600),
    resources: RESOURCES,
  }),
  site: some({
    base: text('', '/vote/', 'https://example.org/', 'https://example.org:8443/a/b/'),
    trustProxy: count(0, 10),
    requireToken: many(text('cast', 'results')),
  }),
  limits: some({ wrongKeys: count(0, 100), connections: count(1, 30000), importSeconds: count(1, 86400) }),
  publicLog: some({
    store: text('folder', 's3'),
    folder: some({
      volume: text('emptyDir', 'claim'),
      size: SIZE,
      storageClass: text('', 'fast', 'no', '1e3'),
      accessMode: text('ReadWriteOnce', 'ReadWriteMany'),
    }),
    s3: some({
      bucket: text('log', ''),
      prefix: text('', 'a/b/'),
      region: text('eu-central-1'),
      endpoint: text('', 'http://minio:9000'),
      keySecret: SECRET,
    }),
    url: text('', 'https://log.example.org/a'),
    publishEverySeconds: seldom(fc.constantFrom(0.5, 2, 60), WRONG),
    promiseWithinSeconds: count(12, 100),
    witnesses: many(text('https://w.example/a=w.example/a+0a1b2c3d+BbCd/+=', 'http://w2:1=w2+0a1b2c3d+Bb')),
    witnessQuorum: count(1, 3),
  }),
  gateway: some({
    replicas: count(1, 200),
    autoscaling: some({
      enabled: yes(),
      minReplicas: count(1, 9),
      maxReplicas: count(1, 30),
      targetCPU: count(10, 95),
    }),
    drainSeconds: count(1, 600),
    disruptionBudget: some({ maxUnavailable: count(1, 100) }),
    spread: some({
      zones: text('', 'DoNotSchedule', 'ScheduleAnyway'),
      nodes: text('', 'DoNotSchedule', 'ScheduleAnyway'),
    }),
    ...PLACE,
  }),
  results: some({ replicas: count(1, 2), ...PLACE }),
  tally: some({ replicas: count(0, 2), ...PLACE }),
  spark: some({
    enabled: yes(),
    image: IMAGE,
    tokenSecret: SECRET,
    remoteSecret: SECRET,
    cores: count(1, 64),
    heap: text('1200m', '4g'),
    resources: RESOURCES,
    checkpoints: some({
      store: text('emptyDir', 'claim', 's3'),
      path: text('/var/lib/spark/a', 's3a://b/c'),
      size: SIZE,
      storageClass: text('', 'fast', 'no', '1e3'),
      credentialsSecret: text('', 'aws', 'null'),
    }),
  }),
  service: some({
    type: text('ClusterIP', 'NodePort', 'LoadBalancer'),
    port: count(1, 65535),
    annotations: TEXTS,
  }),
  ingress: some({
    enabled: yes(),
    className: text('', 'nginx', 'on'),
    host: text('vote.example.org', '*.example.org', ''),
    tlsSecret: text('', 'tls', 'y'),
    annotations: TEXTS,
  }),
  httpRoute: some({
    enabled: yes(),
    parentRefs: many(some({ name: NAME, namespace: NAME, sectionName: NAME })),
    hostnames: many(text('vote.example.org', '*.example.org')),
    annotations: TEXTS,
  }),
  monitoring: some({
    serviceMonitor: some({ enabled: yes(), interval: text('15s', '1m'), labels: LABELS }),
    alerts: some({ enabled: yes(), labels: LABELS }),
    dashboard: some({ enabled: yes(), labels: LABELS }),
  }),
  networkPolicy: some({
    enabled: yes(),
    clients: PEERS,
    monitoring: PEERS,
    engines: some({ kafka: ENGINE, redis: ENGINE, database: ENGINE, spark: ENGINE, web: ENGINE }),
  }),
  serviceAccount: some({ annotations: TEXTS }),
  log: some({ level: text('info', 'warn', 'loud') }),
  surprise: fc.constant({ enabled: true }),
}

/** Names of releases that Helm allows. */
export const drawnRelease: fc.Arbitrary<string> = seldom(
  fc.constantFrom('vote', 'a'.repeat(53), ...WORDS),
  fc.constantFrom('vote.city', '2026-11-30', '1.5', ...NUMBERS),
) as fc.Arbitrary<string>

/** The required values plus up to four random sections. */
export const drawnValues: fc.Arbitrary<Values> = fc
  .uniqueArray(fc.constantFrom(...(Object.keys(SECTIONS) as (keyof typeof SECTIONS)[])), { maxLength: 4 })
  .chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, SECTIONS[name] as fc.Arbitrary<unknown>]))),
  )
  .map((drawn) => ({ ...LEAST, ...drawn }))
