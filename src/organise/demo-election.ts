/**
 * The demo's election: invented people in an invented town, and keys for a simulator and for voting
 * by hand.
 */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createElection } from '../adapters/embedded/create.ts'
import { readKeyFile, type VoterKey, writeKeyFile } from '../adapters/files/key-file.ts'
import { nodeDigest } from '../adapters/node/digest.ts'
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import { type DefinitionFile, electionFrom } from '../core/election/definition.ts'
import { type EnrolledVoter, enrol } from '../pipeline/enrol.ts'
import type { VoterRoll } from '../ports/voter-roll.ts'
import { newLog } from './public-log.ts'

export const DEMO_ID = 'demo'
const OPEN_FOR_MS = 7 * 24 * 3_600_000
const VOTERS_PER_BATCH = 8_192
/** Keys kept for voting by hand: at most this many, and at most a tenth of the voters. */
const BY_HAND = 100

export const handKeysFile = (dataDir: string) => join(dataDir, 'demo-keys.csv')
const simulatorKeysFile = (dataDir: string) => join(dataDir, 'demo-simulator-keys.csv')

function definition(nowMs: number): DefinitionFile {
  return {
    id: DEMO_ID,
    title: 'Harbour Town council election',
    opens_at: new Date(Math.floor(nowMs / 1000) * 1000).toISOString(),
    closes_at: new Date(Math.floor((nowMs + OPEN_FOR_MS) / 1000) * 1000).toISOString(),
    results: 'live',
    simulated: true,
    districts: [
      { id: 'old-town', name: 'Old Town' },
      { id: 'harbour', name: 'Harbour' },
      { id: 'hillside', name: 'Hillside' },
      { id: 'riverbank', name: 'Riverbank' },
    ],
    contests: [
      {
        id: 'council',
        title: 'Council chair',
        options: [
          { id: 'amara', name: 'Amara Okafor' },
          { id: 'bruno', name: 'Bruno Lindqvist' },
          { id: 'chiyo', name: 'Chiyo Tanaka' },
          { id: 'dario', name: 'Dario Conti' },
        ],
      },
    ],
  }
}

/** Makes the demo election and its key files. Key files of a demo that is gone are replaced. */
export async function createDemo(dataDir: string, voters: number, nowMs: number): Promise<void> {
  const file = definition(nowMs)
  const election = electionFrom(file)
  const draft = await createElection(dataDir, file, `${JSON.stringify(file, null, 2)}\n`, newLog(election))
  try {
    for (const path of [handKeysFile(dataDir), simulatorKeysFile(dataDir)]) rmSync(path, { force: true })
    const byHand = await writeKeyFile(handKeysFile(dataDir))
    const simulated = await writeKeyFile(simulatorKeysFile(dataDir))
    const handKeys = Math.min(BY_HAND, Math.ceil(voters / 10))
    let written = 0
    await enrol(election, roll(voters, election.districts.length), {
      digest: nodeDigest(),
      newGuid: randomUUID,
      credentials: draft,
      keys: {
        add: async (keys) => {
          const split = Math.max(0, Math.min(keys.length, handKeys - written))
          written += keys.length
          await byHand.add(keys.slice(0, split))
          await simulated.add(keys.slice(split))
        },
      },
    })
    await byHand.commit()
    await simulated.commit()
    await draft.commit()
  } catch (error) {
    await draft.abort()
    throw error
  }
}

async function* roll(voters: number, districts: number): AsyncGenerator<readonly EnrolledVoter[]> {
  for (let from = 0; from < voters; from += VOTERS_PER_BATCH)
    yield Array.from({ length: Math.min(VOTERS_PER_BATCH, voters - from) }, (_, i) => ({
      personalId: `V${String(from + i + 1).padStart(7, '0')}`,
      district: (from + i) % districts,
    }))
}

/** Keys that have not voted yet. */
export async function* unusedKeys(
  dataDir: string,
  whose: 'hand' | 'simulator',
  voterRoll: VoterRoll,
): AsyncGenerator<readonly VoterKey[]> {
  const digest = nodeDigest()
  const prefix = credentialPrefix(DEMO_ID)
  const path = whose === 'hand' ? handKeysFile(dataDir) : simulatorKeysFile(dataDir)
  for await (const keys of readKeyFile(path)) {
    const entries = await Promise.all(
      keys.map(({ personal_id, guid }) =>
        voterRoll.find(digest.credential(credentialText(prefix, personal_id, guid))),
      ),
    )
    const left = keys.filter((_, i) => entries[i]?.used === false)
    if (left.length > 0) yield left
  }
}
