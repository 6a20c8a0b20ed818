/**
 * A server like that of `elections serve` but without the public log: receipts promise nothing and
 * nothing is published. usage: unlogged-server.ts DATA
 */

import { onStopSignal } from '../src/cli/stop-signal.ts'
import { defaultLimits } from '../src/server/limits.ts'
import { createLogger } from '../src/server/logger.ts'
import { startServer } from '../src/server/server.ts'

/** Longest delay of a timer. */
const NEVER_MS = 2 ** 31 - 1

const { url, stop } = await startServer({
  dataDir: process.argv[2]!,
  port: 0,
  host: '127.0.0.1',
  limits: defaultLimits(),
  promiseWithinS: null,
  publishEveryMs: NEVER_MS,
  log: createLogger(),
})
onStopSignal(stop)
console.log(JSON.stringify({ url }))
