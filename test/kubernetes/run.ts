/**
 * `npm run test:kubernetes`: an election on a Kubernetes, from `helm install` to the certificate,
 * while its pods come and go. Prints the table of docs/deployment.md, section "Kubernetes: the
 * run". Exit codes: 0 all of it holds, 1 something does not, 2 unusable arguments.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CommanderError } from 'commander'
import { Client } from 'pg'
import { readKeyFile, type VoterKey } from '../../src/adapters/files/key-file.ts'
import { type Beside, beside, ELECTION } from './beside.ts'
import { images } from './images.ts'
import { PHASES, type Phase, waitFor } from './phases.ts'
import { assertEachOnce, certified, recordsIn, results, told } from './proof.ts'
import { engineSecrets, type Release, release } from './release.ts'
import { type Settings, settingsFrom } from './settings.ts'
import { sharedFolder } from './shared-folder.ts'
import { faultsOf, type Row, runTable } from './table.ts'
import { voteWhile } from './voters.ts'

/** Voting is extended by this much whenever less time is left. */
const EXTENDED_MS = 180_000
const LEAST_LEFT_MS = 110_000
/** Time until a publisher can accept the first extension. */
const OPEN_MS = 900_000
const LOOK_MS = 5_000

const startedMs = performance.now()
const say = (text: string): void =>
  console.error(
    `kubernetes: ${String(Math.round((performance.now() - startedMs) / 1000)).padStart(4)} s  ${text}`,
  )

/** Keeps voting open until `end` is called. */
class OpenPolls {
  #closesAtMs: number
  #ended = false
  readonly #extending: Promise<void>

  constructor(closesAtMs: number, beside: Beside, dir: string) {
    this.#closesAtMs = closesAtMs
    this.#extending = this.#extend(beside, dir)
  }

  async #extend({ cli }: Beside, dir: string): Promise<void> {
    while (!this.#ended) {
      if (this.#closesAtMs - Date.now() < LEAST_LEFT_MS) {
        const untilMs = Date.now() + EXTENDED_MS
        const args = ['extend', '--cluster', '--data', join(dir, 'data'), '--election', ELECTION]
        try {
          await cli(...args, '--closes-at', new Date(untilMs).toISOString())
          this.#closesAtMs = untilMs
        } catch (error) {
          say(`voting could not be extended, trying again: ${(error as Error).message.split('\n').at(-1)}`)
        }
      }
      await sleep(LOOK_MS)
    }
  }

  async letEnd(): Promise<void> {
    this.#ended = true
    await this.#extending
  }
}

interface Standing {
  readonly settings: Settings
  readonly dir: string
  readonly beside: Beside
  readonly release: Release
  readonly polls: OpenPolls
  readonly nextTag: string
  readonly logKey: string
  readonly trackers: string[]
  readonly keys: readonly VoterKey[]
}

async function allKeys(dir: string): Promise<readonly VoterKey[]> {
  const keys: VoterKey[] = []
  for await (const batch of readKeyFile(join(dir, 'keys.csv'))) keys.push(...batch)
  return keys
}

/** Returns the leading publisher, by the connection that holds the lock. */
async function leaderIp(database: string): Promise<string | undefined> {
  const client = new Client({ connectionString: database, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ ip: string }>(
      `SELECT host(client_addr) AS ip FROM pg_stat_activity JOIN pg_locks USING (pid)
       WHERE locktype = 'advisory' AND granted AND application_name = 'digital-elections publisher'`,
    )
    return rows[0]?.ip
  } finally {
    await client.end()
  }
}

interface Told {
  readonly cast: number
  /** Leaves of the log, and how many of them are not ballots. */
  readonly size: number
  readonly records: number
}

const NOTHING: Told = { cast: 0, size: 0, records: 0 }

/** Waits until every acknowledged ballot is counted and published. */
async function allPublished(on: Standing, url: string): Promise<Told> {
  const { cast, size } = await told(url, on.trackers.length)
  return { cast, size, records: await recordsIn(on.beside.addresses.DATABASE_URL, size) }
}

const grown = (before: Told, now: Told) => ({
  counted: now.cast - before.cast,
  leaves: now.size - before.size,
  records: now.records - before.records,
})

async function phase(
  on: Standing,
  { name, disturb }: Phase,
  keys: readonly VoterKey[],
  url: string,
): Promise<Row> {
  const before = await allPublished(on, url)
  say(`${name}: ${keys.length} votes`)
  const begunMs = performance.now()
  const { rate } = on.settings
  const onAccepted = (tracker: string): void => void on.trackers.push(tracker)
  const report = await voteWhile(keys, { url, election: ELECTION, rate, onAccepted }, () =>
    disturb({
      ...{ release: on.release, nextTag: on.nextTag, say },
      leader: () => leaderIp(on.beside.addresses.DATABASE_URL),
    }),
  )
  const seconds = (performance.now() - begunMs) / 1000
  const row = { phase: name, report, seconds, ...grown(before, await allPublished(on, url)) }
  say(
    `${name}: ${Math.round(seconds)} s, ${faultsOf(row).join('; ') || 'well'} ` +
      `${JSON.stringify(report.resentBecause)}`,
  )
  return row
}

/** Time from `helm install` to the first receipt. */
async function firstVote(on: Standing, placed: Parameters<Release['install']>[0]): Promise<Row> {
  say('helm install')
  const begunMs = performance.now()
  await on.release.install(placed)
  const url = on.settings.url ?? (await on.release.gateways())
  await waitFor(`the gateways answer at ${url}`, () => results(url))
  const { rate } = on.settings
  const onAccepted = (tracker: string): void => void on.trackers.push(tracker)
  let seconds = 0
  const report = await voteWhile(
    on.keys.slice(0, 1),
    {
      url,
      election: ELECTION,
      rate,
      onAccepted: (tracker) => {
        seconds = (performance.now() - begunMs) / 1000
        onAccepted(tracker)
      },
    },
    async () => {},
  )
  say(`the first vote is acknowledged ${Math.round(seconds)} s after helm install`)
  return {
    phase: 'helm install to the first acknowledged vote',
    ...{ report, seconds, ...grown(NOTHING, await allPublished(on, url)) },
  }
}

async function wholeRun(on: Standing, placed: Parameters<Release['install']>[0]): Promise<void> {
  const { settings, release, beside, trackers, keys } = on
  const rows = [await firstVote(on, placed)]
  const url = settings.url ?? (await release.gateways())
  await release.settled()
  const each = Math.floor((keys.length - 1) / PHASES.length)
  for (const [i, one] of PHASES.entries()) {
    const from = 1 + i * each
    rows.push(await phase(on, one, keys.slice(from, i === PHASES.length - 1 ? undefined : from + each), url))
    // Deletions choose any of several pods. The other phases start where the last one ended.
    if (one.name.startsWith('image')) await release.upgrade('--set', 'gateway.replicas=3')
  }
  await on.polls.letEnd()
  say('waiting for the end of voting')
  const publisher = await release.publisher()
  const { said, ballots, seconds } = await certified(
    { release, beside, dir: on.dir, logKey: on.logKey },
    publisher,
  )
  for (const text of said) console.error(text)
  const { size } = (await results(publisher))!.log!
  const leaves = await assertEachOnce(publisher, size, trackers)
  const faults = rows.flatMap(faultsOf)
  if (ballots !== trackers.length) faults.push(`${trackers.length} acknowledged, ${ballots} certified`)
  const load = loadavg().map((value) => value.toFixed(0))
  const text = [
    runTable(rows, { ballots, leaves: leaves.ballots, seconds }),
    '',
    `${leaves.ballots} acknowledged ballots, each one leaf of the log; ` +
      `${leaves.others} leaves are other entries. The log verifies; the result is certified. ` +
      `Load of the machine at the end (1, 5, 15 minutes): ${load.join(', ')}.`,
  ].join('\n')
  console.log(text)
  if (settings.report !== undefined) writeFileSync(settings.report, `${text}\n`)
  for (const fault of faults) console.error(`kubernetes: ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

async function main(settings: Settings): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'elections-kubernetes-'))
  chmodSync(dir, 0o711)
  const done: (() => Promise<unknown>)[] = []
  try {
    const image = await images(settings, say)
    const on = release(settings)
    say('starting the engines')
    const engines = await beside(dir, settings.address)
    done.push(engines.stop)
    const closesAtMs = Date.now() + OPEN_MS
    const { secrets, logKey } = await engines.init(settings.votes, closesAtMs)
    await engines.countBesideSpark()
    await on.begin()
    if (!settings.keep) done.push(on.remove)
    await on.apply(engineSecrets(engines.addresses))
    await on.kubectl(['apply', '--filename', secrets])
    const publishers = await sharedFolder(settings, on)
    const polls = new OpenPolls(closesAtMs, engines, dir)
    done.push(() => polls.letEnd())
    const { repository, tags } = image
    await wholeRun(
      {
        ...{ settings, dir, beside: engines, release: on, polls, logKey },
        ...{ nextTag: tags[1], trackers: [], keys: await allKeys(dir) },
      },
      { electionId: ELECTION, engines: engines.addresses, image: { repository, tag: tags[0] }, publishers },
    )
  } finally {
    for (const end of done.reverse()) await end().catch((error) => say((error as Error).message))
    if (!settings.keep) rmSync(dir, { recursive: true, force: true })
  }
}

try {
  await main(settingsFrom(process.argv.slice(2)))
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2)
  console.error(error)
  process.exit(1)
}
