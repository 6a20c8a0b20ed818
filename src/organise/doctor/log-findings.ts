/**
 * What `elections doctor` checks of a public log: that a new computation from ballots and journal
 * gives the same log.
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

/** Runs the checks in order; a failure that makes later checks pointless ends the list. */
export async function logFindings(dir: string, election: Election): Promise<Finding[]> {
  if (!existsSync(databaseFile(dir))) return []
  // The election is older than public logs: it gets one when it is served.
  let recorded: string | undefined
  try {
    recorded = recordedLogKey(databaseFile(dir))
  } catch (cause) {
    // examine.ts reports what is wrong with the database.
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
        remedy: 'restore these from a backup',
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
  const check = 'the public log matches the ballots and the journal'
  try {
    const log = await openLog(dir, election, { readOnly: true })
    try {
      const { byBatch } = await recheckLog(log.deps)
      const records = (await log.deps.journal.records()).map(({ record }) => record!)
      // Without the secret, the check cannot compute in which batch each ballot was published.
      const made = byBatch ? check : `${check}, compared as a set: the election secret was destroyed`
      return [{ check: made }, ...rollFindings(dir, election, records)]
    } finally {
      log.close()
    }
  } catch (cause) {
    if (cause instanceof BadInput)
      return [{ check, wrong: cause.message, remedy: 'restore it from a backup' }]
    const fault = faultOf(cause, dir)
    if (fault?.exit !== EXIT.broken) throw cause
    const remedy = 'do not serve this folder: keep it as evidence, and restore the newest backup'
    return [{ check, wrong: fault.message, remedy }]
  }
}
