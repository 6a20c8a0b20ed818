/**
 * What the system, the network and SQLite say when something is wrong, as a fault of the table
 * (core/fault.ts).
 */
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fault } from '../../core/fault.ts'
import { printable } from '../../core/printable.ts'
import { Malformed } from '../../core/tlog/malformed.ts'

/** Members that errors of Node may have besides. */
interface SystemError extends NodeJS.ErrnoException {
  readonly port?: number
  readonly address?: string
  readonly hostname?: string
  readonly dest?: string
  /** SQLite's extended result code; the lowest byte is the primary one. */
  readonly errcode?: number
}

/** Where nothing says which file it is. */
const SOMEWHERE = 'a file of the data folder'

/**
 * @param where the file or folder that was being used, for errors that name none
 * @returns undefined where it is none of these: then it is a mistake of this program
 */
export function faultOf(error: unknown, where?: string): Fault | undefined {
  if (error instanceof Fault) return error
  if (!(error instanceof Error)) return undefined
  if (error instanceof Malformed)
    return new Fault('damaged-file', { path: where ?? SOMEWHERE, why: error.message }, { cause: error })
  const { code } = error as SystemError
  if (code === 'ERR_SQLITE_ERROR') return ofSqlite(error as SystemError, where ?? SOMEWHERE)
  return (
    ofListening(error as SystemError) ??
    ofNetwork(error as SystemError) ??
    ofFiles(error as SystemError, where)
  )
}

/**
 * As {@link faultOf}, for work on one folder: what says nothing of a place is said of that.
 * Otherwise as it came.
 */
export function faultIn(folder: string, error: unknown): unknown {
  const fault = faultOf(error, folder)
  if (fault?.code !== 'broken-records') return fault ?? error
  // Said of a place already.
  if (fault.message.startsWith(folder)) return fault
  return new Fault('broken-records', { what: fault.message, where: folder }, { cause: error })
}

/** From where a server cannot listen. */
function ofListening(error: SystemError): Fault | undefined {
  const { code, syscall, port, address, hostname } = error
  const options = { cause: error }
  if (code === 'EADDRINUSE' && port !== undefined) return new Fault('port-in-use', { port }, options)
  if (code === 'EACCES' && port !== undefined)
    return new Fault('port-not-allowed', { port, program: process.execPath }, options)
  if (code === 'EADDRNOTAVAIL' && syscall === 'listen')
    return new Fault('host-not-here', { host: address ?? 'the address' }, options)
  // Only a server's own address is looked up without a client that says what it wanted there.
  if (syscall === 'getaddrinfo' && hostname !== undefined && port === undefined)
    return new Fault('host-not-here', { host: hostname }, options)
  return undefined
}

const NO_ANSWER = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE)$/

function ofNetwork(error: SystemError): Fault | undefined {
  const { code = '', address, hostname, port } = error
  if (!NO_ANSWER.test(code)) return undefined
  const host = hostname ?? address ?? 'an address'
  const where = port === undefined ? host : `${host}:${port}`
  return new Fault('no-answer', { where, why: code }, { cause: error })
}

function ofFiles(error: SystemError, where: string | undefined): Fault | undefined {
  const { code, dest } = error
  const path = printable(dest ?? error.path ?? where ?? SOMEWHERE, 5_000)
  const options = { cause: error }
  switch (code) {
    case 'ENOENT':
      return new Fault('no-such-file', { path: missingPart(printable(error.path ?? path, 5_000)) }, options)
    case 'EACCES':
    case 'EPERM':
      return new Fault('no-permission', { path }, options)
    case 'ENOTDIR':
      return new Fault('not-a-folder', { path: fileInTheWay(path) }, options)
    case 'EISDIR':
      return new Fault('is-a-folder', { path }, options)
    case 'EEXIST':
      return new Fault('already-there', { path }, options)
    case 'ELOOP':
      return new Fault('bad-path', { path, why: 'a link leads back to itself' }, options)
    case 'ENAMETOOLONG':
      return new Fault('bad-path', { path, why: 'the name is too long' }, options)
    case 'EROFS':
      return new Fault('read-only', { path }, options)
    case 'ENOSPC':
    case 'EDQUOT':
      return new Fault('disk-full', { path }, options)
    case 'EMFILE':
    case 'ENFILE':
      return new Fault('too-many-files', { path }, options)
    case 'EIO':
      return new Fault('disk-fault', { path, why: code }, options)
    default:
      return undefined
  }
}

/**
 * The first part of a path that is not there: what is written may be a draft whose name nobody
 * gave.
 */
function missingPart(path: string): string {
  let missing = path
  for (let part = dirname(path); dirname(part) !== part; part = dirname(part))
    if (statSync(part, { throwIfNoEntry: false }) === undefined) missing = part
  return missing
}

/** Which part of a path is the file where a folder should be. */
function fileInTheWay(path: string): string {
  for (let part = path; dirname(part) !== part; part = dirname(part))
    if (statSync(part, { throwIfNoEntry: false })?.isFile()) return part
  return path
}

/** Primary result codes of SQLite. */
const SQLITE = {
  error: 1,
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const

function ofSqlite(error: SystemError, path: string): Fault | undefined {
  const { message } = error
  const options = { cause: error }
  switch ((error.errcode ?? 0) % 256) {
    case SQLITE.busy:
    case SQLITE.locked:
      return new Fault('database-busy', { path }, options)
    case SQLITE.permission:
      return new Fault('no-permission', { path }, options)
    case SQLITE.readOnly:
      return new Fault('read-only', { path }, options)
    case SQLITE.full:
      return new Fault('disk-full', { path }, options)
    case SQLITE.ioError:
      return new Fault('disk-fault', { path, why: message }, options)
    case SQLITE.cannotOpen:
      return new Fault('bad-path', { path, why: 'the database cannot be opened' }, options)
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return new Fault('damaged-file', { path, why: message }, options)
    case SQLITE.error:
      // Our statements are right for our tables: others are another file's, or an emptied one's.
      return /^no such (table|column)/.test(message)
        ? new Fault('damaged-file', { path, why: message }, options)
        : undefined
    default:
      return undefined
  }
}
