/**
 * What must hold at the end: each acknowledged ballot is one leaf of the log, the log verifies, the
 * result is certified.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { request } from 'undici'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresJournal } from '../../src/adapters/postgres/log-journal.ts'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { decodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { leafHash } from '../../src/core/tlog/merkle.ts'
import { bundlePath, bundlesGrown } from '../../src/core/tlog/tile.ts'
import { type Beside, ELECTION } from './beside.ts'
import { waitFor } from './phases.ts'
import type { Release } from './release.ts'

const ANSWER_MS = 10_000

/**
 * Sends a GET over a new connection. An old connection may have been made before the Service knew
 * its pods, and would be kept for as long as something answers on it.
 * @returns the body; undefined if nothing answers, or not with 200
 */
async function got(url: string): Promise<Buffer | undefined> {
  try {
    const { statusCode, body } = await request(url, {
      ...{ reset: true, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS },
    })
    const bytes = Buffer.from(await body.arrayBuffer())
    return statusCode === 200 ? bytes : undefined
  } catch {
    return undefined
  }
}

/** @returns undefined if nothing answers */
export async function results(url: string): Promise<ResultsSnapshot | undefined> {
  const found = await got(`${url}/elections/${ELECTION}/results`)
  return found && (JSON.parse(found.toString()) as ResultsSnapshot)
}

/**
 * Waits until at least this number of ballots is counted and all of them are published.
 * @returns the results then
 */
export async function told(
  url: string,
  ballots: number,
): Promise<{ readonly cast: number; readonly size: number }> {
  return waitFor(`${ballots} ballots counted and published`, async () => {
    const now = await results(url)
    if (now === undefined || now.cast < ballots || now.log?.behind !== 0) return undefined
    return { cast: now.cast, size: now.log.size }
  })
}

/** Returns the leaves among the first `size` that are not ballots: the genesis and extensions. */
export async function recordsIn(databaseUrl: string, size: number): Promise<number> {
  const database = openDatabase({ url: databaseUrl })
  try {
    const records = await postgresJournal(database, ELECTION).records()
    return records.filter((record) => record.size <= size).length
  } finally {
    await database.end()
  }
}

/**
 * Reads every entry of the log.
 * @returns the numbers of leaves that are ballots and that are not
 */
export async function assertEachOnce(
  url: string,
  size: number,
  trackers: readonly string[],
): Promise<{ readonly ballots: number; readonly others: number }> {
  const hasher = nodeTreeHasher()
  const times = new Map<string, number>()
  let leaves = 0
  for (const bundle of bundlesGrown(0, size)) {
    for (const entry of decodeBundle(await fetched(url, bundlePath(bundle)), bundle.width)) {
      const tracker = Buffer.from(leafHash(hasher, entry)).toString('base64url')
      times.set(tracker, (times.get(tracker) ?? 0) + 1)
      leaves++
    }
  }
  assert.equal(leaves, size)
  assert.equal(new Set(trackers).size, trackers.length, 'no two acknowledged ballots have one tracker')
  const wrong = trackers.filter((tracker) => times.get(tracker) !== 1)
  assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} acknowledged ballots are not one leaf of the log`)
  return { ballots: trackers.length, others: leaves - trackers.length }
}

export interface CertifiedInside {
  /** The commands' output. */
  readonly said: readonly string[]
  /** Ballots in the certification. */
  readonly ballots: number
  /** Duration of `elections certify`, the connection to the pod included. */
  readonly seconds: number
}

/**
 * Waits for the close and verifies; certifies in a pod that has the log's key; then fetches the
 * signed result with the log's address alone, as any reader does, and verifies again.
 */
export async function certified(
  on: { readonly release: Release; readonly beside: Beside; readonly dir: string; readonly logKey: string },
  publisherUrl: string,
): Promise<CertifiedInside> {
  const { release, beside, dir, logKey } = on
  await waitFor('the public log is closed', async () => {
    const now = await results(publisherUrl)
    return now?.log?.closed ? now : undefined
  })
  const verify = () =>
    beside.cli(
      ...['verify', publisherUrl, '--election', ELECTION, '--key', logKey],
      ...['--state', join(dir, 'verify.json')],
    )
  const before = await verify()
  const begunMs = performance.now()
  const done = JSON.parse(await release.execInResults(['certify', '--election', ELECTION, '--json'])) as {
    readonly sha256: string
  }
  const seconds = (performance.now() - begunMs) / 1000
  const document = await fetched(publisherUrl, 'certification.json')
  assert.equal(
    createHash('sha256').update(document).digest('hex'),
    done.sha256,
    'what was certified is published',
  )
  assert.equal((await fetched(publisherUrl, 'certification.pdf')).subarray(0, 5).toString(), '%PDF-')
  const after = await verify()
  assert.match(after, /result +certified at /)
  const { ballots } = JSON.parse(document.toString()) as { readonly ballots: number }
  return { said: [before, JSON.stringify(done), after], ballots, seconds }
}

/** Waits for a file of the public log and returns it. */
const fetched = (url: string, path: string): Promise<Buffer> =>
  waitFor(`${path} is published`, () => got(`${url}/elections/${ELECTION}/log/${path}`))
