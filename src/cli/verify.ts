/** `elections verify`: checks everything in a public log, without trust in the server. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readPlain } from '../adapters/files/plain-file.ts'
import { MOST_THREADS, threadedRanges, threadsByItself } from '../adapters/files/range-threads.ts'
import { readVerifyState, remember } from '../adapters/files/verify-state.ts'
import { httpResources } from '../adapters/http/resources.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { printable, printableJson } from '../core/printable.ts'
import { COSIGNATURE, ED25519, type SignatureType } from '../core/tlog/note-key.ts'
import { MOST_ENTRIES, TooManyEntries } from '../core/verify/bounds.ts'
import type { Memory } from '../core/verify/memory.ts'
import { receiptTrouble } from '../core/verify/receipt.ts'
import type { VerifyReport } from '../core/verify/report.ts'
import { type FindInside, isUrl, type LogSource, openSource } from '../verify/open-log.ts'
import {
  type Asked,
  isKeyOf,
  type KeyFrom,
  keyTyped,
  OtherKeyRemembered,
  type Session,
  verifySession,
} from '../verify/session.ts'
import { EXIT_NO } from './exit.ts'
import { atLeastOne } from './options.ts'
import { withProgress } from './progress.ts'
import { verifyTable } from './verify-words.ts'

interface VerifyOptions {
  readonly election?: string
  readonly key?: string
  readonly state: string
  readonly result?: string
  readonly receipt: readonly string[]
  readonly checkpoint: readonly string[]
  readonly witness: readonly string[]
  readonly quorum?: number
  readonly entries: number
  readonly threads: number
  readonly json?: boolean
}

/** Loaded only to verify a data folder: verifying a log needs neither SQLite nor the recount. */
const ownLog: FindInside = async (...asked) => (await import('../organise/own-log.ts')).ownLog(...asked)

const MOST_FILE_BYTES = 1_000_000
const gather = (each: string, all: readonly string[]) => [...all, each]
const gatherKey = (each: string, all: readonly string[]) => [...all, keyTyped(each)]

export function verifyCommand(): Command {
  return new Command('verify')
    .summary('verify an election’s public log and its result')
    .description(
      'Reads a public log, rebuilds all its tiles and hashes from the entries, checks every ballot ' +
        'against its ballot\n' +
        'style, and counts the ballots. It compares the count with the published result, and the log ' +
        'with the checkpoints\n' +
        'that it showed earlier.',
    )
    .argument('<where>', 'the address of a server or of a log, a data folder, or a copy of a log folder')
    .option('--election <id>', 'the election (default: the server’s or folder’s default one)')
    .option(
      '--key <vkey>',
      'the log’s key as the organiser published it; without it, the key in the log itself is trusted',
      keyTyped,
    )
    .addOption(
      new Option(
        '--state <file>',
        'the file with the keys and checkpoints of earlier runs; it is updated',
      ).default(defaultStateFile(), 'digital-elections/verify.json in the state folder of your account'),
    )
    .option('--result <file|url>', 'the published result (default: the server’s, or the data folder’s)')
    .option('--receipt <file|tracker>', 'a receipt or a tracker to look for; may be repeated', gather, [])
    .option('--checkpoint <file>', 'a checkpoint that somebody else received; may be repeated', gather, [])
    .option('--witness <vkey>', 'the key of a witness; may be repeated', gatherKey, [])
    .addOption(
      new Option('--quorum <n>', 'how many of the witnesses must have cosigned (default: all)').argParser(
        (text) => atLeastOne(text),
      ),
    )
    .addOption(
      new Option('--entries <n>', 'the most entries to read; each needs about 50 bytes of memory')
        .default(MOST_ENTRIES)
        .argParser((text) => atLeastOne(text)),
    )
    .addOption(
      new Option('--threads <n>', 'threads that check entries; their number does not change the result')
        .default(threadsByItself(), 'one for each processor, at most 8')
        .argParser((text) => atLeastOne(text, MOST_THREADS)),
    )
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 verified, 1 a check failed, 2 the log could not be read or an option is wrong.

Examples:
  $ elections verify https://vote.example.org
  $ elections verify https://vote.example.org/elections/council-2026/log/ ` +
        `--key 'example.org/council+1a2b3c4d+AbCd…'
  $ elections verify ./data --receipt my-receipt.json
  $ elections verify ./copy-of-log --result result.json --json
  $ elections verify https://vote.example.org --witness 'witness.example/w1+…' ` +
        `--witness 'w2.example+…' --quorum 1`,
    )
    .action(run)
}

function defaultStateFile(): string {
  const { XDG_STATE_HOME } = process.env
  const base = XDG_STATE_HOME?.startsWith('/') ? XDG_STATE_HOME : join(homedir(), '.local', 'state')
  return join(base, 'digital-elections', 'verify.json')
}

async function run(where: string, options: VerifyOptions): Promise<void> {
  const startedMs = performance.now()
  if (options.key !== undefined) refuseKey('--key', options.key, ED25519)
  for (const witness of options.witness) refuseKey('--witness', witness, COSIGNATURE)
  if (options.quorum !== undefined && options.quorum > new Set(options.witness).size)
    throw new BadInput('--quorum', [{ message: 'is larger than the number of --witness options' }])
  const receipts = options.receipt.map(receiptText)
  const others = options.checkpoint.map(fileText)
  // Checked before the log is read, which can take long.
  if (options.result !== undefined && !isUrl(options.result)) fileBytes(options.result, 0)
  const memory = readVerifyState(options.state)
  const source = await openSource(where, options.election, ownLog)
  try {
    const log = {
      ...source,
      result: (mostBytes: number) => publishedResult(source, options.result, mostBytes),
    }
    const asked = {
      ...{ receipts, witnesses: options.witness, checkpoints: others },
      ...(options.key === undefined ? {} : { key: options.key }),
      ...(options.election === undefined ? {} : { election: options.election }),
      ...(options.quorum === undefined ? {} : { quorum: options.quorum }),
    }
    const { report, keyFrom, shown } = await verified(log, memory, asked, options)
    if (report.verified && shown !== null) remember(options.state, shown)
    if (!report.verified) process.exitCode = EXIT_NO
    const seconds = (performance.now() - startedMs) / 1000
    if (options.json) console.log(printableJson({ ...report, where: source.words, seconds }))
    else {
      const keyWords = wordsForKey(keyFrom, report, options.state)
      process.stdout.write(verifyTable(report, { where: source.words, seconds, keyWords }))
    }
  } finally {
    await source.close()
  }
}

/**
 * @throws {BadInput} if the log is larger than --entries or this machine allow, or if its
 *   remembered key is another one
 */
async function verified(
  log: LogSource,
  memory: Memory,
  asked: Asked,
  { entries: mostEntries, state, threads }: VerifyOptions,
): Promise<Session> {
  const ranges = threadedRanges(log.read, { threads, dir: log.dir })
  const tools = { hasher: nodeTreeHasher(), verify: ed25519Verify, nowMs: systemClock.nowMs(), mostEntries }
  try {
    return await withProgress('verifying', undefined, (onProgress) =>
      verifySession(log, memory, asked, { ...tools, ranges, salt: randomBytes(16), onProgress }),
    )
  } catch (cause) {
    if (cause instanceof OtherKeyRemembered)
      throw new BadInput('--key', [
        {
          message:
            `is not the key in ${state} for this log, ${cause.known}: if it is right, name another ` +
            '--state',
        },
      ])
    if (cause instanceof TooManyEntries)
      throw new BadInput(log.words, [{ message: `${cause.message}: --entries N reads more` }])
    // A hostile log can exceed the limits of strings, of the stack or of memory.
    if (cause instanceof RangeError)
      throw new BadInput(log.words, [{ message: `is too large for this machine (${cause.message})` }])
    throw cause
  }
}

async function publishedResult(
  source: LogSource,
  asked: string | undefined,
  mostBytes: number,
): Promise<Uint8Array | undefined> {
  if (asked === undefined) return source.result(mostBytes)
  // `fileBytes` returns one byte more if the file is too long, which the caller notices.
  if (!isUrl(asked)) return fileBytes(asked, mostBytes)
  const url = new URL(asked)
  const resources = httpResources(url)
  try {
    const bytes = await resources.read('', mostBytes)
    if (bytes === undefined) throw new BadInput(asked, [{ message: 'there is no result' }])
    return bytes
  } finally {
    await resources.close()
  }
}

function refuseKey(option: string, text: string, type: SignatureType): void {
  if (isKeyOf(type, text, nodeTreeHasher().sha256)) return
  const kind = type === ED25519 ? 'log' : 'witness'
  throw new BadInput(option, [
    { message: `is not the key of a ${kind}, such as name+1a2b3c4d+${kind === 'log' ? 'A' : 'B'}bCd…` },
  ])
}

/**
 * Returns the text of a file, or the tracker itself.
 * @throws {BadInput} if it is neither a receipt nor a tracker
 */
function receiptText(asked: string): string {
  const text = existsSync(asked) ? fileText(asked) : asked
  const trouble = receiptTrouble(text)
  if (trouble === undefined) return text
  throw new BadInput(asked, [{ message: existsSync(asked) ? trouble : 'is neither a file nor a tracker' }])
}

/** @throws {BadInput} if the file cannot be read or is larger than `MOST_FILE_BYTES` */
function fileText(path: string): string {
  const bytes = fileBytes(path, MOST_FILE_BYTES)
  if (bytes.length > MOST_FILE_BYTES)
    throw new BadInput(path, [
      { message: `is larger than the limit of ${MOST_FILE_BYTES.toLocaleString('en')} bytes` },
    ])
  return Buffer.from(bytes).toString('utf8')
}

/**
 * Returns at most `mostBytes + 1` bytes, so that a longer file can be recognised. @throws
 * {BadInput}
 */
function fileBytes(path: string, mostBytes: number): Uint8Array {
  const bytes = readPlain(path, mostBytes)
  if (bytes === undefined) throw new BadInput(path, [{ message: 'there is no such file' }])
  return bytes
}

function wordsForKey(from: KeyFrom, { verified }: VerifyReport, stateFile: string): string {
  if (from === 'given') return 'given with --key'
  if (from === 'memory') return `remembered in ${printable(stateFile)}`
  const then = verified ? `; now remembered in ${printable(stateFile)}` : ''
  return (
    'found in the log itself and trusted on first use: compare it with the key that the ' +
    `organiser published${then}`
  )
}
