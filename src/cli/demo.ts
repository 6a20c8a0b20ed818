/**
 * `elections demo`, the command of `npm start`: starts a demo election within seconds, or continues
 * the one in the data folder.
 */
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { electionDir } from '../adapters/embedded/layout.ts'
import type { VoterKey } from '../adapters/files/key-file.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { keyFragment } from '../core/election/key-link.ts'
import { createDemo, DEMO_ID, handKeysFile, unusedKeys } from '../organise/demo-election.ts'
import type { VoterRoll } from '../ports/voter-roll.ts'
import { defaultLimits } from '../server/limits.ts'
import { createLogger, type LogLevel } from '../server/logger.ts'
import { PUBLISH_EVERY_S } from '../server/one-machine.ts'
import { type RunningServer, startServer } from '../server/server.ts'
import { CannotSimulate } from '../simulator/cannot-simulate.ts'
import { runSimulation } from '../simulator/run.ts'
import { NO_SHARES } from '../simulator/shares.ts'
import { loadingProgress } from './loading-progress.ts'
import { logLevelOption } from './log-option.ts'
import { atLeastOne, countOption, portOption, publishEveryOption } from './options.ts'
import { onStopSignal } from './stop-signal.ts'

interface DemoOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly voters: number
  readonly rate: number
  readonly simulator: boolean
  readonly publishEvery: number
  readonly logLevel?: LogLevel
  readonly json?: boolean
}

const MAX_VOTERS = 10_000_000
const CONNECTIONS = 16

export function demoCommand(): Command {
  return new Command('demo')
    .summary('run a demo election with simulated voters (what "npm start" does)')
    .description(
      'Starts a demo election, or continues the one in the data folder: voting over HTTP, a live ' +
        'count in the browser, simulated voters, and voter keys for voting by hand.',
    )
    .addOption(portOption(8501))
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--data <folder>', 'the data folder', './data')
    .option(
      '--voters <n>',
      'number of voters of a new demo election',
      (text) => atLeastOne(text, MAX_VOTERS),
      10_000,
    )
    .addOption(countOption('--rate <n>', 'simulated votes per second', 50))
    .addOption(publishEveryOption(PUBLISH_EVERY_S))
    .option('--no-simulator', 'do not simulate votes')
    .addOption(logLevelOption())
    .option('--json', 'print one line of JSON when ready')
    .addHelpText(
      'after',
      `
Examples:
  $ elections demo
  $ elections demo --port 9000 --voters 500 --rate 10
  $ npm start -- --no-simulator`,
    )
    .action(demo)
}

async function demo(options: DemoOptions): Promise<void> {
  const isNew = !existsSync(electionDir(options.data, DEMO_ID))
  if (isNew) await createDemo(options.data, options.voters, systemClock.nowMs())
  const log = createLogger(options.logLevel ?? (options.json ? 'info' : 'warn'))
  const server = await startServer({
    dataDir: options.data,
    port: options.port,
    host: options.host,
    defaultElection: DEMO_ID,
    limits: defaultLimits(),
    publishEveryMs: options.publishEvery * 1000,
    loading: loadingProgress(),
    log,
  })
  const ending = new AbortController()
  onStopSignal(async () => {
    ending.abort()
    await server.stop()
  })
  await announce(options, server, isNew)
  if (!options.simulator || options.rate === 0) return
  await simulate(options, server, ending.signal)
}

async function announce(
  options: DemoOptions,
  { url, elections }: RunningServer,
  isNew: boolean,
): Promise<void> {
  const { election, tally, roll } = elections.default
  if (options.json) {
    console.log(JSON.stringify({ event: 'ready', url, election: DEMO_ID, pid: process.pid }))
    return
  }
  const cast = tally.cast()
  const eligible = roll.eligible.reduce((sum, keys) => sum + keys, 0)
  const number = (value: number) => value.toLocaleString('en')
  const simulator =
    options.simulator && options.rate > 0
      ? `${number(options.rate)} votes a second (--no-simulator turns it off)`
      : 'off'
  console.log(`
${election.title}${isNew ? '' : `, reopened with ${number(cast)} of ${number(eligible)} votes cast`}

  Dashboard   ${url}
  API         ${url}/docs
  Data        ${options.data}  (delete it to start over)
  Simulator   ${simulator}
`)
  const key = await firstUnusedKey(options.data, roll)
  if (key) console.log(votingByHand(url, key, election.contests[0]!.options[0]!.name, options.data))
  else console.log(`Every voter key in ${handKeysFile(options.data)} is used.\n`)
  console.log('Ctrl-C stops the server; the next start continues this election.')
}

/** The link and the curl command that vote with this key. */
function votingByHand(url: string, key: VoterKey, candidate: string, dataDir: string): string {
  const { personal_id, guid } = key
  const body = JSON.stringify({ personal_id, guid, candidate })
  return `Vote by hand with the voter key of ${personal_id} (${handKeysFile(dataDir)} has more):

  in the browser   ${url}/e/${DEMO_ID}${keyFragment({ personalId: personal_id, guid })}
  with curl        curl -i ${url}/vote -H 'content-type: application/json' -d '${body}'
`
}

async function firstUnusedKey(dataDir: string, roll: VoterRoll): Promise<VoterKey | undefined> {
  for await (const keys of unusedKeys(dataDir, 'hand', roll)) return keys[0]
  return undefined
}

/** Casts simulated votes at a constant rate until the keys run out or the server stops. */
async function simulate(
  options: DemoOptions,
  { url, elections }: RunningServer,
  signal: AbortSignal,
): Promise<void> {
  const served = elections.default
  if (served.phase() !== 'open')
    return say(options, 'Voting in the demo election has ended: delete the data folder to start a new one.')
  try {
    await runSimulation(
      {
        url: new URL(url),
        election: DEMO_ID,
        keys: unusedKeys(options.data, 'simulator', served.roll),
        rate: options.rate,
        shares: NO_SHARES,
        targets: [],
        connections: CONNECTIONS,
        seed: 2026,
        patienceMs: Number.POSITIVE_INFINITY,
        runId: `demo-${process.pid}-${systemClock.nowMs()}`,
        nowMs: () => performance.now(),
      },
      { signal },
    )
  } catch (error) {
    if (!(error instanceof CannotSimulate)) throw error
    if (!signal.aborted) say(options, `The simulator stopped: ${error.message}`)
    return
  }
  if (!signal.aborted)
    say(
      options,
      `All simulated voters have voted. Voter keys for voting by hand are in ${handKeysFile(options.data)}.`,
    )
}

function say(options: DemoOptions, text: string): void {
  if (!options.json) console.log(text)
}
