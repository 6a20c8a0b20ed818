/**
 * The live count at a nation's size: bytes to a viewer and cost for the server while ballots
 * arrive. Whole snapshots, deltas and no viewer take turns; then many viewers; then a small
 * election.
 *
 * usage: feed.ts [SECONDS]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type BenchElection, DEFINITION, makeElection } from './elections.ts'
import { type BenchServer, cpuSeconds, electionServer, load } from './processes.ts'
import { type Figure, median, printFigures, whole } from './report.ts'

const DISTRICTS = 3_152
const RATE = 1_500
const ROUNDS = 3
const CROWD = 10_000
const SYLLABLES = [
  'ba',
  'cor',
  'del',
  'fer',
  'gan',
  'hol',
  'in',
  'ker',
  'lo',
  'mon',
  'ne',
  'per',
  'ros',
  'tam',
  'wil',
]

type Form = 'none' | 'whole' | 'deltas'

interface Round {
  readonly bytesPerSecond: number
  /** Load of the thread that accepts votes, as a share of one core. */
  readonly thread: number
  /** Load of the whole process, in cores. */
  readonly process: number
  /** Time to the first snapshot, and its size. */
  readonly firstMs: number
  readonly firstBytes: number
  readonly p99: number
}

export async function benchFeed(seconds: number): Promise<Figure[]> {
  const large = await measured(nation(), seconds)
  return [...large, ...(await smallElection(seconds))]
}

async function measured(definition: typeof DEFINITION, seconds: number): Promise<Figure[]> {
  const count = RATE * seconds
  const election = await makeElection(count * (3 * ROUNDS + 2), [], definition)
  const server = await electionServer(election.dataDir)
  try {
    const voters = new Voters(server, election, count)
    const rounds = await inTurns(voters, ROUNDS)
    const { none, deltas } = rounds
    const thread = median(deltas.map((round, i) => round.thread - none[i]!.thread))
    const crowd = await crowdOf(CROWD, voters)
    const sent = median(deltas.map(({ bytesPerSecond }) => bytesPerSecond)) / 1000
    const firstMs = median(deltas.map((round) => round.firstMs))
    const firstBytes = Math.max(...deltas.map((round) => round.firstBytes))
    return [
      goal(`${whole(DISTRICTS)} districts, ${whole(RATE)} ballots/s: KB/s to one viewer`, sent, 40, 1),
      {
        what: '  the same, whole snapshots',
        value: (middle(rounds.whole, 'bytesPerSecond') / 1000).toFixed(1),
      },
      goal('  the first answer, KB', firstBytes / 1000, 60, 1),
      goal('  until it arrived, ms', firstMs, 1000, 0),
      goal('  thread that accepts votes, % busy with one viewer', thread * 100, 5, 1),
      { what: '  the same, whole snapshots', value: added(rounds, 'whole', 'thread') },
      { what: '  whole process, % of a core: whole / deltas', value: bothAdded(rounds, 'process') },
      goal(
        `  thread, % busy with ${whole(CROWD)} viewers`,
        (crowd.thread - middle(none, 'thread')) * 100,
        10,
        1,
      ),
      { what: '  KB/s to each of them', value: (crowd.bytesPerSecond / CROWD / 1000).toFixed(1) },
      {
        what: '  vote to receipt, p99, ms: no viewers / crowd',
        value: `${middle(none, 'p99')} / ${crowd.p99}`,
      },
    ]
  } finally {
    await server.stop()
    election.remove()
  }
}

async function smallElection(seconds: number): Promise<Figure[]> {
  const count = RATE * seconds
  const election = await makeElection(count * 3 * ROUNDS, [], { ...DEFINITION, suppress_below: 1 })
  const server = await electionServer(election.dataDir)
  try {
    const rounds = await inTurns(new Voters(server, election, count), ROUNDS)
    const kb = (form: Form) => (middle(rounds[form], 'bytesPerSecond') / 1000).toFixed(1)
    return [
      { what: 'one district: KB/s to one viewer, whole / deltas', value: `${kb('whole')} / ${kb('deltas')}` },
      { what: '  thread that accepts votes, % busy, whole / deltas', value: bothAdded(rounds, 'thread') },
      { what: '  whole process, % of a core, whole / deltas', value: bothAdded(rounds, 'process') },
    ]
  } finally {
    await server.stop()
    election.remove()
  }
}

/** Casts ballots at a steady rate, each time with other keys. */
class Voters {
  readonly server: BenchServer
  readonly #election: BenchElection
  readonly #count: number
  #first = 0

  constructor(server: BenchServer, election: BenchElection, count: number) {
    this.server = server
    this.#election = election
    this.#count = count
  }

  async vote() {
    const { server, seconds, cpu, thread } = { ...this.#before(), server: this.server }
    const report = await load({
      ...{ url: server.url, keysFile: this.#election.keysFile, first: this.#first, count: this.#count },
      ...{ connections: 16, rate: RATE },
    })
    this.#first += this.#count
    const took = performance.now() / 1000 - seconds
    return {
      seconds: took,
      process: (cpuSeconds(server.pid) - cpu) / took,
      thread: (threadSeconds(server.pid) - thread) / took,
      p99: report.p99,
    }
  }

  #before() {
    const { pid } = this.server
    return { seconds: performance.now() / 1000, cpu: cpuSeconds(pid), thread: threadSeconds(pid) }
  }
}

async function inTurns(voters: Voters, rounds: number): Promise<Record<Form, Round[]>> {
  const found: Record<Form, Round[]> = { none: [], whole: [], deltas: [] }
  for (let i = 0; i < rounds; i++)
    for (const form of ['none', 'whole', 'deltas'] as const) found[form].push(await round(voters, form))
  return found
}

async function round(voters: Voters, form: Form): Promise<Round> {
  const viewer = form === 'none' ? null : await watch(voters.server.url, form)
  const before = viewer?.bytes() ?? 0
  const voted = await voters.vote()
  const bytes = (viewer?.bytes() ?? 0) - before
  viewer?.stop()
  const { firstMs = 0, firstBytes = 0 } = viewer ?? {}
  return { ...voted, bytesPerSecond: bytes / voted.seconds, firstMs, firstBytes }
}

/** A viewer whose stream has started and whose first snapshot has arrived. */
async function watch(url: string, form: Form) {
  const { hostname, port, host } = new URL(url)
  const startMs = performance.now()
  const socket = connect({ host: hostname, port: Number(port) })
  const query = form === 'deltas' ? '?deltas=1' : ''
  socket.write(`GET /results/stream${query} HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\n\r\n`)
  let bytes = 0
  const begun = new Promise<void>((resolve) => {
    // The heartbeat follows the snapshot and is never compressed.
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (chunk.includes('event: beat')) resolve()
    })
  })
  await begun
  const [firstMs, firstBytes] = [performance.now() - startMs, bytes]
  return { bytes: () => bytes, stop: () => socket.destroy(), firstMs, firstBytes }
}

async function crowdOf(viewers: number, voters: Voters) {
  const script = fileURLToPath(new URL('./feed-crowd.ts', import.meta.url))
  const crowd: ChildProcess = spawn(process.execPath, [script, voters.server.url, String(viewers)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(crowd.stdout!)
  await once(lines, 'line')
  try {
    const voted = await voters.vote()
    const line = once(lines, 'line')
    crowd.stdin!.write('\n')
    const [bytes] = (await line) as [string]
    return { ...voted, bytesPerSecond: Number(bytes) / voted.seconds }
  } finally {
    crowd.kill()
  }
}

/** Returns processor seconds of a process's first thread; NaN if not on Linux. */
function threadSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}

/** Returns names like those of counties, the same on every call. */
function nation(): typeof DEFINITION {
  let seed = 7
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * below)
  }
  const word = () => {
    const text = Array.from({ length: 2 + next(2) }, () => SYLLABLES[next(SYLLABLES.length)]).join('')
    return text[0]!.toUpperCase() + text.slice(1)
  }
  const states = Array.from({ length: 51 }, word)
  const districts = Array.from({ length: DISTRICTS }, (_, d) => {
    const name = word()
    const state = states[Math.floor((d * 51) / DISTRICTS)]!
    return { id: `${state}-${name}-${d}`.toLowerCase(), name: `${state} / ${name} County` }
  })
  return { ...DEFINITION, districts, suppress_below: 1 }
}

function middle(rounds: readonly Round[], what: keyof Round): number {
  return median(rounds.map((each) => each[what]))
}

/** Returns the load that viewers add, in percent: the median of the rounds, each compared with the
 * same round without viewers. */
function added(rounds: Record<Form, Round[]>, form: Form, what: 'thread' | 'process'): string {
  const more = rounds[form].map((each, i) => each[what] - rounds.none[i]![what])
  return (median(more) * 100).toFixed(1)
}

function bothAdded(rounds: Record<Form, Round[]>, what: 'thread' | 'process'): string {
  return `${added(rounds, 'whole', what)} / ${added(rounds, 'deltas', what)}`
}

function goal(what: string, value: number, most: number, digits: number): Figure {
  return { what, value: value.toFixed(digits), goal: `≤ ${most}`, reached: value <= most }
}

if (import.meta.main) printFigures('The live count', await benchFeed(Number(process.argv[2] ?? 10)))
