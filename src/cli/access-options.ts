/** Options of `serve`: which requests need an access token; the port of health and metrics. */
import { Option } from 'commander'
import { REQUIRABLE, type Requirable } from '../core/access/who-may.ts'
import { wholeNumber } from './options.ts'

export interface AccessOptions {
  readonly requireToken?: readonly Requirable[]
  readonly metricsPort?: number
  readonly metricsHost: string
}

export function accessOptions(): readonly Option[] {
  return [
    new Option(
      '--require-token <what...>',
      'what needs an access token ("elections token"): cast, results, or both; by default a voter ' +
        'key alone is enough to vote, and the count is public',
    ).choices(REQUIRABLE),
    new Option(
      '--metrics-port <n>',
      'a separate port for /metrics, /healthz and /readyz, which the public port then does not serve; ' +
        '0 picks a free one',
    ).argParser((text) => wholeNumber(text, 0, 65_535)),
    new Option('--metrics-host <address>', 'the address that port listens on').default('127.0.0.1'),
  ]
}

/** The options in the form that `startServer` expects. */
export function accessSettings({ requireToken, metricsPort, metricsHost }: AccessOptions) {
  const operations = metricsPort === undefined ? undefined : { port: metricsPort, host: metricsHost }
  return { requireToken, operations }
}
