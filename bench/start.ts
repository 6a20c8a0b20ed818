/** Time from the command to the first answer, with ballots already cast. */
import { makeElection } from './elections.ts'
import { electionServer, load, residentBytes } from './processes.ts'
import { type Figure, whole } from './report.ts'

const VOTERS = 1_000_000
const BALLOTS = 100_000

export async function benchStart(): Promise<Figure[]> {
  const initMs = performance.now()
  const election = await makeElection(VOTERS)
  const initSeconds = (performance.now() - initMs) / 1000
  try {
    const first = await electionServer(election.dataDir)
    await load({
      url: first.url,
      keysFile: election.keysFile,
      first: 0,
      count: BALLOTS,
      connections: 256,
      rate: 0,
    })
    await first.stop()
    const startMs = performance.now()
    const again = await electionServer(election.dataDir)
    const seconds = (performance.now() - startMs) / 1000
    const bytes = residentBytes(again.pid)
    await again.stop()
    return [
      {
        what: `"elections init", ${whole(VOTERS)} voters, s`,
        value: initSeconds.toFixed(1),
        goal: '< 60',
        reached: initSeconds < 60,
      },
      {
        what: `"elections serve", ${whole(VOTERS)} keys, ${whole(BALLOTS)} ballots, s`,
        value: seconds.toFixed(1),
        goal: '< 5',
        reached: seconds < 5,
      },
      { what: 'resident memory of that server, MB', value: whole(bytes / 1e6) },
    ]
  } finally {
    election.remove()
  }
}
