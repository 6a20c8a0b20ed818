/** `elections tally`: a recount from the ballot log alone, also while a server runs. */
import { Command } from 'commander'
import { outcomeIn } from '../core/tally/contest-outcome.ts'
import { type ResultReader, resultReader } from '../core/tally/result-reader.ts'
import { resultText } from '../core/tally/result-text.ts'
import { saidOf } from '../core/tally/said.ts'
import { chosenElection } from '../organise/recount.ts'
import { resultLanguage } from '../organise/result-language.ts'
import { recountShown, type ShownCount } from '../organise/shown-recount.ts'
import { type ClusterOptions, onCluster, wantedCluster } from './cluster-options.ts'
import { LANGUAGE_HELP, warnOf } from './result-options.ts'

interface TallyOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly language?: string
  readonly json?: boolean
}

export function tallyCommand(): Command {
  const command = new Command('tally')
    .summary('recount an election from its ballot log')
    .description(
      'Counts every ballot of the ballot log again, without the server; a server may run at the same ' +
        'time. Until voting has closed, it prints only what the public log has published.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .option('--language <tag>', LANGUAGE_HELP)
    .option('--json', 'print the result document: the same bytes as /results.json and "export --format json"')
  return onCluster(command)
    .addHelpText(
      'after',
      `
Examples:
  $ elections tally --data ./data
  $ elections tally --data ./data --json | sha256sum
  $ elections tally --data ./data --language es
  $ elections tally --cluster --data ./data         counts the records of Kafka's votes, without Spark`,
    )
    .action(async (options: TallyOptions) => {
      const { data, json } = options
      const id = chosenElection(data, options.election)
      const language = await resultLanguage(data, id, options.language)
      const counted = await recountShown(data, id, wantedCluster(options))
      if (json) return void process.stdout.write(resultText(counted.result))
      const reader = resultReader(counted.election, language)
      process.stdout.write(inWords(counted, reader))
      warnOf(counted, reader)
    })
}

function inWords(
  { election, phase, eligible, result, lots }: ShownCount,
  { inLanguage, outcome, file, formats, ...reader }: ResultReader,
): string {
  const number = (value: number) => formats.figure(value).text
  let text = `${inLanguage(election.titles)}: ${outcome.ballots(formats.figure(result.ballots))}\n`
  if (result.held > 0)
    text += `${file.heldBack(formats.figure(result.held), formats.figure(election.suppressBelow))}\n`
  for (const [i, contest] of result.contests.entries()) {
    const defined = election.contests[i]!
    const names = defined.options.map((option) => inLanguage(option.names))
    const given = contest.options.reduce((sum, option) => sum + option.votes, 0)
    const width = Math.max(file.blankBallots.length, ...names.map((name) => name.length))
    text += `\n${inLanguage(defined.titles)}\n`
    const ranked = contest.options
      .map((option, j) => ({ name: names[j]!, votes: option.votes }))
      .sort((a, b) => b.votes - a.votes)
    for (const { name, votes } of ranked) {
      const whole = defined.shareOf === 'ballots' ? contest.ballots : given
      const share = whole === 0 ? '' : `${((100 * votes) / whole).toFixed(2)} %`
      text += `  ${name.padEnd(width)} ${number(votes).padStart(13)} ${share.padStart(9)}\n`
    }
    text += `  ${file.blankBallots.padEnd(width)} ${number(contest.blank).padStart(13)}\n`
    const decided = outcomeIn(defined, contest, { phase, held: result.held, eligible, lots })
    const sentences = saidOf(defined, contest, decided, {
      inLanguage,
      outcome,
      file,
      formats,
      ...reader,
    })
    for (const sentence of sentences) text += `  ${sentence}\n`
  }
  return text
}
