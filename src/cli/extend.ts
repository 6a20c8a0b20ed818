/** `elections extend`: voting ends later, told in the public log. The definition stays as it was handed in. */
import { Command, InvalidArgumentError } from 'commander'
import { definitionFile, electionDir, logDir } from '../adapters/embedded/layout.ts'
import { lockFolder } from '../adapters/embedded/lock.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { formatRecord } from '../core/log/record.ts'
import { checkLog, openPublisher } from '../pipeline/publish.ts'
import { amended } from './close-entry.ts'
import { ensureLog, openLog } from './public-log.ts'
import { chosenElection } from './recounted.ts'
import { refuseEnded } from './refuse-ended.ts'
import { settleAddition, settledInWords } from './settle-addition.ts'

interface ExtendOptions {
  readonly data: string
  readonly election?: string
  /** Unix milliseconds. */
  readonly closesAt: number
  readonly json?: boolean
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

export function extendCommand(): Command {
  return new Command('extend')
    .summary('let voting end later')
    .description(
      'Lets voting end later than the definition says. The change is an entry of the public log, where everybody sees ' +
        'it; the next start of the server goes by it. Stop the server first. Voting that has ended is not opened again.',
    )
    .requiredOption('--data <folder>', 'the data folder; no server may be running on it')
    .requiredOption('--closes-at <time>', 'when voting ends, such as 2026-11-23T21:00:00+01:00', instant)
    .option('--election <id>', 'which election (default: the one the short API speaks of)')
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 2 refused.

Example:
  $ elections extend --data ./data --closes-at 2026-11-23T21:00:00+01:00`,
    )
    .action(extend)
}

function instant(text: string): number {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms))
    throw new InvalidArgumentError(
      'It must be a date and time with its offset, such as 2026-11-23T21:00:00+01:00.',
    )
  return ms
}

async function extend(options: ExtendOptions): Promise<void> {
  const id = chosenElection(options.data, options.election)
  const dir = electionDir(options.data, id)
  const lock = lockFolder(options.data)
  try {
    const defined = (await readDefinition(definitionFile(dir))).election
    await ensureLog(dir, defined)
    const log = await openLog(dir, defined)
    try {
      await checkLog(log.deps)
      const records = (await log.deps.journal.records()).map(({ record }) => record!)
      const settled = await settleAddition(dir, records)
      if (settled !== undefined) console.error(settledInWords(settled))
      const { election } = amended(defined, records)
      await refuseEnded(dir, election.closesAtMs)
      if (options.closesAt <= election.closesAtMs)
        throw new BadInput('--closes-at', [
          { message: `voting ends at ${iso(election.closesAtMs)} as it is: it can only be extended` },
        ])
      const publisher = await openPublisher(log.deps)
      while (await publisher.publish());
      await publisher.amend(
        formatRecord({
          entry: 'amendment',
          election: id,
          atMs: systemClock.nowMs(),
          change: { closesAtMs: options.closesAt },
        }),
      )
    } finally {
      log.close()
    }
  } finally {
    lock.release()
  }
  const closesAt = iso(options.closesAt)
  if (options.json) console.log(JSON.stringify({ event: 'extended', election: id, closes_at: closesAt }))
  else console.log(`Voting in ${id} ends at ${closesAt}; the public log says so (${logDir(dir)}).`)
}

const iso = (ms: number) => new Date(ms).toISOString()
