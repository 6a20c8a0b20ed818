/**
 * Votes before the first voter's: a server compiles what it runs often, and until then a vote costs
 * it twice as much. So requests as voters' go the way from the parser to the answer, on connections
 * that exist in memory alone, with keys that nobody was issued. They are looked up like any other;
 * the box never sees them, no metric and no limit counts them.
 */
import { createServer } from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CastStep } from '../pipeline/cast.ts'
import { AccessGate } from './access.ts'
import { castBatch } from './cast-batch.ts'
import { WrongKeyLimit } from './limits.ts'
import type { ServedElections } from './served-election.ts'
import { SlowLane } from './slow-lane.ts'
import { voteHandler } from './vote.ts'

/** Where fewer may vote, no rush is to come that is worth some tenths of a second. */
const WORTH_IT_FROM = 50_000
const REQUESTS = 6_000
const CONNECTIONS = 64
const LIMIT_MS = 2_000

/** Resolves when the way to the default election is warm, or after two seconds. */
export async function warmUp(elections: Pick<ServedElections, 'byId' | 'default'>): Promise<void> {
  if (elections.byId.size === 0) return
  const served = elections.default
  if (served.pipeline !== null) return
  if (served.roll.eligible.reduce((sum, keys) => sum + keys, 0) < WORTH_IT_FROM) return
  let answered = 0
  const receipt = { tracker: 'A'.repeat(43), promise: JSON.stringify({ signature: 'A'.repeat(300) }) }
  const cast: CastStep = async (votes) => {
    // Looked up on the way of a ballot style, which measures nothing: that it is quick is no news
    // of the disk.
    await Promise.all(votes.map(({ personalId, guid }) => served.ballotStyle(personalId, guid)))
    return votes.map(() => receipt)
  }
  const limit = new WrongKeyLimit({ perMinute: 0, proxies: 0, nowMs: () => 0 })
  const access = new AccessGate({
    tokens: { find: () => undefined },
    required: new Set(),
    clock: { nowMs: () => 0 },
  })
  const apart = { ...served, cast }
  const batch = castBatch(
    apart,
    { limit, lane: new SlowLane(), challenges: undefined },
    (answers) => {
      answered += answers.length
    },
    () => {},
  )
  const server = createServer(
    voteHandler({ served: apart, batch, access, isStopping: () => false, onRefused: () => answered++ }),
  )
  const connections = Array.from({ length: CONNECTIONS }, () => new Pretended())
  for (const connection of connections) server.emit('connection', connection)
  const option = served.election.contests[0]!.options[0]!.id
  const untilMs = performance.now() + LIMIT_MS
  for (let sent = 0; sent < REQUESTS && performance.now() < untilMs; sent += CONNECTIONS) {
    for (const [i, connection] of connections.entries()) connection.push(requestOf(sent + i, option))
    while (answered < sent + CONNECTIONS && performance.now() < untilMs) await nextTurn()
  }
  for (const connection of connections) connection.destroy()
  server.close()
}

/** A connection with nobody at its other end. */
class Pretended extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done()
  }
}

/** With a guid that nobody was issued: those have 122 random bits. */
function requestOf(number: number, candidate: string): string {
  const guid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  const body = JSON.stringify({ personal_id: `warm-up ${number}`, guid, candidate })
  return (
    'POST /vote HTTP/1.1\r\nhost: localhost\r\nuser-agent: warm-up\r\naccept: */*\r\n' +
    `content-type: application/json\r\nidempotency-key: ${guid}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}
