/**
 * Where the process that owns a data folder is reached: a socket in the folder, which its owner
 * alone may open (0600). `control.json` beside it says where the socket is and holds a token, for
 * two reasons: a path over the system's limit makes it lie elsewhere, and a named pipe of Windows
 * has no mode.
 *
 * The lock of the folder decides who owns it. Who holds it may clear away what an owner that was
 * killed has left.
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
import { replaceFile } from '../node/durable-file.ts'
import { CONTROL_VERSION } from './wire.ts'

const PRIVATE_FILE = 0o600
const SOCKET = 'control.sock'
/** Folders for sockets whose own folder has too long a path. */
const RUNTIME_FOLDER = /^elections-[A-Za-z0-9]{6}$/
/**
 * Longest path of a socket in bytes, the NUL at its end left out: 108 bytes on Linux, 104 on macOS
 * and the BSDs.
 */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103
const MAX_FILE_BYTES = 4096
const TOKEN = /^[0-9a-f]{64}$/

export interface ControlPlace {
  /** The version its owner speaks. */
  readonly control: number
  /** Path of the socket, or name of the pipe. */
  readonly address: string
  /** 64 hex digits. */
  readonly token: string
}

/** Something else has the socket's name. */
export class ControlPathTaken extends Fault<'control-path'> {}

/**
 * Makes a server listen for a data folder, and says where. To be called by who holds the folder's
 * lock.
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
  replaceFile(file, `${JSON.stringify(place)}\n`, PRIVATE_FILE)
  return {
    place,
    release: () => {
      rmSync(file, { force: true })
      if (process.platform !== 'win32') rmSync(address, { force: true })
      if (folder !== null) rmdirSync(folder)
    },
  }
}

/** Reads where the owner of a folder is; undefined where nobody says so. It may be gone. */
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

/** What an owner has left that was killed. */
function clearAway(file: string): void {
  if (process.platform === 'win32') return
  const folder = dirname(resolve(file))
  const left = readPlace(file)?.address
  if (left !== undefined && dirname(left) !== folder && RUNTIME_FOLDER.test(basename(dirname(left)))) {
    try {
      removeSocket(left)
      rmdirSync(dirname(left))
    } catch {
      // Gone with a restart of the machine, or another's.
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
      // Its owner's alone (0700).
      const folder = mkdtempSync(join(root, 'elections-'))
      return { address: join(folder, SOCKET), folder }
    } catch {
      // The next one.
    }
  }
  throw new ControlPathTaken('control-path', {
    path: dataDir,
    why: 'its path is too long for a socket, and so is that of every runtime folder: use a shorter one',
  })
}

/** The socket is made with its mode, so that nobody else can open it for a moment. */
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
