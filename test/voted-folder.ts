/**
 * A data folder with ballots and its public log, made in this process as a server would make them.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { electionDir } from '../src/adapters/embedded/layout.ts'
import { openStore } from '../src/adapters/embedded/open.ts'
import { systemClock } from '../src/adapters/node/clock.ts'
import { nodeDigest, tagger } from '../src/adapters/node/digest.ts'
import { ballotRules } from '../src/core/election/choices.ts'
import { credentialPrefix, credentialText } from '../src/core/election/credential.ts'
import { electionFrom } from '../src/core/election/definition.ts'
import { closingTexts } from '../src/organise/close-entry.ts'
import { openLog } from '../src/organise/public-log.ts'
import { openPublisher } from '../src/pipeline/publish/publish.ts'
import { initElection, readKeys, type TestElection } from './server.ts'

export interface VotedFolder {
  readonly dataDir: string
  /** The election's folder in it. */
  readonly dir: string
  /** Records the close of voting, and ends the public log. */
  readonly close: () => Promise<void>
}

/**
 * Casts one ballot per entry of `votes` with the first keys of the roll, and publishes them.
 * @param at a folder for the election's files, which is created
 * @param votes options by id, in the only contest
 */
export async function votedFolder(
  at: string,
  { definition, roll }: Pick<TestElection, 'definition' | 'roll'>,
  votes: readonly string[],
): Promise<VotedFolder> {
  mkdirSync(at)
  const { keysFile } = await initElection(at, { definition, roll })
  const dataDir = join(at, 'data')
  const dir = electionDir(dataDir, definition.id)
  const election = electionFrom(definition)
  const keys = readKeys(keysFile)
  const digest = nodeDigest()
  const open = () =>
    openStore(dir, { districts: election.districts.length, digest, clock: systemClock, tagger })

  const prefix = credentialPrefix(definition.id)
  const { markOne } = ballotRules(election)
  const ballots = votes.map((option, i) => {
    const marked = markOne(option)
    if (typeof marked === 'string') throw new Error(`${option}: ${marked}`)
    const { personal_id, guid } = keys[i]!
    return {
      ...{ credential: digest.credential(credentialText(prefix, personal_id, guid)), marked },
      retryMark: null,
    }
  })
  const store = await open()
  const outcomes = await store.box.cast(ballots, null).finally(store.close)
  const refused = outcomes.find((outcome) => typeof outcome === 'string')
  if (refused !== undefined) throw new Error(`a ballot was refused: ${refused}`)

  const publish = async (closing: boolean) => {
    const log = await openLog(dir, election)
    try {
      const publisher = await openPublisher(log.deps)
      while (await publisher.publish());
      if (!closing) return
      const { source, release } = log.deps
      const counted = { keysIssued: keys.length, keysUsed: votes.length, atMs: systemClock.nowMs() }
      const { issued } = log
      await publisher.close(closingTexts({ election, issued, source, v: release.version, ...counted }))
    } finally {
      await log.close()
    }
  }
  await publish(false)
  return {
    ...{ dataDir, dir },
    close: async () => {
      const { polls, close } = await open()
      await polls.recordClosed(systemClock.nowMs()).finally(close)
      await publish(true)
    },
  }
}
