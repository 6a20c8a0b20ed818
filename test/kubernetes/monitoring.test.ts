/**
 * Alerts and dashboard: Prometheus accepts them, they use metrics that the servers have, and each
 * alert fires when it should and only then.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { rulecheck, withoutGo } from '../go-tools.ts'
import { CHART } from './chart.ts'

const ALERTS = join(CHART, 'alerts.yaml')
const TESTS = fileURLToPath(new URL('alerts.test.yaml', import.meta.url))
const alerts = readFileSync(ALERTS, 'utf8')
const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!)

interface Panel {
  readonly title: string
  readonly targets?: readonly { readonly expr: string }[]
}

/** Returns the dashboard's expressions with their variables filled in. */
function asked(): readonly string[] {
  const { panels } = JSON.parse(readFileSync(join(CHART, 'dashboard.json'), 'utf8')) as { panels: Panel[] }
  return panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) => expr.replaceAll('$namespace', 'n').replaceAll('$election', 'e')),
  )
}

/**
 * The metrics of docs/operations.md. test/gateway/metrics.test.ts checks that they are exactly
 * those of the servers.
 */
function metricNames(): ReadonlySet<string> {
  const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const found = [...text.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].flatMap(([, name, type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name!],
  )
  return new Set(found)
}

const ruled = (args: readonly string[], input = '') =>
  spawnSync(rulecheck(), args, { input, encoding: 'utf8' })

test('alerts and dashboard use only metrics that the servers have', () => {
  const known = metricNames()
  assert.ok(known.size > 40)
  const expressions = [alerts.replaceAll(/^ *(summary|description|- alert):.*$/gm, ''), ...asked()]
  const used = expressions.flatMap((text) => text.match(/\b(elections|nodejs|process)_\w+/g) ?? [])
  assert.ok(new Set(used).size > 20)
  for (const name of used) assert.ok(known.has(name), name)
})

test('Prometheus accepts the rules and every expression of the dashboard', { skip: withoutGo() }, () => {
  assert.equal(ruled(['check', ALERTS]).stdout, '')
  assert.equal(ruled(['parse'], asked().join('\n')).stdout, '')
  assert.match(ruled(['parse'], 'sum(x').stdout, /unclosed/)
})

test('each alert fires on its condition and not otherwise', { skip: withoutGo() }, () => {
  const { stdout, status } = ruled(['test', ALERTS, TESTS])
  assert.equal(stdout, '')
  assert.equal(status, 0)
  const tests = readFileSync(TESTS, 'utf8')
  assert.ok(names.length > 10)
  for (const name of names) {
    assert.match(tests, new RegExp(`alertname: ${name}, exp_alerts`), `${name} fires`)
    assert.match(tests, new RegExp(`alertname: ${name} }`), `${name} does not`)
  }
})

test('each alert says what is wrong and what to do', () => {
  for (const rule of alerts.split('- alert: ').slice(1)) {
    assert.match(rule, /severity: (critical|warning|info)/, rule)
    assert.match(rule, /summary: ".+"\n/, rule)
    assert.match(rule, /description: ".+"\n/, rule)
  }
})
