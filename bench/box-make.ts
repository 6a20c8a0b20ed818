/** Makes the election of a box benchmark. usage: box-make.ts DIR VOTERS */
import { createElection } from '../src/adapters/embedded/create.ts'
import { nodeDigest } from '../src/adapters/node/digest.ts'
import { credentialPrefix, credentialText } from '../src/core/election/credential.ts'
import type { Credential } from '../src/ports/digest.ts'
import { DEFINITION } from './elections.ts'

const CHUNK = 65_536
const digest = nodeDigest()
const prefix = credentialPrefix(DEFINITION.id)

/** Returns the credential of a voter by number. */
export function benchCredential(voter: number): Credential {
  const guid = `aaaaaaaa-bbbb-4ccc-8ddd-${String(voter).padStart(12, '0')}`
  return digest.credential(credentialText(prefix, `P${voter}`, guid))
}

if (import.meta.main) {
  const [dir, count] = process.argv.slice(2) as [string, string]
  const voters = Number(count)
  const draft = await createElection(dir, DEFINITION, JSON.stringify(DEFINITION))
  for (let from = 0; from < voters; from += CHUNK) {
    const length = Math.min(CHUNK, voters - from)
    draft.add(Array.from({ length }, (_, i) => ({ credential: benchCredential(from + i), district: 0 })))
  }
  await draft.commit()
}
