/**
 * Builds what tests need of Go before they begin: the first time that takes minutes, which no test
 * is to be counted.
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
