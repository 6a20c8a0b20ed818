/**
 * The public log of an election when a server starts: created if missing, checked, with the
 * amendments of the definition.
 */
import type { Logger } from 'pino'
import type { Election } from '../core/election/definition.ts'
import { amended } from '../core/log/amended.ts'
import { type CloseRecord, type LogVersion, parseRecord } from '../core/log/record.ts'
import type { PublishedCount } from '../core/tally/published-tally.ts'
import { base64 } from '../core/tlog/base64.ts'
import { settleAddition, settledInWords } from '../organise/late-voters/settle-addition.ts'
import { ensureLog, openLog, verifierKeyIn } from '../organise/public-log.ts'
import { checkLog } from '../pipeline/publish/recovery.ts'
import type { LogSigner } from '../ports/log-signer.ts'

export interface ReadyLog {
  readonly election: Election
  readonly signer: LogSigner
  readonly version: LogVersion
  /** Keys issued per district when the election was created. */
  readonly issued: readonly number[]
  /** The log's entries that are not ballots. */
  readonly records: readonly string[]
  /** The log's last entry, if it is closed. */
  readonly close: CloseRecord | undefined
  /** What a closed log has published: everything. */
  readonly publishedWhole: Omit<PublishedCount, 'tally'> | null
}

/**
 * Ensures the election's public log, checks it and reads its amendments.
 * @throws {BrokenLog} BadInput
 */
export async function readyLog(dir: string, defined: Election, log: Logger): Promise<ReadyLog> {
  if (await ensureLog(dir, defined))
    log.warn(
      { election: defined.id, key: verifierKeyIn(dir) },
      'a public log was created for this election: publish its key',
    )
  const opened = await openLog(dir, defined)
  try {
    await checkLog(opened.deps)
    const records = (await opened.deps.journal.records()).map(({ record }) => record!)
    const settled = await settleAddition(dir, records)
    if (settled !== undefined) log.warn({ election: defined.id }, settledInWords(settled))
    const parsed = records.map(parseRecord)
    const last = (await opened.deps.journal.last())!
    const close = parsed.find((record) => record.entry === 'close')
    const checkpoint = { size: last.size, root: base64(last.root) }
    return {
      election: amended(defined, records).election,
      signer: opened.deps.signer,
      issued: opened.issued,
      records,
      version: opened.deps.release.version,
      close,
      publishedWhole: close === undefined ? null : { checkpoint, complete: true },
    }
  } finally {
    opened.close()
  }
}
