/** What the run does to the release while voters vote, in order. */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pod, Release } from './release.ts'

export interface Phase {
  readonly name: string
  readonly disturb: (on: Troubled) => Promise<void>
}

export interface Troubled {
  readonly release: Release
  /** The image's second tag. */
  readonly nextTag: string
  /** The IP of the pod whose publisher leads; undefined if unknown. */
  readonly leader: () => Promise<string | undefined>
  readonly say: (text: string) => void
}

const DELETIONS = 10
/** Longest pause between two deletions. */
const PAUSE_MS = 3_000
const LOOK_MS = 500
const LIMIT_MS = 900_000

export const PHASES: readonly Phase[] = [
  { name: 'image rolled to another tag', disturb: rollImage },
  { name: 'pods deleted ten times', disturb: deletePods },
  { name: 'gateways 1 → 4 → 1', disturb: scale },
  { name: 'leading results pod killed', disturb: killLeader },
  { name: 'helm rollback', disturb: rollBack },
]

async function rollImage({ release, nextTag }: Troubled): Promise<void> {
  await release.upgrade('--set', `image.tag=${nextTag}`)
  await release.settled()
}

/** Deletes any pod, but only while another gateway is ready that was not just started. */
async function deletePods({ release, say }: Troubled): Promise<void> {
  for (let nth = 1; nth <= DELETIONS; nth++) {
    const there = await waitFor('two gateways and a publisher are ready', async () => {
      const ready = (await release.pods()).filter(({ isReady, isEnding }) => isReady && !isEnding)
      const of = (component: string) => ready.filter((pod) => pod.component === component).length
      return of('gateway') >= 2 && of('results') >= 1 ? ready : undefined
    })
    const pod = there[randomInt(there.length)]!
    say(`deleting ${pod.name} (${nth} of ${DELETIONS})`)
    await release.deletePod(pod.name)
    await sleep(randomInt(PAUSE_MS))
  }
  await release.settled()
}

async function scale({ release }: Troubled): Promise<void> {
  for (const replicas of [1, 4, 1]) {
    await release.upgrade('--set', `gateway.replicas=${replicas}`)
    await release.settled(['gateway'])
  }
}

/** Without a grace period, as if the machine had failed. */
async function killLeader({ release, leader, say }: Troubled): Promise<void> {
  const isResults = ({ component, isEnding }: Pod) => component === 'results' && !isEnding
  const publishers = (await release.pods()).filter(isResults)
  const ip = await leader()
  const leading = publishers.find((pod) => pod.ip === ip) ?? publishers[0]!
  say(`killing ${leading.name}, which ${leading.ip === ip ? 'leads' : 'may lead'}`)
  await release.killPod(leading.name)
  await waitFor('another publisher leads', async () => {
    const now = await leader()
    return ip === undefined || (now !== undefined && now !== ip) ? true : undefined
  })
  await release.settled()
}

async function rollBack({ release }: Troubled): Promise<void> {
  await release.rollback(1)
  await release.settled()
}

export async function waitFor<Found>(what: string, find: () => Promise<Found | undefined>): Promise<Found> {
  const untilMs = performance.now() + LIMIT_MS
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    if (performance.now() > untilMs) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`)
    await sleep(LOOK_MS)
  }
}
