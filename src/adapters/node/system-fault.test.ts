import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Fault, type FaultCode, faultLine } from '../../core/fault.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import { faultIn, faultOf } from './system-fault.ts'

/** An error as Node creates it. */
const systemError = (members: Record<string, unknown>) => Object.assign(new Error('of the system'), members)

const SAID: readonly [FaultCode, RegExp, Record<string, unknown>][] = [
  ['port-in-use', /port 8501 is in use/, { code: 'EADDRINUSE', syscall: 'listen', port: 8501 }],
  ['port-not-allowed', /port 80 needs more rights/, { code: 'EACCES', syscall: 'listen', port: 80 }],
  [
    'host-not-here',
    /^203\.0\.113\.5: /,
    { code: 'EADDRNOTAVAIL', syscall: 'listen', address: '203.0.113.5' },
  ],
  ['host-not-here', /^nosuch: /, { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'nosuch' }],
  ['no-answer', /^192\.0\.2\.1:80: ETIMEDOUT/, { code: 'ETIMEDOUT', address: '192.0.2.1', port: 80 }],
  ['no-such-file', /^\/nowhere: there is no/, { code: 'ENOENT', path: '/nowhere/of/it' }],
  ['no-permission', /^\/x: permission denied/, { code: 'EPERM', path: '/x' }],
  ['is-a-folder', /^\/x: is a folder, but a file is expected here/, { code: 'EISDIR', path: '/x' }],
  ['already-there', /^\/y: already exists/, { code: 'EEXIST', path: '/x', dest: '/y' }],
  ['bad-path', /^\/x: a link leads back/, { code: 'ELOOP', path: '/x' }],
  ['bad-path', /^\/x: the name is too long/, { code: 'ENAMETOOLONG', path: '/x' }],
  ['read-only', /^\/x: cannot be written/, { code: 'EROFS', path: '/x' }],
  ['disk-full', /^\/x: the disk is full/, { code: 'ENOSPC', path: '/x' }],
  ['disk-full', /^\/x: the disk is full/, { code: 'EDQUOT', path: '/x' }],
  ['too-many-files', /^\/x: .*more files: raise the limit/, { code: 'EMFILE', path: '/x' }],
  ['disk-fault', /^\/x: the disk failed \(EIO\)/, { code: 'EIO', path: '/x' }],
  ['database-busy', /^here: another program/, { code: 'ERR_SQLITE_ERROR', errcode: 5 }],
  ['database-busy', /^here: another program/, { code: 'ERR_SQLITE_ERROR', errcode: 5 + 256 }],
  ['read-only', /^here: cannot be written/, { code: 'ERR_SQLITE_ERROR', errcode: 8 }],
  ['disk-fault', /^here: the disk failed/, { code: 'ERR_SQLITE_ERROR', errcode: 10 }],
  ['damaged-file', /^here: is damaged/, { code: 'ERR_SQLITE_ERROR', errcode: 11 }],
  ['disk-full', /^here: the disk is full/, { code: 'ERR_SQLITE_ERROR', errcode: 13 }],
  ['bad-path', /^here: the database cannot/, { code: 'ERR_SQLITE_ERROR', errcode: 14 }],
  ['damaged-file', /^here: is damaged/, { code: 'ERR_SQLITE_ERROR', errcode: 26 }],
]

for (const [code, words, members] of SAID)
  test(`${members.code}${members.errcode ? ` ${members.errcode}` : ''} is ${code}`, () => {
    const fault = faultOf(systemError(members), 'here')
    assert.equal(fault?.code, code)
    assert.match(faultLine(fault!), words)
  })

test('a programming error is not a fault: it keeps its stack', () => {
  for (const error of [
    new TypeError('x is undefined'),
    systemError({ code: 'ERR_INVALID_ARG_TYPE' }),
    'text',
    null,
  ])
    assert.equal(faultOf(error), undefined)
  const sql = systemError({ code: 'ERR_SQLITE_ERROR', errcode: 1 })
  assert.equal(faultOf(sql, 'here'), undefined, 'a wrong statement')
})

test('a file in the way is named, not the path below it; a missing table is damage', () => {
  const dir = mkdtempSync(join(tmpdir(), 'system-fault-'))
  try {
    writeFileSync(join(dir, 'file'), '')
    const path = join(dir, 'file', 'elections', 'x')
    const fault = faultOf(systemError({ code: 'ENOTDIR', path }))
    assert.ok(
      fault?.message.startsWith(`${join(dir, 'file')}: is a file, but a folder is expected`),
      fault?.message,
    )
    const database = new DatabaseSync(join(dir, 'empty.db'))
    let thrown: unknown
    try {
      database.prepare('SELECT * FROM ballots')
    } catch (cause) {
      thrown = cause
    } finally {
      database.close()
    }
    assert.equal(faultOf(thrown, 'empty.db')?.code, 'damaged-file')
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test('contradicting records are reported with their folder, once', () => {
  const broken = new Fault('broken-records', { what: 'ballots 1 and 2 came from one key' })
  const placed = faultIn('data/elections/x', broken) as Fault
  assert.equal(placed.message, 'data/elections/x: ballots 1 and 2 came from one key')
  assert.equal((faultIn('data/elections/x', placed) as Fault).message, placed.message)
  const odd = new Error('odd')
  assert.equal(faultIn('data', odd), odd)
  assert.match(
    (faultIn('data/log', new Malformed('a hash of 31 bytes')) as Fault).message,
    /^data\/log: is damaged/,
  )
})
