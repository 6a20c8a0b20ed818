/** `elections init`: makes an election from its definition and its voter roll. */
import { join } from 'node:path'
import { Command } from 'commander'
import { electionDir } from '../adapters/embedded/layout.ts'
import { printable } from '../core/printable.ts'
import { type MadeElection, makeElection } from '../organise/new-election.ts'
import { previewElection } from '../organise/roll-preview.ts'
import { type ClusterOptions, onCluster, wantedCluster } from './cluster-options.ts'
import { interruptible } from './interruption.ts'
import { withProgress } from './progress.ts'
import { printPreview, type RollCheckOptions, rollForm, withFindings, withRollCheck } from './roll-options.ts'
import { emitSecretOption, emittedSecret, outputOfInit, TO_STDOUT } from './secret-output.ts'

interface InitOptions extends ClusterOptions, RollCheckOptions {
  readonly definition: string
  readonly roll: string
  readonly data: string
  readonly keys?: string
  readonly logOrigin?: string
  readonly default?: boolean
  readonly replace?: boolean
  readonly alreadyOver?: boolean
  readonly emitSecret?: string
  readonly json?: boolean
}

export function initCommand(): Command {
  const command = new Command('init')
    .summary('make an election from its definition and its voter roll')
    .description(
      'Makes an election in a data folder, and a voter key for each voter on the roll.\n\n' +
        'The definition is JSON. The roll is CSV or a workbook (.xlsx). It has a column personal_id ' +
        'and, if the election has several districts, a column district. It may also have names, e-mail ' +
        'addresses and postal addresses for letters. Common headings such as “Voter ID”, ' +
        '“Wählernummer” and “Nº de socio” are recognised. Both files are checked completely first: if ' +
        'there is a mistake, init names its lines and writes nothing.\n\n' +
        'The server keeps only hashes of the keys. Only the key file (personal_id,guid,district) has ' +
        'the keys themselves. It is never overwritten.',
    )
    .requiredOption('--definition <file>', 'the election definition, JSON')
    .requiredOption('--roll <file>', 'the voter roll, CSV or .xlsx')
    .requiredOption('--data <folder>', 'the data folder; created if it does not exist')
    .option('--keys <file>', 'the file to write the voter keys to (default: keys.csv in the data folder)')
    .option(
      '--log-origin <name>',
      'the name of the public log, such as example.org/council-2026 (default: digital-elections/ID ' +
        'and a random number)',
    )
    .option('--default', 'make it the default election: the one of POST /vote and of the dashboard at /')
    .option(
      '--replace',
      'make the election with this id again, with new keys; only if no one has voted and no key ' +
        'was handed out',
    )
    .option('--already-over', 'make the election even if its voting has already ended')
    .addOption(emitSecretOption())
    .option('--json', 'print one line of JSON when done')
  return onCluster(withRollCheck(command))
    .addHelpText(
      'after',
      `
Examples:
  $ elections init --definition election.json --roll voters.csv --data ./data
  $ elections init --definition election.json --roll voters.csv --data ./data --keys /media/usb/keys.csv
  $ elections init --definition election.json --roll voters.xlsx --data ./data --dry-run
  $ elections init --definition election.json --roll voters.csv --data ./data --column personal_id="Badge no."
  $ elections init --cluster --definition election.json --roll voters.csv --data ./data
  $ elections init --cluster --definition election.json --roll voters.csv --data ./data ` +
        `--emit-secret secret.yaml
  $ elections init --definition election.json --roll voters.csv --data ./data --replace
  $ elections init --definition second.json --roll voters.csv --data ./data --keys second-keys.csv --default

examples/city-council has a definition and a roll to try it with; examples/river-county is larger.

Exit codes: 0 done, 2 refused.`,
    )
    .action(init)
}

async function init(options: InitOptions): Promise<void> {
  const output = outputOfInit(options)
  const keys = options.keys ?? join(options.data, 'keys.csv')
  const interruption = interruptible()
  try {
    await withFindings(options, async (findings) => {
      const { definition, roll } = options
      const files = { definition, roll, form: rollForm(options) }
      const note = (words: string): void => console.error(words)
      const hands = { signal: interruption.signal, progress: withProgress, note, findings }
      if (options.dryRun) return printPreview(roll, await previewElection(files, hands), options.json)
      const secret = output && (await emittedSecret(output))
      const made = await makeElection(
        {
          ...files,
          dataDir: options.data,
          keys,
          logOrigin: options.logOrigin,
          makeDefault: options.default ?? false,
          cluster: wantedCluster(options),
          replace: options.replace ?? false,
          alreadyOver: options.alreadyOver ?? false,
        },
        { ...hands, onSecrets: secret?.write },
      ).finally(() => secret?.letGo())
      report(options, made, keys)
    })
  } catch (error) {
    // Everything is cleaned up. The process must end by the signal, as its sender expects.
    if (!interruption.dieIfInterrupted()) throw error
  } finally {
    interruption.release()
  }
}

function report(
  options: InitOptions,
  { election, times, changes, voters: issued, logKey, isServed }: MadeElection,
  keys: string,
): void {
  // If the Secret goes to standard output, nothing else may.
  const say = options.emitSecret === TO_STDOUT ? console.error : console.log
  if (options.json) {
    const done = { event: 'initialised', election: election.id, voters: issued, keys }
    console.log(JSON.stringify({ ...done, data: options.data, log_key: logKey }))
    return
  }
  const voters = issued.toLocaleString('en')
  const secretFile = options.emitSecret === TO_STDOUT ? undefined : options.emitSecret
  if (changes !== null) say(replacedInWords(changes, logKey))
  say(`“${election.title}” is ready: ${voters} voter ${issued === 1 ? 'key' : 'keys'} issued.

${times.map((line) => `  ${line}`).join('\n')}

  Election    ${electionDir(options.data, election.id)}
  Voter keys  ${keys} (only you can read it)
  Log key     ${logKey}${
    secretFile === undefined
      ? ''
      : `\n  Secret      ${secretFile} (its keys can make ballots: "kubectl apply -f", then delete it)`
  }

Next:
  1. Print the voter keys and give each voter their own. Then delete ${keys}: anyone who has
     this file can vote for everyone, and the server does not need it.
  2. Publish the log key where people know that it is yours: anyone can verify the count with it.
  3. ${
    isServed
      ? 'The server that runs on the data folder serves this election already.'
      : `Start the server:
       elections serve ${options.cluster ? '--cluster ' : ''}--data ${quoted(options.data)}`
  }`)
}

function replacedInWords(changes: readonly string[], logKey: string): string {
  return `Replaced. Changes:
${changes.map((change) => `  ${printable(change)}`).join('\n')}
All voter keys are new: letters with the old keys no longer work. The log key is new too (${logKey}).
`
}

/** Quotes a path for a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
