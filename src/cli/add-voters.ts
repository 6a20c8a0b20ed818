/** `elections add-voters`: late voters on the roll of an election, told in the public log. */
import { Command } from 'commander'
import { electionDir, logDir } from '../adapters/embedded/layout.ts'
import type { VotersAdded } from '../organise/late-voters/add-voters.ts'
import { addVotersByOwner } from '../organise/owner.ts'
import { chosenElection } from '../organise/recount.ts'
import { previewLateVoters } from '../organise/roll-preview.ts'
import { interruptible } from './interruption.ts'
import { withProgress } from './progress.ts'
import { printPreview, type RollCheckOptions, rollForm, withFindings, withRollCheck } from './roll-options.ts'

interface AddVotersOptions extends RollCheckOptions {
  readonly data: string
  readonly roll: string
  readonly keys: string
  readonly against?: readonly string[]
  readonly election?: string
  readonly json?: boolean
}

export function addVotersCommand(): Command {
  const command = new Command('add-voters')
    .summary('add late voters to the roll')
    .description(
      'Adds voters to the roll of an election that has not ended, before voting opens or while it is open, and makes a ' +
        'voter key for each. Where a server runs on the folder, it takes these keys at once. The change is an entry of the public log, where everybody sees how ' +
        'many keys each district has from then on.\n\n' +
        'The roll is a file of the late voters alone, as for init. Who is on the roll already the server cannot tell: ' +
        'it keeps only hashes of keys. So name the rolls or key files of before with --against: somebody who is in one ' +
        'of them, or looks like somebody who is (AB-1 and ab-1, 007 and 7), is refused, for a second key would be a ' +
        'second vote.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .requiredOption('--roll <file>', 'the late voters, CSV or .xlsx')
    .requiredOption('--keys <file>', 'where their voter keys are written; a file that does not exist yet')
    .option('--against <file...>', 'voter rolls or key files of those who have a key already, CSV or .xlsx')
    .option('--election <id>', 'which election (default: the one the short API speaks of)')
    .option('--json', 'print one line of JSON')
  return withRollCheck(command)
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
    const { signal } = interruption
    const note = (words: string): void => console.error(words)
    const form = rollForm(options)
    if (options.dryRun || options.report !== undefined)
      await withFindings(options, async (findings) => {
        const hands = { signal, progress: withProgress, note: options.dryRun ? note : () => {}, findings }
        const preview = await previewLateVoters({ dataDir, id, roll, form, against }, hands)
        if (options.dryRun) printPreview(roll, preview, options.json)
      })
    if (options.dryRun) return
    const voters = { roll, keys, against, ...(form && { form }) }
    const { result, isServed } = await addVotersByOwner(dataDir, id, voters, {
      ...{ signal, progress: withProgress, note },
    })
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
    printNext(electionDir(options.data, election), options, isServed)
  }
}

function printNext(dir: string, { keys, data }: AddVotersOptions, isServed: boolean): void {
  const start = isServed ? '' : `start the server again (elections serve --data ${data}), `
  console.log(`
  New voter keys  ${keys} (readable by you alone)
  Public log      ${logDir(dir)}: an entry says how many keys each district has now

Next: ${start}give each late voter their key, delete ${keys}.${isServed ? ' The server takes these keys already.' : ''}`)
}
