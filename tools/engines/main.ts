/**
 * `npm run cluster`: real Redis, PostgreSQL, Kafka and Spark on this machine, for people without
 * Docker, for the tests and for CI. The composition root of tools/engines.
 */
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ADDRESS_NAMES } from './addresses.ts'
import { lookAtCluster, runningCluster, startCluster, stopCluster } from './cluster.ts'
import type { EngineName } from './engine-name.ts'
import { EXIT_BAD_INPUT, EXIT_NO, verdictOn } from './exit.ts'
import { install } from './install.ts'
import { ENGINE_NAMES, killEngine, recordedProcess, siteOf, startEngine, stopEngine } from './lifecycle.ts'
import type { PortChoice } from './ports.ts'
import { bornAt } from './processes.ts'
import { ClusterRefusal } from './refusal.ts'
import { exportLines, table } from './words.ts'

interface Options {
  readonly data: string
  readonly ports?: PortChoice
  readonly listen?: string
  readonly openKafka?: boolean
  readonly engine?: EngineName
  readonly start?: boolean
  readonly stop?: boolean
  readonly kill?: boolean
  readonly status?: boolean
  readonly env?: boolean
  readonly install?: boolean
  readonly json?: boolean
  readonly while?: number
  readonly temporary?: boolean
}

const WHILE_POLL_MS = 250
const MOST_PID = 2 ** 31 - 1

const program = new Command('npm run cluster --')
  .description(
    'Starts Redis, PostgreSQL, Kafka and Spark Connect on this machine, on loopback, and ' +
      'installs what is missing. They run until Ctrl-C or --stop; an engine that dies is restarted.',
  )
  .option('--data <folder>', 'the folder for all data', './cluster-data')
  .addOption(
    new Option('--ports <choice>', 'the usual ports, or free ones; kept between starts').choices([
      'default',
      'auto',
    ]),
  )
  .option(
    '--listen <address>',
    'an address of this machine at which others reach Redis, PostgreSQL and Kafka; Spark stays on loopback',
  )
  .option(
    '--open-kafka',
    'with --listen: every client that reaches that address may use Kafka, which has no password',
  )
  .option('--status', 'show the state of the engines of that folder')
  .option('--stop', 'stop the cluster of that folder, or one --engine of it')
  .option('--engine <name>', `only one engine: ${ENGINE_NAMES.join(', ')}`, engineName)
  .option('--start', 'restart that --engine')
  .option('--kill', 'kill -9 that --engine, to see what happens')
  .option('--env', 'print the addresses of the running cluster for a shell to evaluate')
  .option('--install', 'install what is missing and start nothing')
  .option('--json', 'print one line of JSON')
  .addOption(new Option('--while <pid>', 'stop when that process has ended').argParser(pid))
  .option('--temporary', 'remove the folder when everything has stopped')
  .addHelpText(
    'after',
    `
The usual ports are 6379 (Redis), 5432 (PostgreSQL), 9092 (Kafka) and 15002 (Spark Connect).
The first start creates the passwords and keeps them in the folder; --json, --status --json and
--env show them.

Exit codes: 0 done, 1 an engine is not well (--status), 2 it cannot be done; a message says what to do.

Examples:
  $ npm run cluster                                  until Ctrl-C
  $ npm run cluster -- --data ./engines --ports auto
  $ eval "$(npm run --silent cluster -- --env)"      the addresses, for "elections … --cluster" in this shell
  $ npm run cluster -- --listen 10.0.0.5 --open-kafka     for gateways on other machines
  $ npm run cluster -- --status
  $ npm run cluster -- --engine kafka --stop
  $ npm run cluster -- --engine kafka --start
  $ npm run cluster -- --stop`,
  )
  .exitOverride()
  .action(act)

function engineName(text: string): EngineName {
  if ((ENGINE_NAMES as readonly string[]).includes(text)) return text as EngineName
  throw new InvalidArgumentError(`It must be one of ${ENGINE_NAMES.join(', ')}.`)
}

function pid(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_PID) return value
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_PID}.`)
}

const say = (text: string): void => console.error(`cluster: ${text}`)

async function act(options: Options): Promise<void> {
  if (options.engine !== undefined) await actOnEngine(options, options.engine)
  else if (options.start || options.kill) throw new ClusterRefusal('--start and --kill need --engine NAME')
  else if (options.status) await status(options)
  else if (options.env) console.log(exportLines(running(options.data).addresses))
  else if (options.stop) await stop(options)
  else if (options.install) await install(say)
  else await run(options)
}

async function actOnEngine(options: Options, name: EngineName): Promise<void> {
  const { site } = running(options.data)
  if ([options.start, options.stop, options.kill].filter(Boolean).length !== 1)
    throw new ClusterRefusal('--engine needs one of --start, --stop, --kill')
  if (options.start) await startEngine(site, name)
  else if (options.stop) await stopEngine(site.dir, name)
  else await killEngine(site.dir, name)
  await status(options)
  process.exitCode = 0
}

function running(data: string): NonNullable<ReturnType<typeof runningCluster>> {
  const cluster = runningCluster(data)
  if (cluster === undefined)
    throw new ClusterRefusal(
      `${resolve(data)}: no cluster is ready here; start one, or name another folder with --data`,
    )
  return cluster
}

async function status({ data, json }: Options): Promise<void> {
  const { listen } = siteOf(resolve(data))
  const cluster = runningCluster(data)
  const engines = await lookAtCluster(data)
  if (cluster === undefined || engines.some(({ state }) => state !== 'healthy')) process.exitCode = EXIT_NO
  if (json)
    console.log(
      JSON.stringify({ running: cluster !== undefined, pid: cluster?.pid, engines, ...cluster?.addresses }),
    )
  else console.log(`${table(engines, listen)}${cluster === undefined ? '\nno process watches them' : ''}`)
}

async function stop({ data, json }: Options): Promise<void> {
  const stopped = await stopCluster(data)
  if (json) console.log(JSON.stringify({ stopped }))
  else say(stopped ? 'stopped' : `${resolve(data)}: nothing ran`)
}

async function run(options: Options): Promise<void> {
  const { data, json, ports } = options
  const listen = options.listen && { address: options.listen, isKafkaOpen: options.openKafka ?? false }
  const ending = new AbortController()
  endOnSignals(ending, data)
  if (options.while !== undefined) endWithProcess(ending, options.while)
  try {
    const cluster = await startCluster({
      ...{ data, say, signal: ending.signal },
      ...(ports && { ports }),
      ...(listen && { listen }),
    })
    if (json) {
      const pids = Object.fromEntries(
        ENGINE_NAMES.map((name) => [name, recordedProcess(cluster.site.dir, name)?.pid]),
      )
      console.log(JSON.stringify({ ...cluster.addresses, pids: { cluster: process.pid, ...pids } }))
    } else {
      console.log(table(await lookAtCluster(data), cluster.site.listen))
      console.log(
        `\nData and logs: ${cluster.site.dir}. The addresses: ${ADDRESS_NAMES.join(', ')} by ` +
          '--env. Ctrl-C stops all.',
      )
    }
    await cluster.watch(ending.signal)
    say('stopping Spark, Kafka, Redis and PostgreSQL')
    await cluster.stop()
  } catch (error) {
    if (!ending.signal.aborted) throw error
  } finally {
    if (options.temporary && ending.signal.aborted) rmSync(resolve(data), { recursive: true, force: true })
  }
}

/**
 * The first signal stops everything in order. This may take a while, so further signals print a
 * message.
 */
function endOnSignals(ending: AbortController, data: string): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (ending.signal.aborted)
        say(`still stopping; if it hangs, kill -9 ${process.pid} and --stop --data ${data}`)
      ending.abort(new Error(signal))
    })
}

function endWithProcess(ending: AbortController, other: number): void {
  const born = bornAt(other)
  const timer = setInterval(() => {
    if (born !== undefined && bornAt(other) === born) return
    clearInterval(timer)
    ending.abort(new Error(`process ${other} has ended`))
  }, WHILE_POLL_MS)
  timer.unref()
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_INPUT)
  const { code, message } = verdictOn(error)
  console.error(`cluster: ${message}`)
  process.exit(code)
}
