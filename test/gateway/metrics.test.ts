/**
 * The metrics, those of a cluster included: `promtool check metrics` finds nothing (its linter, see
 * test/go/promcheck), and docs/operations.md names each of them and no other.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { certificateMetrics } from '../../src/gateway/certificate-metrics.ts'
import { gatewayMetrics } from '../../src/gateway/metrics.ts'
import type { ServedElection, ServedElections } from '../../src/gateway/served-election.ts'
import { figuresAsText, standingFigures } from '../../src/gateway/worker-figures.ts'
import { Durations } from '../../src/pipeline/timing.ts'
import type { CertificateSource } from '../../src/ports/certificate-source.ts'
import { goTools, withoutGo } from '../go-tools.ts'

const LOG = {
  ...{ origin: 'o', key: 'k', size: 301, root: 'r', published_at: '2026-11-23T17:04:41.482Z' },
  ...{ behind: 4, failures: 2, closed: false, witnessed: 300 },
  witnesses: [{ name: 'w', size: 300, behind: 1, problem: null }],
}
const ENGINE = {
  ...{ state: 'counting', problem: null, batch_id: 1, input_rows_per_second: 1, batch_ms: 250 },
  ...{
    processed_rows_per_second: 10,
    records_behind: 3,
    state_rows: 1,
    state_bytes: 9,
    restarts: 1,
    recounts: 0,
  },
}
const PIPELINE = {
  tally: { state: ENGINE, atMs: 0 },
  projector: { state: { stored: 7, ignored: 0, problem: null }, atMs: 0 },
  log_watch: { state: { ballots: 1, set_aside: { 'no-seal': 2 }, problem: null }, atMs: 0 },
  ballot_box: { log_up: true, keys_loaded: true, reserved: 0 },
}

const CERTIFICATES = {
  state: () => ({ certificate: 'valid', expires_at: '2030-01-01T00:00:00.000Z', problem: null }),
} as unknown as CertificateSource

function metricsOf(commits = new Durations()) {
  const served = {
    election: { id: 'town' },
    tally: { cast: () => 300, invariant: () => ({ holds: true }) },
    publicLog: { state: () => LOG },
    pipeline: () => PIPELINE,
    commits,
  } as unknown as ServedElection
  const elections: ServedElections = {
    byId: new Map([['town', served]]),
    default: served,
    onChange: () => {},
  }
  return {
    served,
    metrics: gatewayMetrics(
      elections,
      () => 5,
      (registry) => certificateMetrics(registry, CERTIFICATES),
    ),
  }
}

/** All of them, whatever happens first in a process: a collection of garbage, too. */
async function whole(): Promise<string> {
  const { served, metrics } = metricsOf()
  metrics.countBatch(served, ['unknown-key'], 3)
  metrics.countDocument(served, 'results.json')
  // Told by the process that leads several (`--workers`).
  const standing = standingFigures({ wanted: 2, ready: 1, restarts: 3 })
  return `${await metrics.text()}${await figuresAsText([standing])}`
}

test('the linter of promtool finds nothing', { skip: withoutGo() }, async () => {
  const lint = (input: string) => spawnSync(goTools().promcheck, { input, encoding: 'utf8' })
  const { status, stdout } = lint(await whole())
  assert.equal(stdout, '')
  assert.equal(status, 0)
  const wrong = lint('# TYPE votes_ms counter\nvotes_ms 1\n')
  assert.equal(wrong.status, 1)
  assert.match(wrong.stdout, /_total/)
})

/**
 * Whether there is such a handle or collection of garbage by now differs from process to process;
 * these have labels then.
 */
const VARIES: Readonly<Record<string, readonly string[]>> = {
  nodejs_gc_duration_seconds: ['kind'],
  nodejs_active_handles: ['type'],
  nodejs_active_requests: ['type'],
  nodejs_active_resources: ['type'],
}
/** Elsewhere Node knows less of its process. */
const notLinux = process.platform !== 'linux' && 'some of process_… are Linux’s alone'

test('docs/operations.md names each metric with its type and labels, and no other', {
  skip: notLinux,
}, async () => {
  const text = await whole()
  const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => {
    const series = new RegExp(`^${name}(?:_bucket)?\\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? ''
    const labels = [...series.matchAll(/(\w+)="/g)].map((match) => match[1]).filter((label) => label !== 'le')
    const known = VARIES[name] ?? labels
    return `${name} ${type} ${known.join(', ')}`
  })
  const section = /^#+ Metrics\n([\s\S]*?)(?=^#)/m.exec(
    readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8'),
  )![1]!
  const documented = [...section.matchAll(/^\| `([a-z_]\w+)` \| (\w+) \| ([\w, ]*) \|/gm)].map(
    ([, name, type, labels = '']) => `${name} ${type} ${labels.trim()}`,
  )
  assert.deepEqual(told.sort(), documented.sort())
})

test('a histogram adds up, and has the ballots of a batch each', async () => {
  const commits = new Durations()
  commits.add(2)
  const { served, metrics } = metricsOf(commits)
  metrics.countBatch(served, ['unknown-key', 'unknown-key', 'polls-closed'], 4)
  metrics.countBatch(served, ['unknown-key'], 20_000)
  const text = await metrics.text()
  for (const line of [
    'elections_ballot_answer_seconds_bucket{election="town",le="0.0025"} 0',
    'elections_ballot_answer_seconds_bucket{election="town",le="0.005"} 3',
    'elections_ballot_answer_seconds_bucket{election="town",le="10"} 3',
    'elections_ballot_answer_seconds_bucket{election="town",le="+Inf"} 4',
    'elections_ballot_answer_seconds_sum{election="town"} 20.012',
    'elections_ballot_answer_seconds_count{election="town"} 4',
    'elections_commit_seconds_count{election="town"} 1',
    'elections_ballots_answered_total{election="town",outcome="unknown-key"} 3',
    'elections_log_failures_total{election="town"} 2',
    'elections_tally_restarts_total{election="town"} 1',
  ])
    assert.ok(text.includes(`${line}\n`), `${line}\n${text}`)
})
