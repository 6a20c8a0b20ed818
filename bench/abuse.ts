/**
 * The share of their rate that honest voters keep while an attacker abuses the server, and the
 * memory that the attack costs. Voters, attacker and server are a process each and share the cores.
 * So the attacker's share of the cores is printed: on two cores it takes time from the voters
 * whatever the server does.
 */
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'
import type { DefinitionFile } from '../src/core/election/definition.ts'
import { DEFINITION, makeElection } from './elections.ts'
import { type BenchServer, cpuSeconds, electionServer, residentBytes } from './processes.ts'
import { type Figure, whole } from './report.ts'
import { startScript, type Voters, type VotersReport, votersOf } from './voters.ts'

const SECONDS_QUIET = 3
const SECONDS_ABUSED = 6
/** More keys than the voters use in the 63 s of a scene. */
const KEYS = 1_500_000
const MEMORY_LIMIT = 200e6
const LOOK_MS = 200

interface Attack {
  /** Its name for `--only`. */
  readonly name: string
  readonly what: string
  /** Arguments of abuse-attack.ts after the address. */
  readonly args: readonly string[]
  /** Goal: the share of their rate that voters keep; null if the goal is a time. */
  readonly ratio: number | null
  /** Goal: ms within which every honest vote is answered. */
  readonly withinMs?: number
}

interface Scene {
  readonly definition: DefinitionFile
  readonly path: string
  /** The members of a ballot other than the key. */
  readonly choices: string
  readonly attacks: readonly Attack[]
}

const SMALL: Scene = {
  definition: DEFINITION,
  path: '/vote',
  choices: '"candidate":"ada"',
  attacks: [
    { name: 'rubbish', what: 'rubbish NDJSON, 1 connection', args: ['rubbish', '1'], ratio: 0.6 },
    { name: 'rubbish', what: 'rubbish NDJSON, 4 connections', args: ['rubbish', '4'], ratio: 0.6 },
    {
      name: 'wrong-keys',
      what: 'wrong keys as NDJSON, up to 1,000,000',
      args: ['wrong-keys', '1000000'],
      ratio: 0.8,
    },
    {
      name: 'slow-bodies',
      what: '20,000 slow bodies',
      args: ['slow-bodies', '20000'],
      ratio: null,
      withinMs: 1_000,
    },
  ],
}

const DOWNLOADS = ['/results', '/results.json', '/results.csv', '/results.cdf.json']
const SCENES: readonly Scene[] = [SMALL, downloads(3_152, 1, 5), downloads(1_000, 4, 25)]

/** Four readers of every download of a large election; downloads without a reader. */
function downloads(districts: number, contests: number, options: number): Scene {
  const size = `${whole(districts)} × ${contests} × ${options}`
  return {
    definition: {
      ...DEFINITION,
      districts: Array.from({ length: districts }, (_, d) => ({ id: `d${d}`, name: `District ${d}` })),
      contests: Array.from({ length: contests }, (_, c) => ({
        id: `c${c}`,
        title: `Contest ${c}`,
        options: Array.from({ length: options }, (_, o) => ({ id: `o${o}`, name: `Option ${o}` })),
      })),
    },
    path: `/elections/${DEFINITION.id}/ballots`,
    choices: `"contests":{${Array.from({ length: contests }, (_, c) => `"c${c}":["o1"]`).join(',')}}`,
    attacks: [
      ...DOWNLOADS.map((path) => ({
        name: 'downloads',
        what: `4 readers of ${path}, ${size}`,
        args: ['readers', '4', path],
        ratio: 0.5,
      })),
      {
        name: 'unread',
        what: `220 unread downloads, ${size}`,
        args: ['unread', '220', '/results.cdf.json'],
        ratio: 0.5,
      },
    ],
  }
}

/** @param only the name of one kind of attack; all if left out */
export async function benchAbuse(only?: string): Promise<Figure[]> {
  const names = new Set(SCENES.flatMap(({ attacks }) => attacks.map(({ name }) => name)))
  if (only !== undefined && !names.has(only))
    throw new Error(`there is no abuse "${only}", only ${[...names].join(', ')}`)
  const figures: Figure[] = []
  for (const scene of SCENES) {
    const attacks = scene.attacks.filter(({ name }) => only === undefined || name === only)
    if (attacks.length > 0) figures.push(...(await played({ ...scene, attacks })))
  }
  return figures
}

async function played(scene: Scene): Promise<Figure[]> {
  const election = await makeElection(KEYS, [], scene.definition)
  const server = await electionServer(election.dataDir, ['--trust-proxy'])
  const { path, choices } = scene
  const voters = votersOf({ url: server.url, keysFile: election.keysFile, keys: KEYS, path, choices })
  const figures: Figure[] = []
  try {
    await voters(SECONDS_QUIET)
    for (const attack of scene.attacks) figures.push(...(await abused(attack, server, voters)))
    return figures
  } finally {
    await server.stop()
    election.remove()
  }
}

async function abused(attack: Attack, server: BenchServer, voters: Voters): Promise<Figure[]> {
  const before = await voters(SECONDS_QUIET)
  const memory = watchMemory(server)
  const startMs = performance.now()
  const cpuBefore = cpuSeconds(server.pid)
  const attacker = startScript('./abuse-attack.ts', [server.url, ...attack.args])
  const lines = createInterface(attacker.stdout!)[Symbol.asyncIterator]()
  await lines.next()
  const during = await voters(SECONDS_ABUSED)
  const seconds = (performance.now() - startMs) / 1000
  const cpu = (cpuSeconds(server.pid) - cpuBefore) / seconds
  const grewBy = memory.stop()
  attacker.stdin!.end()
  const attacked = JSON.parse((await lines.next()).value ?? '') as Record<
    'requests' | 'bytes' | 'cpuSeconds',
    number
  >
  const after = await voters(SECONDS_QUIET)
  const ratio = during.perSecond / ((before.perSecond + after.perSecond) / 2)
  const failed = during.failed > 0 ? `, ${whole(during.failed)} failed` : ''
  return [
    attack.ratio === null
      ? withinFigure(attack, during)
      : {
          what: `${attack.what}: votes kept`,
          value: ratio.toFixed(2),
          goal: `≥ ${attack.ratio.toFixed(2)}`,
          reached: ratio >= attack.ratio,
        },
    {
      what: '  memory grew by, MB',
      value: whole(grewBy / 1e6),
      goal: `≤ ${whole(MEMORY_LIMIT / 1e6)}`,
      reached: grewBy <= MEMORY_LIMIT,
    },
    {
      what: '  votes/s before → during → after',
      value: `${[before, during, after].map(({ perSecond }) => whole(perSecond)).join(' → ')}${failed}`,
    },
    {
      what: '  p50 / p99 / max during, ms',
      value: [during.p50, during.p99, during.max].map(whole).join(' / '),
    },
    {
      what: `  cores of ${cpus().length}: the attacker’s / the server’s`,
      value: `${(attacked.cpuSeconds / seconds).toFixed(2)} / ${cpu.toFixed(2)}`,
    },
    {
      what: '  the attacker’s requests, MB it read',
      value: `${whole(attacked.requests)}, ${whole(attacked.bytes / 1e6)}`,
    },
  ]
}

function withinFigure({ what, withinMs = 0 }: Attack, during: VotersReport): Figure {
  const isInTime = during.accepted > 0 && during.failed === 0 && during.max <= withinMs
  return {
    what: `${what}: slowest honest vote, ms`,
    value: during.accepted === 0 ? 'none taken' : whole(during.max),
    goal: `≤ ${whole(withinMs)}`,
    reached: isInTime,
  }
}

/** Watches the largest growth of the server's memory from now on. */
function watchMemory(server: BenchServer): { readonly stop: () => number } {
  const startBytes = residentBytes(server.pid)
  let most = startBytes
  const look = () => {
    most = Math.max(most, residentBytes(server.pid))
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      return most - startBytes
    },
  }
}
