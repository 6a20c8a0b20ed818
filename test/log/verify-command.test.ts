/**
 * `elections verify` as a person types it: static copies over HTTP and in folders, its memory,
 * every mistake.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCli } from '../server.ts'
import { CERTIFICATION_ATTACKS, wellCertified } from './certification-attacks.ts'
import { ballotEntry, checkpointOf, cityLog, filesOf, resultText } from './honest-log.ts'
import { type Files, logKey, receipts, sha256Hex, trackerOf } from './log-bytes.ts'

const LOG = cityLog({ ballots: 600 })
let dir: string
let state: string
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'elections-verify-'))
  state = join(dir, 'state', 'verify.json')
})
after(() => rmSync(dir, { recursive: true, force: true }))

/** Writes a log as `name/log/…` with its result beside it. */
function written(name: string, files: Files, result: string): string {
  for (const [path, bytes] of files) {
    const file = join(dir, name, 'log', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  writeFileSync(join(dir, name, 'results.json'), result)
  return join(dir, name)
}

type Answer = (path: string, reply: ServerResponse) => boolean

/** A static web server; `special` may answer a request differently. */
async function served(folder: string, special: Answer = () => false) {
  const server = createServer((request, reply) => {
    const path = new URL(request.url ?? '/', 'http://any').pathname
    if (special(path, reply)) return
    try {
      reply.end(readFileSync(join(folder, path)))
    } catch {
      reply.writeHead(404).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, stop }
}

const verify = (...args: string[]) => runCli(['verify', ...args, '--state', state])
const codes = (stdout: string) =>
  (JSON.parse(stdout) as { findings: { code: string }[] }).findings.map((f) => f.code)

/** The same election after its operator changed the choice of one ballot and rebuilt everything. */
function forged(): { files: Files; result: string } {
  const index = LOG.ballots.findIndex(({ district, marks }) => district === 0 && marks[0]![0] === 1)
  const ballot = LOG.ballots[index]!
  const other = { ...ballot, marks: ballot.marks.with(0, [0]) }
  const ballots = LOG.ballots.with(index, other)
  const result = resultText(LOG.definition, ballots, LOG.issued)
  const close = JSON.parse(LOG.entries.at(-1)!)
  close.totals[0][0]++
  close.totals[0][1]--
  close.result_sha256 = sha256Hex(result)
  const entries = LOG.entries
    .with(LOG.entries.indexOf(ballotEntry(ballot, LOG.issued)), ballotEntry(other, LOG.issued))
    .with(-1, JSON.stringify(close))
  return { files: filesOf(LOG, entries), result }
}

test('a copied folder gives a table for people, and the same content as JSON', async () => {
  const folder = written('good', filesOf(LOG), LOG.result)
  const receipt = join(folder, 'receipt.json')
  writeFileSync(receipt, LOG.receipts[1]!)
  const run = await verify(folder, '--result', join(folder, 'results.json'), '--receipt', receipt)
  assert.deepEqual([run.code, run.stderr], [0, ''])
  assert.match(run.stdout, /City election \(city-2026\)/)
  assert.match(run.stdout, /600 ballots/)
  assert.match(run.stdout, /trusted on first use/)
  assert.match(run.stdout, /is entry 8 of the log; the promise is signed by the log’s key/)
  assert.match(run.stdout, /^VERIFIED in /m)
  assert.doesNotMatch(run.stdout, /not checked|✗/)
  assert.equal(statSync(state).mode & 0o777, 0o600)

  const again = await verify(join(folder, 'log'), '--json')
  const report = JSON.parse(again.stdout)
  assert.deepEqual([again.code, report.verified, report.stage, report.ballots], [0, true, 'closed', 600])
  assert.deepEqual([report.keyFrom, report.key], ['given', LOG.key.vkey])
  assert.equal(report.checks.find(({ check }: { check: string }) => check === 'history').count, 1)
  assert.match(report.notChecked.join(), /published result: none was handed in/)
})

test('a static copy on any web server is verified by its address, or by that of its log', async () => {
  const { url, stop } = await served(written('copy', filesOf(LOG), LOG.result))
  try {
    for (const address of [url, `${url}/`, `${url}/log`, `${url}/log/`, `${url}/log/checkpoint`]) {
      // A key as it is copied from paper: broken over lines, with spaces around it.
      const { vkey } = LOG.key
      const copied = ` ${vkey.slice(0, 9)}\n  ${vkey.slice(9, 30)}\u00a0${vkey.slice(30)} `
      const run = await verify(address, '--key', copied, '--json')
      assert.equal(run.code, 0, run.stdout + run.stderr)
      const report = JSON.parse(run.stdout)
      assert.deepEqual([report.where, report.notChecked], [`${url}/log/`, []])
    }
    const given = await verify(url, '--result', `${url}/results.json`, '--json')
    assert.deepEqual([given.code, JSON.parse(given.stdout).notChecked], [0, []])
    const none = await verify(url, '--result', `${url}/no.json`)
    assert.deepEqual([none.code, /there is no result/.test(none.stderr)], [2, true])
  } finally {
    await stop()
  }
})

test('the memory reveals a log that was rewritten, rolled back, or signed with another key', async () => {
  const own = join(dir, 'memory.json')
  const run = (folder: string, ...more: string[]) =>
    runCli(['verify', folder, '--state', own, '--json', ...more])
  const good = written('memory', filesOf(LOG), LOG.result)
  assert.equal((await run(good)).code, 0)
  const remembered = readFileSync(own, 'utf8')

  const { files, result } = forged()
  const anew = await run(written('anew', files, result))
  assert.deepEqual([anew.code, codes(anew.stdout)], [1, ['split-view']])
  const back = await run(written('back', filesOf(LOG, LOG.entries.slice(0, LOG.published[2])), LOG.result))
  assert.equal(back.code, 1)
  assert.ok(codes(back.stdout).includes('rollback'))
  assert.equal(readFileSync(own, 'utf8'), remembered, 'a wrong log is remembered')

  const shown = join(dir, 'shown-to-a-friend')
  const forgedEntries = forged().files.get('checkpoint')!
  writeFileSync(shown, forgedEntries)
  const gossip = await runCli(['verify', good, '--state', join(dir, 'fresh.json'), '--checkpoint', shown])
  assert.equal(gossip.code, 1)
  assert.match(gossip.stdout, /✗ split-view/)
  const wrongKey = await run(good, '--key', logKey(LOG.key.name, 'another person').vkey)
  assert.deepEqual(
    [wrongKey.code, codes(wrongKey.stdout).sort()],
    [1, ['checkpoint-signature', 'key-differs']],
  )
})

test('a stranger’s log of the same name is another log: no finding, and the report says so', async () => {
  const own = join(dir, 'namesake.json')
  const stranger = logKey(LOG.key.name, 'another person')
  const entries = LOG.entries.with(0, LOG.entries[0]!.replace(LOG.key.vkey, stranger.vkey))
  const theirs = written('theirs', filesOf(LOG, entries, stranger), LOG.result)
  const honest = written('ours', filesOf(LOG), LOG.result)
  const run = (folder: string, ...more: string[]) =>
    runCli(['verify', folder, '--state', own, '--result', join(folder, 'results.json'), ...more])
  const first = await run(theirs)
  assert.deepEqual([first.code, /^VERIFIED in /m.test(first.stdout)], [0, true])
  const then = await run(honest)
  assert.equal(then.code, 0, then.stdout)
  assert.match(then.stdout, /not checked: whose log it is: another key is remembered for a log of this name/)
  assert.match(then.stdout, /^VERIFIED SO FAR in /m)
  const known = await run(honest)
  assert.match(known.stdout, /remembered in .*namesake\.json/)
  assert.doesNotMatch(known.stdout, /not checked/)

  // The file as it was in earlier versions: by name.
  const { logs } = JSON.parse(readFileSync(own, 'utf8'))
  const once = { [LOG.key.name]: logs[LOG.key.vkey] }
  const format = 'digital-elections/verify-state/v1'
  writeFileSync(
    own,
    JSON.stringify({ format, logs: once, places: { 'https://a.example/log/': LOG.key.name } }),
  )
  assert.match((await run(honest)).stdout, /remembered in .*namesake\.json/)
  assert.deepEqual(JSON.parse(readFileSync(own, 'utf8')).places, { 'https://a.example/log/': LOG.key.vkey })
})

test('another election than the one asked for is not accepted instead', async () => {
  const folder = written('elections/village-2026', filesOf(LOG), LOG.result)
  const { url, stop } = await served(join(folder, '..', '..'))
  try {
    const run = await verify(url, '--election', 'village-2026')
    assert.deepEqual([run.code, run.stderr], [1, ''])
    assert.match(run.stdout, /✗ election-differs: .*"city-2026", not "village-2026"/)
  } finally {
    await stop()
  }
})

test('table and JSON state when and by which program a log was certified, or that it was not', async () => {
  const folder = written('certified', wellCertified(LOG).files, LOG.result)
  const result = join(folder, 'results.json')
  const run = await verify(folder, '--result', result)
  assert.equal(run.code, 0, run.stdout + run.stderr)
  assert.match(run.stdout, /result +certified at 2026-03-02T12:00:00\.000Z by digital-elections 0\.1\.0\n/)
  assert.match(run.stdout, /✓ certification equals the recount and the log +1 document/)
  const again = JSON.parse((await verify(folder, '--result', result, '--json')).stdout)
  assert.deepEqual(again.certification, {
    ...{ holds: true, at: '2026-03-02T12:00:00.000Z', software: 'digital-elections 0.1.0' },
  })

  const bare = written('not-certified', filesOf(LOG), LOG.result)
  assert.match((await verify(bare)).stdout, /result +not certified\n/)
  const none = await verify(bare, '--json')
  assert.deepEqual([none.code, JSON.parse(none.stdout).certification], [0, null])
  const open = await verify(
    written('open', filesOf(LOG, LOG.entries.slice(0, -1)), LOG.result),
    '--state',
    join(dir, 'open.json'),
  )
  assert.doesNotMatch(open.stdout, /certified/)
})

test('a wrong certification gives exit code 1 and its finding, and nothing of it is shown', async () => {
  for (const [name, words] of [
    [
      'votes edited by a person without the key',
      /✗ certification-signature: .*another text \(certification\.json\)/,
    ],
    [
      'other votes, signed',
      /✗ certification-figures: .*contests\[0\]\.options\[0\]\.votes is \d+, the count says \d+/,
    ],
    [
      'another title, signed',
      /✗ certification-names: .*title is "Village election", the definition says "City election"/,
    ],
    ['beside a log that is not closed', /✗ certification-of-open-log/],
    ['software whose name moves the cursor, signed', /✗ certification-malformed/],
    ['larger than the limit', /✗ certification-malformed: .*longer than the limit of [\d,]+ bytes/],
  ] as const) {
    const { files } = CERTIFICATION_ATTACKS.find((each) => each.name === name)!.scene(LOG)
    const folder = written(`forged ${name}`, files, LOG.result)
    const run = await runCli(['verify', folder, '--state', join(dir, `${name}.json`)])
    assert.deepEqual([run.code, run.stderr], [1, ''], name)
    assert.match(run.stdout, words)
    assert.match(run.stdout, /result +the certification is invalid and was ignored/)
    assert.match(run.stdout, /✗ certification equals the recount and the log/)
    assert.doesNotMatch(run.stdout, /certified at/)
  }
})

test('a broken promise gives exit code 1 and is reported as evidence', async () => {
  const folder = written('promised', filesOf(LOG), LOG.result)
  const lost = trackerOf(ballotEntry({ ...LOG.ballots[0]!, nonce: 'f'.repeat(32) }, LOG.issued))
  const file = join(folder, 'lost.json')
  writeFileSync(file, receipts([lost], 'city-2026', 1_772_000_000, LOG.key)[0]!)
  const run = await verify(folder, '--receipt', file)
  assert.equal(run.code, 1)
  assert.match(run.stdout, /✗ promise-broken/)
  assert.match(run.stdout, /MISSING.*evidence that anyone can check/)
  const tracker = await verify(folder, '--receipt', trackerOf(LOG.entries[5]!), '--json')
  assert.equal(tracker.code, 0)
  assert.equal(JSON.parse(tracker.stdout).receipts[0].leaf, 5)
  const groups = trackerOf(LOG.entries[5]!).replaceAll(/(.{4})(?=.)/g, '$1 ')
  assert.equal(
    (await verify(folder, '--receipt', groups)).code,
    0,
    'the grouped form of the receipt is refused',
  )
  assert.equal((await verify(folder, '--receipt', trackerOf('nothing'))).code, 1)
})

test('a failed request is repeated, and a redirect is not followed', async () => {
  const folder = written('stumbling', filesOf(LOG), LOG.result)
  let failures = 0
  const stumbling = await served(folder, (path, reply) => {
    if (!path.includes('tile/') || ++failures % 3 !== 1) return false
    if (failures % 2 === 0) reply.writeHead(503, { 'retry-after': '0' }).end('later')
    else reply.destroy()
    return true
  })
  const elsewhere = await served(folder, (path, reply) => {
    if (!path.endsWith('/districts.json')) return false
    reply.writeHead(302, { location: `${stumbling.url}${path}` }).end()
    return true
  })
  const down = await served(folder, (path, reply) => {
    if (!path.includes('tile/')) return false
    reply.writeHead(500).end()
    return true
  })
  try {
    assert.equal((await verify(stumbling.url)).code, 0)
    assert.ok(failures > 2)
    const moved = await verify(elsewhere.url)
    assert.equal(moved.code, 2)
    assert.match(moved.stderr, /districts\.json: redirects \(to "http.*use that address instead/)
    const failed = await verify(down.url)
    assert.deepEqual([failed.code, /answers 500, after 4 attempts/.test(failed.stderr)], [2, true])
  } finally {
    await Promise.all([stumbling.stop(), elsewhere.stop(), down.stop()])
  }
})

test('an endless answer is read only up to the limit', async () => {
  const folder = written('endless', filesOf(LOG), LOG.result)
  const endless = await served(folder, (path, reply) => {
    if (!path.endsWith('/tile/0/000')) return false
    const more = () => {
      while (!reply.destroyed && reply.write(Buffer.alloc(65_536))) {}
    }
    reply.on('drain', more)
    more()
    return true
  })
  try {
    const run = await verify(endless.url, '--json')
    assert.deepEqual([run.code, codes(run.stdout)], [1, ['tile-width']])
  } finally {
    await endless.stop()
  }
})

test('every mistake gives one line and exit code 2', async () => {
  const folder = written('slips', filesOf(LOG), LOG.result)
  const bare = join(dir, 'bare')
  mkdirSync(bare)
  const notState = join(dir, 'not-a-state.json')
  writeFileSync(notState, '{}')
  const witness = logKey('w.example', 'w', 4).vkey
  for (const [args, words] of [
    [[], /missing required argument/],
    [[join(dir, 'nowhere')], /neither an address nor a folder/],
    [[bare], /contains no log/],
    [['http://127.0.0.1:1/'], /ECONNREFUSED|127\.0\.0\.1:1/],
    [['https://somebody:secret@example.org/'], /leave the password out/],
    [[folder, '--key', 'abc'], /--key: is not the key of a log/],
    [[folder, '--key', witness], /--key: is not the key of a log/],
    [[folder, '--witness', LOG.key.vkey], /--witness: is not the key of a witness/],
    [[folder, '--witness', witness, '--quorum', '2'], /--quorum: is larger than the number of/],
    [[folder, '--quorum', '0'], /whole number from 1/],
    [[folder, '--receipt', 'what I voted'], /neither a file nor a tracker/],
    [[folder, '--receipt', notState], /not the receipt of a recorded ballot/],
    [[folder, '--result', join(dir, 'none.json')], /there is no such file/],
    [[folder, '--checkpoint', join(dir, 'none')], /there is no such file/],
    [[folder, '--state', notState], /is not a state file/],
  ] as const) {
    const run = await runCli(['verify', '--state', join(dir, 'slips.json'), ...args])
    assert.equal(run.code, 2, `${args.join(' ')}: ${run.stdout}${run.stderr}`)
    assert.match(run.stderr, words)
    assert.doesNotMatch(run.stderr, /secret|^\s+at /m)
    assert.equal(run.stdout, '')
  }
  const help = await runCli(['verify', '--help'])
  assert.match(help.stdout, /Examples:/)
})

test('witnesses: a reached quorum is accepted, and a missed one is a finding', async () => {
  const witness = logKey('w.example', 'w', 4)
  const files = filesOf(LOG)
  const note = checkpointOf(LOG, LOG.entries)
  const text = note.slice(0, note.indexOf('\n\n') + 1)
  files.set('checkpoint', Buffer.from(note + witness.cosignatureLine(text, 1_772_400_000)))
  const folder = written('witnessed', files, LOG.result)
  const good = await verify(folder, '--witness', witness.vkey)
  assert.equal(good.code, 0)
  assert.match(good.stdout, /cosigned by witnesses +1 /)
  const both = [witness.vkey, logKey('v.example', 'v', 4).vkey].flatMap((key) => ['--witness', key])
  const few = await verify(folder, ...both, '--json')
  assert.deepEqual([few.code, codes(few.stdout)], [1, ['cosignatures-too-few']])
  assert.equal((await verify(folder, ...both, '--quorum', '1')).code, 0)
})
