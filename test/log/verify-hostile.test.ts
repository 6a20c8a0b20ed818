/**
 * What a hostile folder, server or file does to `elections verify`: the command ends in time and
 * within bounds, with exit code 1 or 2, and with readable lines. Each hostile input is one that a
 * person can really provide.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { logFolderReader } from '../../src/adapters/files/log-reading.ts'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { MOST_CHECKPOINT_BYTES } from '../../src/core/log/resource-bounds.ts'
import { type VerifyInput, verifyLog } from '../../src/core/verify/verify.ts'
import { type RunEnd, runCli } from '../server.ts'
import { IDENTITY, smallOrderKey } from './clock-attacks.ts'
import { AFTERWARDS_MS, checkpointOf, cityLog, filesOf } from './honest-log.ts'
import { type Files, leafHash, logKey, sha256Hex, signedNote } from './log-bytes.ts'

const LOG = cityLog({ ballots: 600 })
let dir: string
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'elections-hostile-'))
})
after(() => rmSync(dir, { recursive: true, force: true }))

let folders = 0
function written(files: Files): string {
  const folder = join(dir, `copy-${folders++}`)
  for (const [path, bytes] of files) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  return folder
}

/** Checks that the command ended, with readable text and nothing that controls a terminal. */
function assertEnded(run: RunEnd, what: string, codes = [1, 2]): void {
  const all = run.stdout + run.stderr
  assert.ok(codes.includes(run.code!), `${what}: ${run.code} ${all}`)
  assert.doesNotMatch(all.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, what)
  assert.doesNotMatch(all, /^\s+at /m, what)
  if (run.code === 2) assert.match(run.stderr, /^elections: .+\n$/, what)
}

const verify = (...args: string[]) =>
  runCli(['verify', ...args, '--state', join(dir, `state-${folders++}.json`)])

const pipe = (path: string) => execFileSync('mkfifo', [path])

/** Everything that can be in the place of a file. */
const ODD: Readonly<Record<string, (path: string) => void>> = {
  'a named pipe': pipe,
  'a folder': (path) => mkdirSync(path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to an endless device': (path) => symlinkSync('/dev/zero', path),
  'a link to a terminal': (path) => symlinkSync('/dev/tty', path),
  'a link to a named pipe': (path) => {
    pipe(`${path}.pipe`)
    symlinkSync(`${path}.pipe`, path)
  },
}
const PLACES = [
  ...['checkpoint', 'genesis.json', 'definition.json', 'districts.json', 'certification.json'],
  ...['tile/0/000', 'tile/entries/001', 'tile/1/000.p/2'],
]

describe('a copied folder', () => {
  for (const [what, put] of Object.entries(ODD))
    test(`${what} instead of a file`, async () => {
      for (const place of PLACES) {
        const folder = written(filesOf(LOG))
        const path = join(folder, place)
        rmSync(path, { force: true })
        put(path)
        await assert.rejects(
          verifyLog({
            ...{ read: logFolderReader(folder), hasher: nodeTreeHasher(), verify: ed25519Verify },
            nowMs: AFTERWARDS_MS,
          }),
          ({ name, message }: Error) => name === 'BadInput' && message.startsWith(path),
          `${what} at ${place}`,
        )
      }
    })

  test('the command names the file in one line', async () => {
    for (const [what, put] of Object.entries(ODD)) {
      const folder = written(filesOf(LOG))
      const path = join(folder, 'definition.json')
      rmSync(path)
      put(path)
      const run = await verify(folder)
      assertEnded(run, what, [2])
      assert.ok(run.stderr.includes('definition.json: '), run.stderr)
    }
  })

  test('circular folders of tiles, a socket, and a checkpoint that is a pipe', async () => {
    const circle = written(filesOf(LOG))
    rmSync(join(circle, 'tile'), { recursive: true })
    symlinkSync('tile', join(circle, 'tile'))
    assertEnded(await verify(circle), 'tile → tile', [2])
    const up = written(filesOf(LOG))
    rmSync(join(up, 'tile', '0'), { recursive: true })
    symlinkSync('..', join(up, 'tile', '0'))
    assertEnded(await verify(up), 'tile/0 → ..')
    const spoken = written(filesOf(LOG))
    rmSync(join(spoken, 'genesis.json'))
    const socket = createSocket().listen(join(spoken, 'genesis.json'))
    await once(socket, 'listening')
    try {
      assertEnded(await verify(spoken), 'a socket', [2])
    } finally {
      socket.close()
    }
    const piped = written(filesOf(LOG))
    rmSync(join(piped, 'checkpoint'))
    pipe(join(piped, 'checkpoint'))
    assertEnded(await verify(piped), 'a pipe for a checkpoint', [2])
  })

  test('names that control a terminal are printed harmlessly', async () => {
    const folder = join(dir, '\u001b]0;owned\u0007\u009b2J\u202eno\nelections: VERIFIED')
    mkdirSync(folder)
    assertEnded(await verify(folder), 'an odd name', [2])
    assertEnded(await verify(join(folder, 'not-there')), 'an odd name', [2])
    writeFileSync(join(folder, 'checkpoint'), '')
    const run = await verify(folder, '--json')
    assertEnded(run, 'an odd name')
    assert.equal(JSON.parse(run.stdout).where, folder)
  })
})

test('given files may be pipes, folders, a gigabyte, or nested endlessly', async () => {
  const folder = written(filesOf(LOG))
  const at = (name: string) => join(dir, name)
  pipe(at('pipe'))
  mkdirSync(at('a-folder'))
  writeFileSync(at('gigabyte'), '{')
  truncateSync(at('gigabyte'), 2 ** 30)
  writeFileSync(at('deep'), '['.repeat(900_000))
  const state = { format: 'digital-elections/verify-state/v2', places: {} }
  writeFileSync(
    at('deep-state'),
    JSON.stringify(state).replace('{}', `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`),
  )
  const deepReceipt = `{"status":"recorded","election":${'['.repeat(7000)}${']'.repeat(7000)}}`
  writeFileSync(at('deep-receipt'), deepReceipt)
  for (const option of ['--receipt', '--checkpoint', '--result'])
    for (const file of ['pipe', 'a-folder'])
      assertEnded(await verify(folder, option, at(file)), `${option} ${file}`, [2])
  for (const file of ['gigabyte', 'deep', 'deep-receipt'])
    assertEnded(await verify(folder, '--receipt', at(file)), `--receipt ${file}`, [2])
  assertEnded(await verify(folder, '--checkpoint', at('gigabyte')), '--checkpoint gigabyte', [2])
  for (const file of ['gigabyte', 'deep'])
    assertEnded(await verify(folder, '--result', at(file)), `--result ${file}`, [1])
  for (const file of ['pipe', 'a-folder', 'gigabyte', 'deep', 'deep-state'])
    assertEnded(await runCli(['verify', folder, '--state', at(file)]), `--state ${file}`, [2])
})

test('keys for which anyone can sign are refused', async () => {
  const folder = written(filesOf(LOG))
  const typed = (type: 1 | 4) => smallOrderKey(LOG.key.name, IDENTITY, type)
  for (const args of [
    ['--key', typed(1)],
    ['--witness', typed(4)],
  ]) {
    const run = await verify(folder, ...args)
    assertEnded(run, args[0]!, [2])
    assert.match(run.stderr, /is not the key of a/)
  }
})

const read = (files: Files) => (path: string, mostBytes: number) =>
  files.get(path)?.subarray(0, mostBytes + 1)

async function codesOf(files: Files, input: Partial<VerifyInput> = {}): Promise<string[]> {
  const { findings } = await verifyLog({
    ...{ read: read(files), hasher: nodeTreeHasher(), verify: ed25519Verify, nowMs: AFTERWARDS_MS },
    ...input,
  })
  return [...new Set(findings.map(({ code }) => code))].sort()
}

/** The log with another definition, to which its genesis commits. */
function defined(text: string): Files {
  const entry = LOG.entries[0]!.replace(
    /"definition_sha256":"\w+"/,
    `"definition_sha256":"${sha256Hex(text)}"`,
  )
  const files = filesOf(LOG, [entry])
  files.set('definition.json', Buffer.from(text))
  return files
}

test('definitions that are too deep or too long are invalid', async () => {
  const deep = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`
  const withMember = (member: string, value: string) =>
    LOG.definitionText.replace(/\}\s*$/, `,"${member}":${value}}`)
  const many = (n: number) =>
    `[${Array.from({ length: n }, (_, i) => `{"id":"d${i}","name":"D"}`).join(',')}]`
  const wide = JSON.parse(LOG.definitionText)
  wide.districts = Array.from({ length: 65_535 }, (_, i) => ({ id: `d${i}`, name: `D ${i}` }))
  wide.contests = Array.from({ length: 76 }, (_, i) => ({
    id: `c${i}`,
    title: `C ${i}`,
    options: [{ id: 'a', name: 'A' }],
  }))
  const strangers = JSON.parse(LOG.definitionText)
  strangers.contests[0].districts = Array.from({ length: 3_000_000 }, () => 'x')
  for (const [what, text] of [
    ['nested 200,000 deep', deep(200_000)],
    ['a member nested 200,000 deep', withMember('extra', deep(200_000))],
    ['objects nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['nested to its end', '['.repeat(15_000_000)],
    ['a text of 15 MiB', withMember('extra', JSON.stringify('x'.repeat(15_000_000)))],
    ['an id of 15 MiB', LOG.definitionText.replace('"city-2026"', JSON.stringify('a'.repeat(15_000_000)))],
    ['a text of escapes', withMember('extra', `"${'\\"'.repeat(7_000_000)}"`)],
    [
      '600,000 districts',
      LOG.definitionText.replace(/"districts": \[[^\]]*\]/, `"districts": ${many(600_000)}`),
    ],
    ['three million districts that do not exist', JSON.stringify(strangers)],
    ['a result too large for memory', JSON.stringify(wide)],
    ['a million members', `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":0`).join(',')}}`],
  ] as const) {
    assert.ok(text.length < 16 * 1024 * 1024, `${what}: ${text.length}`)
    assert.deepEqual(await codesOf(defined(text)), ['definition-invalid'], what)
  }
})

test('results, certifications, districts and entries that are too deep or long are findings', async () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const asked: number[] = []
  const endless = async (mostBytes: number) => {
    asked.push(mostBytes)
    return Buffer.alloc(mostBytes + 1, '[')
  }
  assert.deepEqual(await codesOf(filesOf(LOG), { result: endless }), ['close-result', 'result-malformed'])
  // The limit for 600 ballots in five districts and three contests is not megabytes.
  assert.ok(asked[0]! < 10_000 && asked[0]! > LOG.result.length, String(asked))
  const nested = Buffer.from(LOG.result.replace('"ballots":600', `"ballots":${deep}`))
  assert.deepEqual(await codesOf(filesOf(LOG), { result: nested }), ['close-result', 'result-malformed'])
  const long = Buffer.from(LOG.result.replace('"mayor"', JSON.stringify('x'.repeat(1e6))))
  assert.deepEqual(await codesOf(filesOf(LOG), { result: long }), ['close-result', 'result-malformed'])

  const put = (path: string, text: string) => filesOf(LOG).set(path, Buffer.from(text))
  assert.deepEqual(await codesOf(put('certification.json', deep)), ['certification-malformed'])
  assert.deepEqual(await codesOf(put('certification.json', `"${'x'.repeat(16_000_000)}`)), [
    'certification-malformed',
  ])
  assert.deepEqual(await codesOf(put('districts.json', deep)), ['districts-differ'])
  assert.ok((await codesOf(put('genesis.json', '['.repeat(65_000)))).includes('genesis-invalid'))
  for (const start of [
    '',
    '{"v":1,"entry":"close","totals":',
    '{"v":1,"entry":"amendment","change":{"roll":',
  ])
    for (const bottom of ['['.repeat(60_000), '{"a":'.repeat(12_000), `"${'x'.repeat(60_000)}`]) {
      const entries = LOG.entries.slice(0, 1).concat(start + bottom)
      const [code] = await codesOf(filesOf(LOG, entries))
      assert.match(code!, /^(close|amendment|entry)-invalid$/)
    }
})

test('checkpoints with 100 signatures, with more, and of a megabyte are read within bounds', async () => {
  const files = filesOf(LOG)
  const note = checkpointOf(LOG, LOG.entries)
  const others = (n: number) =>
    Array.from({ length: n }, (_, i) =>
      logKey(`w${i}.example`, `w${i}`, 4).cosignatureLine(note, 1_772_400_000),
    )
  const withLines = (...lines: string[]) =>
    new Map(files).set('checkpoint', Buffer.from(note + lines.join('')))
  assert.deepEqual(await codesOf(withLines(...others(99))), [])
  assert.deepEqual(await codesOf(withLines(...others(100))), ['checkpoint-malformed'])
  const long = `— w.example ${Buffer.alloc(730_000).toString('base64')}\n`
  assert.deepEqual(await codesOf(withLines(long)), [])
  assert.deepEqual(await codesOf(withLines(long, long)), ['checkpoint-malformed'])
  assert.ok(long.length < MOST_CHECKPOINT_BYTES)
})

test('a bundle longer than the election’s entries can be is refused and not kept in memory', async () => {
  const asked = new Map<string, number>()
  const files = filesOf(LOG)
  const noting = (path: string, mostBytes: number) => {
    asked.set(path, mostBytes)
    return files.get(path)
  }
  await verifyLog({ read: noting, hasher: nodeTreeHasher(), verify: ed25519Verify, nowMs: AFTERWARDS_MS })
  assert.ok(asked.get('tile/entries/000')! < 2 ** 20, String(asked.get('tile/entries/000')))
  assert.ok(asked.get('certification.json')! < 4 * 2 ** 20)
  assert.ok(asked.get('districts.json')! < 100)
})

/** A signed tree of any size, whose files are created on request. */
async function madeOnDemand(size: number, key = logKey('example.org/city-2026', 'the log')) {
  const files = filesOf(LOG)
  const text = `${key.name}\n${size}\n${Buffer.alloc(32, 1).toString('base64')}\n`
  files.set('checkpoint', Buffer.from(signedNote(text, key.line(text))))
  let asked = 0
  const server = createServer((request, reply) => {
    const path = new URL(request.url ?? '/', 'http://any').pathname.replace('/log/', '')
    const file = path.startsWith('tile/') ? undefined : files.get(path)
    if (file !== undefined) return reply.end(file)
    if (path.startsWith('tile/')) asked++
    if (!path.startsWith('tile/')) return reply.writeHead(404).end()
    return reply.end(path.startsWith('tile/entries/') ? Buffer.alloc(256 * 3, Buffer.of(0, 1, 0x7b)) : LEAVES)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop, asked: () => asked }
}
const LEAVES = Buffer.concat(Array.from({ length: 256 }, () => leafHash('{')))

test('a tree of 10^12 entries is refused unread; one within the limit is read completely', async () => {
  const huge = await madeOnDemand(10 ** 12)
  try {
    const run = await verify(huge.url)
    assertEnded(run, '10^12 entries', [2])
    assert.match(run.stderr, /1,000,000,000,000 entries, more than 20,000,000: --entries N reads more/)
    assert.equal(huge.asked(), 0)
  } finally {
    await huge.stop()
  }
  const some = await madeOnDemand(100_000)
  try {
    assertEnded(await verify(some.url, '--entries', '99999'), 'one too many', [2])
    const run = await verify(some.url, '--entries', '100000', '--json')
    assertEnded(run, '100,000 entries', [1])
    assert.ok(some.asked() > 600)
  } finally {
    await some.stop()
  }
})

describe('a server', { concurrency: 2 }, () => {
  test('that sends a byte now and then is abandoned within a minute', async () => {
    const files = filesOf(LOG)
    const server = createServer((request, reply) => {
      const path = new URL(request.url ?? '/', 'http://any').pathname.replace('/log/', '')
      if (path !== 'certification.json') return reply.end(files.get(path))
      const timer = setInterval(() => reply.write('x'), 500)
      reply.on('close', () => clearInterval(timer))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const startedMs = performance.now()
    try {
      const run = await verify(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      assertEnded(run, 'a drip', [2])
      assert.match(run.stderr, /certification\.json: is too slow, after 2 attempts/)
      assert.ok(performance.now() - startedMs < 60_000)
    } finally {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  })

  test('whose texts control a terminal is printed harmlessly', async () => {
    const evil = '\u001b[2J\u009b31m\u202eVERIFIED\u2028'
    const files = filesOf(LOG)
    const server = createServer((request, reply) => {
      const path = new URL(request.url ?? '/', 'http://any').pathname.replace('/log/', '')
      if (path === 'genesis.json') {
        reply.socket!.end(`HTTP/1.1 302 ${'x'.repeat(5)}\r\nlocation: \u009b2J\u0085x\r\n\r\n`, 'latin1')
        return
      }
      if (path === 'checkpoint') return reply.end(`${evil}\n5\n`)
      return reply.end(files.get(path))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      assertEnded(
        await verify(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
        'evil words',
        [2],
      )
    } finally {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
    const other = logKey(`x${'\u202e\u009b2J'}y`, 'evil')
    const entries = LOG.entries.with(0, LOG.entries[0]!.replace(LOG.key.vkey, other.vkey))
    const folder = written(filesOf(LOG, entries, other))
    assertEnded(await verify(folder), 'evil origin', [0, 1, 2])
    const json = await verify(folder, '--json')
    assertEnded(json, 'evil origin, JSON', [0, 1, 2])
    assert.equal(JSON.parse(json.stdout).origin, other.name)
  })
})
