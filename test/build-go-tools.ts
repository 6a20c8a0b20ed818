/**
 * Builds the Go programs of the tests before the tests start. The first build takes minutes, which
 * must not count as a test's time.
 */
import {
  chartcheck,
  goPresent,
  goTools,
  pebbleTools,
  rulecheck,
  s3Program,
  schemaModules,
} from './go-tools.ts'

if (goPresent())
  for (const build of [goTools, pebbleTools, s3Program, chartcheck, rulecheck, schemaModules]) build()
