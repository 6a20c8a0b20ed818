/**
 * `elections add-voters`: adds late voters to the voter roll; the public log records the change.
 */
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
    .summary('add late voters to the voter roll')
    .description(
      'Adds voters to the voter roll of an election, before voting opens or while it is open, and ' +
        'makes a voter key for each. A server that runs on the folder accepts these keys at once. The ' +
        'public log records the change: anyone can see how many keys each district has from then ' +
        'on.\n\n' +
        'The roll file lists only the late voters, in the same form as for init. The server cannot ' +
        'know who is on the roll already, because it keeps only hashes of keys. So name the earlier ' +
        'rolls or key files with --against: a voter who is in one of them, or whose id looks like one ' +
        'of them (AB-1 and ab-1, 007 and 7), is refused, because a second key would be a second vote.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .requiredOption('--roll <file>', 'the late voters, CSV or .xlsx')
    .requiredOption('--keys <file>', 'the file to write their voter keys to; it must not exist yet')
    .option(
      '--against <file...>',
      'voter rolls or key files of the voters who have a key already, CSV or .xlsx',
    )
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .option('--json', 'print one line of JSON')
  return withRollCheck(command)
    .addHelpText(
      'after',
      `
An interrupted run has added either all of these voters or none. Run the same command again: it reports which.

Exit codes: 0 added, 2 refused and nobody added.

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
    printResult(options, result, isServed)
  } catch (error) {
    if (!interruption.dieIfInterrupted()) throw error
  } finally {
    interruption.release()
  }
}

function printResult(options: AddVotersOptions, result: VotersAdded, isServed: boolean): void {
  const { election, added, keysIssued, finished } = result
  if (options.json) {
    const all = keysIssued === null ? { finished: true } : { keys_issued: keysIssued }
    console.log(JSON.stringify({ event: 'voters-added', election, added, ...all, keys: options.keys }))
  } else if (finished !== null) console.log(`No voter was added: ${finished}.`)
  else {
    console.log(
      `${added.toLocaleString('en')} ${added === 1 ? 'voter' : 'voters'} added to ${election}, which has ` +
        `${keysIssued?.toLocaleString('en')} voter keys in total now.`,
    )
    printNext(electionDir(options.data, election), options, isServed)
  }
}

function printNext(dir: string, { keys, data }: AddVotersOptions, isServed: boolean): void {
  const start = isServed ? '' : `start the server again (elections serve --data ${data}), `
  const accepted = isServed ? ' The server accepts these keys already.' : ''
  console.log(`
  New voter keys  ${keys} (only you can read it)
  Public log      ${logDir(dir)}: a new entry has the number of keys of each district

Next: ${start}give each late voter their key, then delete ${keys}.${accepted}`)
}
