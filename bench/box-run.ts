/**
 * One run of the box benchmark in its own process, on an election of box-make.ts.
 * usage: box-run.ts DIR VOTERS BALLOTS; prints one line of JSON.
 */
import { electionDir } from '../src/adapters/embedded/layout.ts'
import { openStore } from '../src/adapters/embedded/open.ts'
import { systemClock } from '../src/adapters/node/clock.ts'
import { nodeDigest, tagger } from '../src/adapters/node/digest.ts'
import { ballotRules, type MarkedBallot } from '../src/core/election/choices.ts'
import { electionFrom } from '../src/core/election/definition.ts'
import { recount } from '../src/pipeline/recount.ts'
import { benchCredential } from './box-make.ts'
import { DEFINITION } from './elections.ts'

export interface BoxRun {
  readonly ballotsPerSecond: number
  readonly bytesPerVoter: number
  readonly reopenSeconds: number
  readonly recountPerSecond: number
}

const BATCH = 512
const BATCHES_UNDER_WAY = 4

const dir = process.argv[2]!
const [voters, ballots] = process.argv.slice(3).map(Number) as [number, number]
const election = electionFrom(DEFINITION)
const deps = { districts: 1, digest: nodeDigest(), clock: systemClock, tagger }
const seconds = (sinceMs: number) => (performance.now() - sinceMs) / 1000
const resident = () => {
  globalThis.gc?.()
  return process.memoryUsage().rss
}

const before = resident()
const store = await openStore(electionDir(dir, election.id), deps)
const bytesPerVoter = (resident() - before) / voters

// Voters arrive in random order: strides of a prime spread them over the whole roll.
const stride = 7_919
const marked = ballotRules(election).markOne('ada') as MarkedBallot
const credentials = Array.from({ length: ballots }, (_, i) => benchCredential((i * stride) % voters))
const startMs = performance.now()
const underWay: Promise<unknown>[] = []
for (let from = 0; from < ballots; from += BATCH) {
  const batch = credentials
    .slice(from, from + BATCH)
    .map((one) => ({ credential: one, marked, retryMark: null }))
  underWay.push(store.box.cast(batch, null))
  if (underWay.length >= BATCHES_UNDER_WAY) await underWay.shift()
}
await Promise.all(underWay)
const ballotsPerSecond = ballots / seconds(startMs)
if (store.box.keysUsed() !== ballots) throw new Error('not every ballot was recorded')
await store.close()

const reopenMs = performance.now()
const again = await openStore(electionDir(dir, election.id), deps)
const reopenSeconds = seconds(reopenMs)
const recountMs = performance.now()
const recounted = await recount(election, again.log)
const recountPerSecond = recounted.ballots() / seconds(recountMs)
await again.close()
console.log(
  JSON.stringify({ ballotsPerSecond, bytesPerVoter, reopenSeconds, recountPerSecond } satisfies BoxRun),
)
