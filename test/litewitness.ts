/**
 * A real witness for tests: litewitness on a free loopback port, with its own database and key
 * agent.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { COSIGNATURE, formatVerifierKey } from '../src/core/tlog/note-key.ts'
import { goTools } from './go-tools.ts'
import { testKey } from './log-keys.ts'

export interface LogOfWitness {
  readonly origin: string
  /** The log's verifier key. */
  readonly vkey: string
}

export interface Litewitness {
  /** Submission prefix without a trailing slash: POST to `${url}/add-checkpoint`. */
  readonly url: string
  /** The witness's verifier key, type 0x04. */
  readonly vkey: string
  readonly stop: () => Promise<void>
}

/** The tables that `witnessctl add-log` and `add-key` write (torchwood v0.9.0). */
const SCHEMA = `
  CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL);
  CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin));
`

/**
 * @param name the witness's name in its signature lines
 * @param logs the logs that it knows, each at size 0
 * @param seed of its key, 32 bytes
 */
export async function startLitewitness(
  name: string,
  logs: readonly LogOfWitness[],
  seed: Uint8Array = new Uint8Array(32).fill(9),
): Promise<Litewitness> {
  const tools = goTools()
  const dir = mkdtempSync(join(tmpdir(), 'witness-'))
  const { key } = testKey(name, seed, COSIGNATURE)
  writeDatabase(join(dir, 'witness.db'), logs)
  const running: ChildProcess[] = []
  const stop = async () => {
    for (const child of running.reverse()) await ended(child)
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const socket = join(dir, 'agent')
    const agent = spawn(tools.keyagent, ['-socket', socket, '-seed', Buffer.from(seed).toString('hex')])
    running.push(agent)
    await saying(agent, agent.stdout, 'listening')
    const listening = async (): Promise<string> => {
      const port = await freePort()
      const witness = spawn(tools.litewitness, [
        `-name=${name}`,
        `-db=${join(dir, 'witness.db')}`,
        `-ssh-agent=${socket}`,
        `-key=${createHash('sha256').update(key.publicKey).digest('hex')}`,
        `-listen=127.0.0.1:${port}`,
      ])
      running.push(witness)
      await saying(witness, witness.stderr, 'msg=listening')
      const url = `http://127.0.0.1:${port}`
      await answering(url, witness)
      return url
    }
    // Another process may take the free port first: then another port is tried once.
    const url = await listening().catch(listening)
    return { url, vkey: formatVerifierKey(key), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function writeDatabase(file: string, logs: readonly LogOfWitness[]): void {
  const database = new DatabaseSync(file)
  database.exec(SCHEMA)
  const emptyRoot = createHash('sha256').digest('base64')
  for (const { origin, vkey } of logs) {
    database.prepare('INSERT INTO log VALUES (?, 0, ?)').run(origin, emptyRoot)
    database.prepare('INSERT INTO key VALUES (?, ?)').run(origin, vkey)
  }
  database.close()
}

/** Resolves when a line contains the words; rejects with all output if the process ends first. */
async function saying(child: ChildProcess, stream: NodeJS.ReadableStream, words: string): Promise<void> {
  const said: string[] = []
  child.stderr?.on('data', (data) => said.push(String(data)))
  for await (const line of createInterface({ input: stream })) {
    if (!line.includes(words)) continue
    stream.resume()
    return
  }
  throw new Error(`${child.spawnfile} ended: ${said.join('')}`)
}

/** Needed because litewitness prints "listening" before it listens. */
async function answering(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  throw new Error(`litewitness ended with ${child.exitCode}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
