/** `elections add-voters`: late voters on the roll of an election, told in the public log. */
import { Command } from 'commander'
import { electionDir, logDir } from '../adapters/embedded/layout.ts'
import { addVoters } from '../organise/late-voters/add-voters.ts'
import { settledInWords } from '../organise/late-voters/settle-addition.ts'
import { chosenElection } from '../organise/recount.ts'
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
    .action(add)
}

async function add(options: AddVotersOptions): Promise<void> {
  const { data: dataDir, roll, keys, against = [] } = options
  const id = chosenElection(dataDir, options.election)
  const interruption = interruptible()
  try {
    const added = await addVoters({
      dataDir,
      id,
      roll,
      keys,
      against,
      signal: interruption.signal,
      progress: withProgress,
      onSettled: (settled) => console.error(`elections: ${settledInWords(settled)}`),
      onWarning: (words) => console.error(words),
    })
    if (added.end === 'added') {
      tell(options, id, added.voters, added.keysIssued)
      if (!options.json) tellNext(electionDir(dataDir, id), options)
    } else if (options.json) tell(options, id, added.settled.addition.added, null)
    else console.log(`Nobody was added now: ${settledInWords(added.settled)}.`)
  } catch (error) {
    if (!interruption.dieIfInterrupted()) throw error
  } finally {
    interruption.release()
  }
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
