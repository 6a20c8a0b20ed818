/** `elections add-voters`: late voters on the roll of an election, told in the public log. */
import { Command } from 'commander'
import { electionDir, logDir } from '../adapters/embedded/layout.ts'
import type { VotersAdded } from '../organise/late-voters/add-voters.ts'
import { addVotersByOwner } from '../organise/owner.ts'
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
        'voter key for each. Where a server runs on the folder, it takes these keys at once. The change is an entry of the public log, where everybody sees how ' +
        'many keys each district has from then on.\n\n' +
        'The roll is a CSV file of the late voters alone, as for init. Who is on the roll already the server cannot tell: ' +
        'it keeps only hashes of keys. So name the rolls or key files of before with --against: somebody who is in one ' +
        'of them is refused, for a second key would be a second vote.',
    )
    .requiredOption('--data <folder>', 'the data folder')
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
  const { data: dataDir, roll, keys, against = [] } = options
  const id = chosenElection(dataDir, options.election)
  const interruption = interruptible()
  try {
    const { result, isServed } = await addVotersByOwner(
      dataDir,
      id,
      { roll, keys, against },
      { signal: interruption.signal, progress: withProgress, note: (words) => console.error(words) },
    )
    tell(options, result, isServed)
  } catch (error) {
    if (!interruption.dieIfInterrupted()) throw error
  } finally {
    interruption.release()
  }
}

function tell(options: AddVotersOptions, result: VotersAdded, isServed: boolean): void {
  const { election, added, keysIssued, finished } = result
  if (options.json) {
    const all = keysIssued === null ? { finished: true } : { keys_issued: keysIssued }
    console.log(JSON.stringify({ event: 'voters-added', election, added, ...all, keys: options.keys }))
  } else if (finished !== null) console.log(`Nobody was added now: ${finished}.`)
  else {
    console.log(
      `${added.toLocaleString('en')} ${added === 1 ? 'voter' : 'voters'} added to ${election}, which has ` +
        `${keysIssued?.toLocaleString('en')} voter keys now.`,
    )
    tellNext(electionDir(options.data, election), options, isServed)
  }
}

function tellNext(dir: string, { keys, data }: AddVotersOptions, isServed: boolean): void {
  const start = isServed ? '' : `start the server again (elections serve --data ${data}), `
  console.log(`
  New voter keys  ${keys} (readable by you alone)
  Public log      ${logDir(dir)}: an entry says how many keys each district has now

Next: ${start}give each late voter their key, delete ${keys}.${isServed ? ' The server takes these keys already.' : ''}`)
}
