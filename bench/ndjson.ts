/**
 * Many ballots in one request: durable ballots per second of `POST /ballots`, from the first byte
 * sent to the last answer.
 */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { makeElection } from './elections.ts'
import { electionServer } from './processes.ts'
import { type Figure, median, whole } from './report.ts'

const ROUNDS = 5
const BALLOTS = 150_000

export async function benchNdjson(): Promise<Figure[]> {
  const election = await makeElection((ROUNDS + 1) * BALLOTS)
  const server = await electionServer(election.dataDir)
  try {
    const keys = readFileSync(election.keysFile, 'latin1').split('\n')
    const rates: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const lines = keys.slice(1 + round * BALLOTS, 1 + (round + 1) * BALLOTS).map((key) => {
        const [personalId, guid] = key.split(',')
        return `{"personal_id":"${personalId}","guid":"${guid}","candidate":"grace"}\n`
      })
      const body = Buffer.from(lines.join(''))
      const startMs = performance.now()
      const accepted = await send(`${server.url}/ballots`, body)
      if (accepted !== BALLOTS) throw new Error(`only ${accepted} of ${BALLOTS} ballots were accepted`)
      if (round > 0) rates.push(BALLOTS / ((performance.now() - startMs) / 1000))
    }
    const rate = median(rates)
    return [
      {
        what: 'POST /ballots (NDJSON), durable ballots/s',
        value: whole(rate),
        goal: '≥ 100,000',
        reached: rate >= 1e5,
      },
      { what: 'all rounds', value: `${rates.map((each) => whole(each / 1000)).join(' ')} k` },
    ]
  } finally {
    await server.stop()
    election.remove()
  }
}

function send(url: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve(Buffer.concat(chunks).toString('latin1').split('"status":201').length - 1),
        )
        answer.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
