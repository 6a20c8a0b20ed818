/**
 * The address of the process that owns a data folder: a socket in the folder that only its owner
 * can open (0600). `control.json` beside it contains the socket's path and a token, for two
 * reasons: the socket is elsewhere if its path would exceed the system's limit, and a named pipe of
 * Windows has no mode.
 *
 * The folder's lock decides who owns it. The holder of the lock may remove what a killed owner
 * left.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { Fault } from '../../core/fault.ts'
import { replaceOwnFile } from '../node/durable-file.ts'
import { CONTROL_VERSION } from './wire.ts'

const PRIVATE_FILE = 0o600
const SOCKET = 'control.sock'
/** Folders for sockets whose data folder has too long a path. */
const RUNTIME_FOLDER = /^elections-[A-Za-z0-9]{6}$/
/**
 * The longest path of a socket in bytes, without the final NUL: the buffer has 108 bytes on Linux,
 * 104 on macOS and the BSDs.
 */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103
const MAX_FILE_BYTES = 4096
const TOKEN = /^[0-9a-f]{64}$/

export interface ControlPlace {
  /** The protocol version of the owner. */
  readonly control: number
  /** Path of the socket, or name of the pipe. */
  readonly address: string
  /** 64 hex digits. */
  readonly token: string
}

/** Another file has the socket's name. */
export class ControlPathTaken extends Fault<'control-path'> {}

/**
 * Makes a server listen for a data folder, and records its address. Only the holder of the folder's
 * lock may call it.
 * @param file `control.json`
 * @throws {ControlPathTaken}
 */
export async function listenAt(
  server: Server,
  file: string,
): Promise<{ readonly place: ControlPlace; readonly release: () => void }> {
  clearAway(file)
  const { address, folder } = newAddress(dirname(resolve(file)))
  await listening(server, address)
  if (process.platform !== 'win32') chmodSync(address, PRIVATE_FILE)
  const place = { control: CONTROL_VERSION, address, token: randomBytes(32).toString('hex') }
  replaceOwnFile(file, `${JSON.stringify(place)}\n`, PRIVATE_FILE)
  return {
    place,
    release: () => {
      rmSync(file, { force: true })
      if (process.platform !== 'win32') rmSync(address, { force: true })
      if (folder !== null) rmdirSync(folder)
    },
  }
}

/**
 * Reads the address of a folder's owner; undefined if none is recorded. The owner may have ended.
 */
export function readPlace(file: string): ControlPlace | undefined {
  let text: string
  try {
    const handle = openSync(file, 'r')
    try {
      const entry = fstatSync(handle)
      if (!entry.isFile() || entry.size > MAX_FILE_BYTES) return undefined
      text = readFileSync(handle, 'utf8')
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
  try {
    const { control, address, token } = JSON.parse(text) as Record<string, unknown>
    if (typeof control !== 'number' || typeof address !== 'string' || typeof token !== 'string')
      return undefined
    return TOKEN.test(token) ? { control, address, token } : undefined
  } catch {
    return undefined
  }
}

/** Removes what a killed owner left. */
function clearAway(file: string): void {
  if (process.platform === 'win32') return
  const folder = dirname(resolve(file))
  const left = readPlace(file)?.address
  if (left !== undefined && dirname(left) !== folder && RUNTIME_FOLDER.test(basename(dirname(left)))) {
    try {
      removeSocket(left)
      rmdirSync(dirname(left))
    } catch {
      // The folder was removed at a restart of the machine, or belongs to another user.
    }
  }
  removeSocket(join(folder, SOCKET))
}

function removeSocket(path: string): void {
  const entry = lstatSync(path, { throwIfNoEntry: false })
  if (entry === undefined) return
  if (!entry.isSocket())
    throw new ControlPathTaken('control-path', { path, why: 'is not a socket: move it away' })
  rmSync(path)
}

function newAddress(dataDir: string): { readonly address: string; readonly folder: string | null } {
  if (process.platform === 'win32')
    return { address: `\\\\.\\pipe\\elections-${randomBytes(16).toString('hex')}`, folder: null }
  const beside = join(dataDir, SOCKET)
  if (Buffer.byteLength(beside) <= MAX_PATH_BYTES) return { address: beside, folder: null }
  for (const root of [process.env.XDG_RUNTIME_DIR, tmpdir(), '/tmp']) {
    if (root === undefined || !root.startsWith('/')) continue
    if (Buffer.byteLength(join(root, 'elections-XXXXXX', SOCKET)) > MAX_PATH_BYTES) continue
    try {
      // Only its owner can enter it (0700).
      const folder = mkdtempSync(join(root, 'elections-'))
      return { address: join(folder, SOCKET), folder }
    } catch {
      // Try the next root.
    }
  }
  throw new ControlPathTaken('control-path', {
    path: dataDir,
    why: 'its path is too long for a socket, and so is that of every runtime folder: use a shorter one',
  })
}

/** The umask gives the socket its mode from the start, so that no other user can ever open it. */
function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve_, reject) => {
    server.once('error', reject)
    const before = process.umask(0o177)
    try {
      server.listen(address, () => {
        server.off('error', reject)
        resolve_()
      })
    } finally {
      process.umask(before)
    }
  })
}
