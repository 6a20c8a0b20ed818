/**
 * One run of the publishing benchmark in its own process. usage: publish-run.ts DIR BALLOTS; prints
 * one line of JSON. The ballot box casts the ballots before the measurement.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createElection } from '../src/adapters/embedded/create.ts'
import { electionDir, logDir } from '../src/adapters/embedded/layout.ts'
import { openStore } from '../src/adapters/embedded/open.ts'
import { logFolder } from '../src/adapters/files/log-folder.ts'
import { systemClock } from '../src/adapters/node/clock.ts'
import { nodeDigest, tagger } from '../src/adapters/node/digest.ts'
import { nodeTreeHasher } from '../src/adapters/node/tree-hasher.ts'
import { ballotRules, type MarkedBallot } from '../src/core/election/choices.ts'
import { electionFrom } from '../src/core/election/definition.ts'
import { publishedOf } from '../src/core/log/group-release.ts'
import { TILE_WIDTH, tilePath } from '../src/core/tlog/tile.ts'
import { newLog, openLog } from '../src/organise/public-log.ts'
import { proveStep } from '../src/pipeline/prove.ts'
import { openPublisher } from '../src/pipeline/publish/publish.ts'
import { benchCredential } from './box-make.ts'
import { DEFINITION } from './elections.ts'

export interface PublishRun {
  readonly leavesPerSecond: number
  /** Processor time of all threads per leaf, µs. */
  readonly cpuMicrosPerLeaf: number
  readonly indexSeconds: number
  readonly indexBytesPerLeaf: number
  readonly proofMicros: number
}

const BATCH = 512
const PROOFS = 2_000

const dir = process.argv[2]!
const ballots = Number(process.argv[3])
const election = electionFrom(DEFINITION)
const seconds = (sinceMs: number) => (performance.now() - sinceMs) / 1000

const draft = await createElection(dir, DEFINITION, JSON.stringify(DEFINITION), newLog(election))
const credentials = Array.from({ length: ballots }, (_, i) => benchCredential(i))
for (let from = 0; from < ballots; from += 65_536)
  draft.add(credentials.slice(from, from + 65_536).map((credential) => ({ credential, district: 0 })))
await draft.commit()
const folder = electionDir(dir, election.id)
const box = await openStore(folder, { districts: 1, digest: nodeDigest(), clock: systemClock, tagger })
const choices = ['ada', 'grace', 'alan'].map((name) => ballotRules(election).markOne(name) as MarkedBallot)
for (let from = 0; from < ballots; from += BATCH * 8) {
  const some = credentials.slice(from, from + BATCH * 8)
  await box.box.cast(
    some.map((credential, i) => ({ credential, marked: choices[i % 3]!, retryMark: null })),
    null,
  )
}
await box.close()

const log = await openLog(folder, election)
const publisher = await openPublisher(log.deps)
const startMs = performance.now()
const cpu = process.cpuUsage()
while (await publisher.publish());
const tookS = seconds(startMs)
const { user, system } = process.cpuUsage(cpu)
const published = publishedOf(ballots, election.suppressBelow)
if (publisher.state().ballots !== published)
  throw new Error(`${publisher.state().ballots} of ${published} ballots were published`)
log.close()

const store = logFolder(logDir(folder))
const prove = proveStep({ store, hasher: nodeTreeHasher() })
const leafOf = (number: number): Uint8Array => {
  const index = Math.floor(number / TILE_WIDTH)
  const tile = readFileSync(join(logDir(folder), tilePath({ level: 0, index, width: TILE_WIDTH })))
  return tile.subarray((number % TILE_WIDTH) * 32, (number % TILE_WIDTH) * 32 + 32)
}
const arrays = () => process.memoryUsage().arrayBuffers
globalThis.gc?.()
const before = arrays()
const indexMs = performance.now()
await prove(leafOf(1))
const indexSeconds = seconds(indexMs)
globalThis.gc?.()
const indexBytesPerLeaf = (arrays() - before) / published
const full = Math.floor(published / TILE_WIDTH) * TILE_WIDTH
const leaves = Array.from({ length: PROOFS }, (_, i) => leafOf((i * 7_919 * 31) % full))
const proofMs = performance.now()
for (const leaf of leaves) if ((await prove(leaf)) === undefined) throw new Error('a leaf was not found')
const proofMicros = (seconds(proofMs) / PROOFS) * 1e6
console.log(
  JSON.stringify({
    leavesPerSecond: published / tookS,
    cpuMicrosPerLeaf: (user + system) / published,
    indexSeconds,
    indexBytesPerLeaf,
    proofMicros,
  } satisfies PublishRun),
)
