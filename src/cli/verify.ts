/** `elections verify`: everything a public log can be held against, by anybody, with nothing of the server trusted. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { openInput } from '../adapters/files/input-file.ts'
import { readVerifyState, remember, type VerifyState } from '../adapters/files/verify-state.ts'
import { httpResources } from '../adapters/http/resources.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { Malformed } from '../core/log/malformed.ts'
import { COSIGNATURE, ED25519, parseVerifierKey, type SignatureType } from '../core/log/note-key.ts'
import { verifyLog } from '../core/log/verify.ts'
import { receiptTrouble } from '../core/log/verify-receipt.ts'
import type { VerifyReport } from '../core/log/verify-report.ts'
import { EXIT_NO } from './exit.ts'
import { atLeastOne } from './options.ts'
import { withProgress } from './progress.ts'
import { isUrl, type LogSource, MOST_RESULT_BYTES, openSource } from './verify-source.ts'
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
  readonly json?: boolean
}

const MOST_FILE_BYTES = 1_000_000
const gather = (each: string, all: readonly string[]) => [...all, each]

export function verifyCommand(): Command {
  return new Command('verify')
    .summary('verify an election’s public log and its result')
    .description(
      'Reads a public log, rebuilds every tile and hash of it from the entries, checks every ballot against its ballot\n' +
        'style, counts them, and compares with the published result and with what the log has shown before.',
    )
    .argument('<where>', 'a server’s address, a log’s address, a data folder, or a copied log folder')
    .option('--election <id>', 'the election (default: the server’s or folder’s default one)')
    .option(
      '--key <vkey>',
      'the log’s key as the organiser published it; without it the log is taken at its word',
    )
    .option('--state <file>', 'what was seen before, read and written', defaultStateFile())
    .option('--result <file|url>', 'the published result (default: the server’s, or the data folder’s)')
    .option('--receipt <file|tracker>', 'a receipt or a tracker to look for; may be repeated', gather, [])
    .option('--checkpoint <file>', 'a checkpoint that somebody else was shown; may be repeated', gather, [])
    .option('--witness <vkey>', 'a witness’s key; may be repeated', gather, [])
    .addOption(
      new Option('--quorum <n>', 'how many of the witnesses must have cosigned (default: all)').argParser(
        (text) => atLeastOne(text),
      ),
    )
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 verified, 1 it is not what it should be, 2 it could not be read, or an option is wrong.

Examples:
  $ elections verify https://vote.example.org
  $ elections verify https://vote.example.org/elections/council-2026/log/ --key 'example.org/council+1a2b3c4d+AbCd…'
  $ elections verify ./data --receipt my-receipt.json
  $ elections verify ./copy-of-log --result result.json --json
  $ elections verify https://vote.example.org --witness 'witness.example/w1+…' --witness 'w2.example+…' --quorum 1`,
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
  const nowMs = systemClock.nowMs()
  if (options.key !== undefined) refuseKey('--key', options.key, ED25519)
  for (const witness of options.witness) refuseKey('--witness', witness, COSIGNATURE)
  if (options.quorum !== undefined && options.quorum > new Set(options.witness).size)
    throw new BadInput('--quorum', [{ message: 'asks for more witnesses than --witness names' }])
  const receipts = await Promise.all(options.receipt.map(receiptText))
  const others = await Promise.all(options.checkpoint.map((file) => fileText(file)))
  const state = readVerifyState(options.state)
  const source = await openSource(where, options.election)
  try {
    const known = await knownLog(state, source, options)
    const result = await publishedResult(source, options.result)
    const report = await withProgress('verifying', undefined, (onProgress) =>
      verifyLog({
        ...{
          read: source.read,
          hasher: nodeTreeHasher(),
          verify: ed25519Verify,
          nowMs,
          receipts,
          onProgress,
        },
        seen: [...known.seen, ...others.map((note) => ({ note }))],
        witnesses: options.witness,
        ...(known.key === undefined ? {} : { key: known.key }),
        ...(options.quorum === undefined ? {} : { quorum: options.quorum }),
        ...(result === undefined ? {} : { result }),
      }),
    )
    const { verified, origin, key, checkpoint } = report
    if (verified && origin !== null && key !== null && checkpoint !== null)
      remember(options.state, {
        origin,
        key,
        note: checkpoint.note,
        seenAtMs: nowMs,
        place: rememberedPlace(source),
      })
    if (!verified) process.exitCode = EXIT_NO
    const seconds = (performance.now() - startedMs) / 1000
    if (options.json) console.log(JSON.stringify({ ...report, where: source.words, seconds }))
    else {
      const keyWords = wordsForKey(known.from, report, options.state)
      process.stdout.write(verifyTable(report, { where: source.words, seconds, keyWords }))
    }
  } finally {
    await source.close()
  }
}

type KeyFrom = 'option' | 'state' | 'genesis'

/** What the state file knows of the log at this place: its key, and what it has shown. */
async function knownLog(state: VerifyState, source: LogSource, options: VerifyOptions) {
  const place = rememberedPlace(source)
  const origin = (place && state.places[place]) ?? (await originOf(source))
  const log = origin === undefined ? undefined : state.logs[origin]
  if (options.key !== undefined && log !== undefined && log.key !== options.key)
    throw new BadInput('--key', [
      {
        message: `is not the key that ${options.state} knows for this log, ${log.key}: name another --state if it is right`,
      },
    ])
  const seen = (log?.checkpoints ?? []).map(({ note, seen_at }) => ({ note, seenAtMs: Date.parse(seen_at) }))
  const from: KeyFrom = options.key !== undefined ? 'option' : log !== undefined ? 'state' : 'genesis'
  return { key: options.key ?? log?.key, seen, from }
}

/** The first line of the checkpoint, whoever signed it. */
async function originOf(source: LogSource): Promise<string | undefined> {
  const bytes = await source.read('checkpoint', MOST_FILE_BYTES)
  return bytes && Buffer.from(bytes).toString('utf8').split('\n', 1)[0]
}

/** Addresses are remembered with their log, but not this machine's own: there elections come and go. */
function rememberedPlace({ place }: LogSource): string | undefined {
  if (place.kind !== 'url') return undefined
  const { hostname } = new URL(place.base)
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? undefined : place.base
}

async function publishedResult(
  source: LogSource,
  asked: string | undefined,
): Promise<Uint8Array | undefined> {
  if (asked === undefined) return source.result()
  if (!isUrl(asked)) return fileBytes(asked, MOST_RESULT_BYTES)
  const url = new URL(asked)
  const resources = httpResources(url)
  try {
    const bytes = await resources.read('', MOST_RESULT_BYTES)
    if (bytes === undefined) throw new BadInput(asked, [{ message: 'there is no result' }])
    return bytes
  } finally {
    await resources.close()
  }
}

function refuseKey(option: string, text: string, type: SignatureType): void {
  try {
    if (parseVerifierKey(nodeTreeHasher().sha256, text).type === type) return
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
  const kind = type === ED25519 ? 'log' : 'witness'
  throw new BadInput(option, [
    { message: `is not the key of a ${kind}, such as name+1a2b3c4d+${kind === 'log' ? 'A' : 'B'}bCd…` },
  ])
}

/** A file's text, or a tracker as it is. @throws {BadInput} where it is neither a receipt nor a tracker */
async function receiptText(asked: string): Promise<string> {
  const text = existsSync(asked) ? await fileText(asked) : asked
  const trouble = receiptTrouble(text)
  if (trouble === undefined) return text
  throw new BadInput(asked, [{ message: existsSync(asked) ? trouble : 'is neither a file nor a tracker' }])
}

async function fileText(path: string): Promise<string> {
  return Buffer.from(await fileBytes(path, MOST_FILE_BYTES)).toString('utf8')
}

/** @throws {BadInput} */
async function fileBytes(path: string, mostBytes: number): Promise<Uint8Array> {
  const input = await openInput(path)
  await input.handle.close()
  if (input.sizeBytes > mostBytes) throw new BadInput(path, [{ message: 'is larger than any' }])
  return readFileSync(path)
}

function wordsForKey(from: KeyFrom, { verified }: VerifyReport, stateFile: string): string {
  if (from === 'option') return 'as it was given'
  if (from === 'state') return `known from ${stateFile}`
  const then = verified ? `; remembered in ${stateFile}` : ''
  return `trusted on first use, the log’s own word: compare it with what the organiser published${then}`
}
