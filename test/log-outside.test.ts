/**
 * Programs that are not ours verify a log of the real server: Tessera's fsck, on its files and over
 * HTTP, golang.org/x/mod through test/go/logcheck, and torchwood for a proof of the server.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseReceipt } from '../src/core/log/promise.ts'
import { decodeBundle } from '../src/core/tlog/entry-bundle.ts'
import { formatVerifierKey } from '../src/core/tlog/note-key.ts'
import { goTools, withoutGo } from './go-tools.ts'
import { logKeyOf } from './receipts.ts'
import { openElectionFile, rollOf, startServer } from './server.ts'

const ID = 'test-election'
/** Two full bundles and a partial one. */
const VOTERS = 600

test('Go programs of others verify a log that the server wrote and serves', {
  skip: withoutGo(),
}, async (t) => {
  const tools = goTools()
  const server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(VOTERS),
    args: ['--publish-every', '0.2'],
  })
  t.after(() => server.stop())
  const vkey = formatVerifierKey(logKeyOf(server.dataDir, ID))
  const dir = join(server.dataDir, 'elections', ID, 'log')
  const keyFile = join(server.dir, 'vkey')
  writeFileSync(keyFile, vkey)
  const old: string[] = []
  let receipt = ''
  for (let from = 0; from < VOTERS; from += 100) {
    old.push(join(server.dir, `checkpoint.${from}`))
    cpSync(join(dir, 'checkpoint'), old.at(-1)!)
    const lines = server.keys
      .slice(from, from + 100)
      .map(({ personal_id, guid }) => JSON.stringify({ personal_id, guid, candidate: 'ada' }))
    const answer = await fetch(`${server.url}/ballots?receipts=full`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: lines.join('\n') },
    })
    const first = JSON.parse((await answer.text()).split('\n')[0]!) as { tracker: string; promise: unknown }
    if (receipt === '')
      receipt = JSON.stringify({
        ...{ status: 'recorded', election: ID, tracker: first.tracker, promise: first.promise },
      })
    while (sizeOf(dir) <= from + 100) await sleep(20)
  }
  const size = sizeOf(dir)
  assert.equal(size, VOTERS + 1)

  const logcheck = (folder: string) => {
    const args = ['-dir', folder, '-vkey', vkey, '-leaves', `0,1,255,256,${size - 1}`, '-old', old.join(',')]
    const { stdout } = spawnSync(tools.logcheck, args, { encoding: 'utf8' })
    return JSON.parse(stdout) as { ok: boolean; error?: string; size: number; consistent: number }
  }
  const fsck = (storage: string) => {
    const args = [`-storage_url=${storage}`, `-public_key=${keyFile}`, '-ui=false', '-N=16', '-logtostderr']
    const { stderr } = spawnSync(tools.fsck, args, { encoding: 'utf8', timeout: 60_000 })
    return { accepted: stderr.includes("Successfully fsck'd log"), stderr }
  }
  const checked = logcheck(dir)
  assert.deepEqual(
    [checked.ok, checked.size, checked.consistent, checked.error],
    [true, size, old.length, undefined],
  )
  for (const storage of [pathToFileURL(dir).href, `${server.url}/log/`]) {
    const { accepted, stderr } = fsck(storage)
    assert.ok(accepted, stderr)
  }

  const { tracker, leaf } = parseReceipt(receipt)
  const proof = await (await fetch(`${server.url}/log/proof/${tracker}`)).text()
  const index = Number(/^index (\d+)$/m.exec(proof)![1])
  const at = Math.floor(index / 256)
  const full = (at + 1) * 256 <= size
  const bundle = join(dir, 'tile', 'entries', `00${at}${full ? '' : `.p/${size % 256}`}`)
  const entry = decodeBundle(readFileSync(bundle), full ? 256 : size % 256)[index % 256]!
  const [proofFile, entryFile] = [join(server.dir, 'proof'), join(server.dir, 'entry')]
  writeFileSync(proofFile, proof)
  const proofcheck = (bytes: Uint8Array) => {
    writeFileSync(entryFile, bytes)
    return spawnSync(tools.proofcheck, ['-vkey', vkey, '-entry', entryFile, proofFile]).status
  }
  assert.equal(leaf.length, 32)
  assert.equal(proofcheck(entry), 0)
  assert.equal(proofcheck(Buffer.from(entry.toString()).subarray(1)), 1)

  const bad = join(server.dir, 'bad')
  cpSync(dir, bad, { recursive: true })
  const tile = join(bad, 'tile', 'entries', '000')
  const bytes = readFileSync(tile)
  bytes[bytes.length - 10]! ^= 1
  writeFileSync(tile, bytes)
  assert.equal(logcheck(bad).ok, false)
  assert.equal(fsck(pathToFileURL(bad).href).accepted, false)
})

function sizeOf(dir: string): number {
  return Number(readFileSync(join(dir, 'checkpoint'), 'utf8').split('\n')[1])
}
