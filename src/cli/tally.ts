/** `elections tally`: an offline recount from the log alone, also while a server runs. */
import { Command } from 'commander'
import { eligibleIn } from '../core/tally/contest-outcome.ts'
import { resultText } from '../core/tally/result-text.ts'
import { saidOf } from '../core/tally/said.ts'
import { recountShown, type ShownCount } from '../organise/shown-recount.ts'
import { type ClusterOptions, onCluster, wantedCluster } from './cluster-options.ts'

interface TallyOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly json?: boolean
}

export function tallyCommand(): Command {
  const command = new Command('tally')
    .summary('recount an election from its ballot log')
    .description(
      'Counts every ballot of the log anew, without the server; a server may be running meanwhile. Until voting has ' +
        'closed it tells what the public log has told.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .option('--json', 'print the result document: the same bytes as /results.json and "export --format json"')
  return onCluster(command)
    .addHelpText(
      'after',
      `
Examples:
  $ elections tally --data ./data
  $ elections tally --data ./data --json | sha256sum
  $ elections tally --cluster --data ./data         every record of Kafka's votes, without Spark`,
    )
    .action(async (options: TallyOptions) => {
      const counted = await recountShown(options.data, options.election, wantedCluster(options))
      if (options.json) process.stdout.write(resultText(counted.result))
      else process.stdout.write(inWords(counted))
    })
}

function inWords({ election, phase, eligible, result }: ShownCount): string {
  const number = (value: number) => value.toLocaleString('en')
  let text = `${election.title}: ${number(result.ballots)} ballots\n`
  if (result.held > 0)
    text +=
      `${number(result.held)} more are held back: a district’s are told in groups of ${election.suppressBelow}, ` +
      'the last ones when voting has closed\n'
  for (const [i, contest] of result.contests.entries()) {
    const defined = election.contests[i]!
    const given = contest.options.reduce((sum, option) => sum + option.votes, 0)
    const width = Math.max(13, ...defined.options.map((option) => option.name.length))
    text += `\n${defined.title}\n`
    const ranked = contest.options
      .map((option, j) => ({ name: defined.options[j]!.name, votes: option.votes }))
      .sort((a, b) => b.votes - a.votes)
    for (const { name, votes } of ranked) {
      const whole = defined.shareOf === 'ballots' ? contest.ballots : given
      const share = whole === 0 ? '' : `${((100 * votes) / whole).toFixed(2)} %`
      text += `  ${name.padEnd(width)} ${number(votes).padStart(13)} ${share.padStart(9)}\n`
    }
    text += `  ${'Blank ballots'.padEnd(width)} ${number(contest.blank).padStart(13)}\n`
    const state = { phase, held: result.held, eligible: eligibleIn(defined, eligible) }
    for (const sentence of saidOf(defined, contest, state)) text += `  ${sentence}\n`
  }
  return text
}
