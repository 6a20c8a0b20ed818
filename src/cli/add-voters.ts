/**
 * `elections add-voters`: late voters on the roll of an election, told in the public log.
 *
 * The journal of the log decides. The keys are written to a draft and synced, the roll as it will be beside the roll as
 * it is; then the entry. Only what the log says is put in place, so wherever the command is cut off, the next that opens
 * the election finishes it or takes it back (settle-addition.ts).
 */
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import {
  clusterFile,
  databaseFile,
  definitionFile,
  electionDir,
  logDir,
  secretFile,
} from '../adapters/embedded/layout.ts'
import { lockFolder } from '../adapters/embedded/lock.ts'
import { addedBefore } from '../adapters/embedded/roll-addition.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { idLines, refuseKnownIds } from '../adapters/files/personal-ids.ts'
import { refuseExisting } from '../adapters/files/private-file.ts'
import { type CheckedRoll, checkRoll } from '../adapters/files/roll-file.ts'
import { orderedFault } from '../adapters/node/fault-point.ts'
import type { Election } from '../core/election/definition.ts'
import { amended } from '../core/log/amended.ts'
import { amendRoll } from '../organise/late-voters/roll-amendment.ts'
import { type Settled, settleAddition, settledInWords } from '../organise/late-voters/settle-addition.ts'
import { ensureLog, type OpenLog, openLog } from '../organise/public-log.ts'
import { chosenElection } from '../organise/recount.ts'
import { refuseEnded } from '../organise/refuse-ended.ts'
import { checkLog } from '../pipeline/publish/recovery.ts'
import { interruptible } from './interruption.ts'
import { withProgress } from './progress.ts'

interface AddVotersOptions {
  readonly data: string
  readonly roll: string
  readonly keys: string
  readonly against?: readonly string[]
  readonly election?: string
  readonly json?: boolean
}

export function addVotersCommand(): Command {
  return new Command('add-voters')
    .summary('add late voters to the roll')
    .description(
      'Adds voters to the roll of an election that has not ended, before voting opens or while it is open, and makes a ' +
        'voter key for each. Stop the server first. The change is an entry of the public log, where everybody sees how ' +
        'many keys each district has from then on.\n\n' +
        'The roll is a CSV file of the late voters alone, as for init. Who is on the roll already the server cannot tell: ' +
        'it keeps only hashes of keys. So name the rolls or key files of before with --against: somebody who is in one ' +
        'of them is refused, for a second key would be a second vote.',
    )
    .requiredOption('--data <folder>', 'the data folder; no server may be running on it')
    .requiredOption('--roll <file>', 'the late voters, CSV')
    .requiredOption('--keys <file>', 'where their voter keys are written; a file that does not exist yet')
    .option('--against <file...>', 'voter rolls or key files of those who have a key already, CSV')
    .option('--election <id>', 'which election (default: the one the short API speaks of)')
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Interrupted, it has added all of them or nobody: start it again, and it says which.

Exit codes: 0 added, 2 refused, and nobody was added.

Examples:
  $ elections add-voters --data ./data --roll late.csv --keys late-keys.csv --against voters.csv
  $ elections add-voters --data ./data --roll later.csv --keys later-keys.csv --against voters.csv late.csv`,
    )
    .action(addVoters)
}

async function addVoters(options: AddVotersOptions): Promise<void> {
  const id = chosenElection(options.data, options.election)
  const dir = electionDir(options.data, id)
  if (existsSync(clusterFile(dir)))
    throw new BadInput(dir, [
      {
        message:
          'its ballots lie on a cluster, where the roll stays as it was made: make late voters an election of their own (init --cluster)',
      },
    ])
  const interruption = interruptible()
  try {
    const lock = lockFolder(options.data)
    try {
      const { election } = await readDefinition(definitionFile(dir))
      await ensureLog(dir, election)
      const log = await openLog(dir, election)
      try {
        await addTo(dir, log, options, interruption.signal)
      } finally {
        await log.close()
      }
    } finally {
      lock.release()
    }
  } catch (error) {
    if (!interruption.dieIfInterrupted()) throw error
  } finally {
    interruption.release()
  }
}

async function addTo(
  dir: string,
  log: OpenLog,
  options: AddVotersOptions,
  signal: AbortSignal,
): Promise<void> {
  await checkLog(log.deps)
  const records = (await log.deps.journal.records()).map(({ record }) => record!)
  const settled = await settleAddition(dir, records)
  if (settled?.end === 'finished') return tellFinished(settled, log.election, options)
  if (settled !== undefined) console.error(`elections: ${settledInWords(settled)}`)

  const { election } = amended(log.election, records)
  await refuseEnded(dir, election.closesAtMs)
  const roll = await checkedRoll(election, options, signal)
  const ids = await idLines(roll.path)
  const mark = markOf(dir, ids)
  const before = addedBefore(databaseFile(dir), mark)
  if (before !== undefined)
    throw new BadInput(roll.path, [{ message: `its voters were added already, at ${before}` }])
  await refuseExisting(options.keys)
  await refuseKnown(roll, ids, options, signal)

  const keyFile = resolve(options.keys)
  const keysIssued = await amendRoll({
    dir,
    log,
    roll,
    mark,
    keyFile,
    signal,
    progress: withProgress,
    fault: orderedFault(),
  })
  tell(options, election.id, roll.voters, keysIssued)
  if (!options.json) tellNext(dir, options)
}

async function checkedRoll(
  election: Election,
  { roll: path }: AddVotersOptions,
  signal: AbortSignal,
): Promise<CheckedRoll> {
  const roll = await withProgress('Checking the voter roll', signal, (onProgress) =>
    checkRoll(path, election, onProgress),
  )
  for (const warning of roll.warnings) console.error(`${path}: warning: ${warning}`)
  return roll
}

async function refuseKnown(
  { path }: CheckedRoll,
  ids: ReadonlyMap<string, number>,
  { against = [] }: AddVotersOptions,
  signal: AbortSignal,
): Promise<void> {
  if (against.length === 0)
    console.error(
      `${path}: warning: nobody looked whether these voters are on the roll already, and such a one gets a second vote: ` +
        'name the roll or the key file of before with --against',
    )
  for (const other of against)
    await withProgress(`Comparing with ${other}`, signal, (onProgress) =>
      refuseKnownIds(path, ids, other, onProgress),
    )
}

/**
 * The same for the same voters, in whatever file and order: what stops the second run of a command that had worked. It
 * is keyed, for nobody who has the database is to find out by trying whether somebody was a late voter.
 */
function markOf(dir: string, ids: ReadonlyMap<string, number>): string {
  const mark = createHmac('sha256', readFileSync(secretFile(dir))).update('digital-elections/v1/added-roll')
  for (const id of [...ids.keys()].sort()) mark.update(`\n${id}`)
  return mark.digest('hex')
}

/** The command was cut off once everything was decided. @throws {BadInput} where another was meant now, or the keys wait */
function tellFinished(
  settled: Extract<Settled, { end: 'finished' }>,
  { id }: Election,
  options: AddVotersOptions,
): void {
  const { addition, keys } = settled
  const words = settledInWords(settled)
  if (addition.keyFile !== resolve(options.keys))
    throw new BadInput(options.roll, [{ message: `nobody of it was added yet, for ${words}. Start again` }])
  if (keys !== 'in-place') throw new BadInput(options.keys, [{ message: words }])
  if (options.json) tell(options, id, addition.added, null)
  else console.log(`Nobody was added now: ${words}.`)
}

/** @param keysIssued null where an earlier run had added them */
function tell(options: AddVotersOptions, election: string, added: number, keysIssued: number | null): void {
  if (options.json)
    console.log(
      JSON.stringify({
        event: 'voters-added',
        election,
        added,
        ...(keysIssued === null ? { finished: true } : { keys_issued: keysIssued }),
        keys: options.keys,
      }),
    )
  else
    console.log(
      `${added.toLocaleString('en')} ${added === 1 ? 'voter' : 'voters'} added to ${election}, which has ` +
        `${keysIssued?.toLocaleString('en')} voter keys now.`,
    )
}

function tellNext(dir: string, { keys, data }: AddVotersOptions): void {
  console.log(`
  New voter keys  ${keys} (readable by you alone)
  Public log      ${logDir(dir)}: an entry says how many keys each district has now

Next: start the server again (elections serve --data ${data}), give each late voter their key, delete ${keys}.`)
}
