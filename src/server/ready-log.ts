/**
 * The public log of an election as a server finds it: made sure of, checked, and what it has
 * changed of the definition.
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
  /** Keys issued per district when the election was made. */
  readonly issued: readonly number[]
  /** Its entries that are no ballots. */
  readonly records: readonly string[]
  /** Its last entry, once it has one. */
  readonly close: CloseRecord | undefined
  /** What a log that is closed has told: all of it. */
  readonly publishedWhole: Omit<PublishedCount, 'tally'> | null
}

/**
 * Makes sure of the election's public log and says what it has changed of the definition. @throws
 * {BrokenLog} BadInput
 */
export async function readyLog(dir: string, defined: Election, log: Logger): Promise<ReadyLog> {
  if (await ensureLog(dir, defined))
    log.warn(
      { election: defined.id, key: verifierKeyIn(dir) },
      'a public log was made for this election: publish its key',
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
