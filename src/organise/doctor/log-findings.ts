/**
 * What `elections doctor` finds of a public log: whether it is the one that ballots and journal
 * make.
 */
import { existsSync, statSync } from 'node:fs'
import type { Finding } from '../../adapters/embedded/examine.ts'
import { databaseFile, journalFile, logKeyFile } from '../../adapters/embedded/layout.ts'
import { recordedLogKey } from '../../adapters/embedded/log-fact.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { faultOf } from '../../adapters/node/system-fault.ts'
import type { Election } from '../../core/election/definition.ts'
import { EXIT } from '../../core/fault.ts'
import { recheckLog } from '../../pipeline/publish/recheck.ts'
import { openLog } from '../public-log.ts'
import { rollFindings } from './roll-findings.ts'

/** Each check in turn; one that makes later ones pointless ends the list. */
export async function logFindings(dir: string, election: Election): Promise<Finding[]> {
  if (!existsSync(databaseFile(dir))) return []
  // Made before there were public logs: it gets one when it is served.
  let recorded: string | undefined
  try {
    recorded = recordedLogKey(databaseFile(dir))
  } catch (cause) {
    // What is wrong with the database is told of it (examine.ts).
    if (faultOf(cause, dir)?.exit !== EXIT.broken) throw cause
    return []
  }
  if (recorded === undefined) return []
  const missing = [logKeyFile(dir), journalFile(dir)].filter((path) => !existsSync(path))
  if (missing.length > 0)
    return [
      {
        check: 'public log',
        wrong: `missing: ${missing.join(', ')}`,
        remedy: 'put these back from a backup',
      },
    ]
  const secret = (statSync(logKeyFile(dir)).mode & 0o077) === 0 || process.platform === 'win32'
  const mode: Finding = secret
    ? { check: 'log key is private' }
    : {
        check: 'log key is private',
        wrong: 'others can read it',
        remedy: `chmod 600 ${logKeyFile(dir)}`,
      }
  return [mode, ...(await madeAgain(dir, election))]
}

async function madeAgain(dir: string, election: Election): Promise<Finding[]> {
  const check = 'the public log is what ballots and journal make'
  try {
    const log = await openLog(dir, election, { readOnly: true })
    try {
      const { byBatch } = await recheckLog(log.deps)
      const records = (await log.deps.journal.records()).map(({ record }) => record!)
      // In which batch each ballot was told cannot be worked out any more.
      const made = byBatch ? check : `${check}, compared as a set: the election secret was destroyed`
      return [{ check: made }, ...rollFindings(dir, election, records)]
    } finally {
      log.close()
    }
  } catch (cause) {
    if (cause instanceof BadInput)
      return [{ check, wrong: cause.message, remedy: 'put it back from a backup' }]
    const fault = faultOf(cause, dir)
    if (fault?.exit !== EXIT.broken) throw cause
    const remedy = 'do not serve this folder: keep it as evidence, and put back the newest data there is'
    return [{ check, wrong: fault.message, remedy }]
  }
}
