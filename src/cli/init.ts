/**
 * `elections init`: an election from its definition and its voter roll.
 *
 * Everything is checked before anything is written, and written out of sight before any of it is put in place. The
 * key file goes first: an election without its keys can be voted in by nobody, keys without an election do no harm.
 */
import { existsSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { createElection } from '../adapters/embedded/create.ts'
import { electionDir } from '../adapters/embedded/layout.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { writeKeyFile } from '../adapters/files/key-file.ts'
import { refuseExisting } from '../adapters/files/private-file.ts'
import { type CheckedRoll, checkRoll, emptyDistricts } from '../adapters/files/roll-file.ts'
import type { Election } from '../core/election/definition.ts'
import { releaseWarnings } from '../core/tally/release-warnings.ts'
import { type ClusterOptions, clusterAddresses } from '../organise/cluster/addresses.ts'
import { clusterMove, loadNewKeys } from '../organise/cluster/move-to-cluster.ts'
import { issueKeys } from '../organise/issue-keys.ts'
import { tellOwner } from '../organise/owner.ts'
import { newLog, verifierKeyIn } from '../organise/public-log.ts'
import { onCluster } from './cluster-options.ts'
import { interruptible } from './interruption.ts'
import { withProgress } from './progress.ts'

interface InitOptions extends ClusterOptions {
  readonly definition: string
  readonly roll: string
  readonly data: string
  readonly keys?: string
  readonly logOrigin?: string
  readonly default?: boolean
  readonly json?: boolean
}

export function initCommand(): Command {
  const command = new Command('init')
    .summary('make an election from its definition and its voter roll')
    .description(
      'Makes an election in a data folder, and a voter key for everyone on the roll.\n\n' +
        'The definition is JSON. The roll is CSV in UTF-8 with the column personal_id, and district where the ' +
        'election has several; it may have name and email. Both are checked whole first: a file with a mistake ' +
        'in it is refused with the lines named, and nothing is written.\n\n' +
        'The server keeps only hashes of the keys. The keys themselves are in the key file alone ' +
        '(personal_id,guid,district), which is never overwritten.',
    )
    .requiredOption('--definition <file>', 'the election definition, JSON')
    .requiredOption('--roll <file>', 'the voter roll, CSV')
    .requiredOption('--data <folder>', 'the data folder; made if it does not exist')
    .option('--keys <file>', 'where the voter keys are written (default: keys.csv in the data folder)')
    .option(
      '--log-origin <name>',
      'the name of the public log, such as example.org/council-2026 (default: digital-elections/ID and a random number)',
    )
    .option('--default', 'make it the election that POST /vote and the dashboard are about')
    .option('--json', 'print one line of JSON when done')
  return onCluster(command)
    .addHelpText(
      'after',
      `
Examples:
  $ elections init --definition election.json --roll voters.csv --data ./data
  $ elections init --definition election.json --roll voters.csv --data ./data --keys /media/usb/keys.csv
  $ elections init --cluster --definition election.json --roll voters.csv --data ./data
  $ elections init --definition second.json --roll voters.csv --data ./data --keys second-keys.csv --default

A definition and a roll to try it with are in examples/city-council. Exit codes: 0 done, 2 refused.`,
    )
    .action(init)
}

async function init(options: InitOptions): Promise<void> {
  const interruption = interruptible()
  try {
    const { signal } = interruption
    const keysPath = options.keys ?? join(options.data, 'keys.csv')
    const definition = await readDefinition(options.definition)
    const { election } = definition
    await refuseExisting(keysPath)
    const roll = await withProgress('Checking the voter roll', signal, (onProgress) =>
      checkRoll(options.roll, election, { onProgress }),
    )
    for (const warning of [...roll.warnings, ...emptyDistricts(election, roll)])
      console.error(`${options.roll}: warning: ${warning}`)
    for (const warning of releaseWarnings(election, roll.perDistrict))
      console.error(`${options.definition}: warning: ${warning}`)

    const undoFolders = newFolders([join(options.data, 'elections'), options.data])
    const addresses = options.cluster ? clusterAddresses(options) : null
    const log = newLog(election, options.logOrigin)
    const onward = addresses && clusterMove(election, addresses)
    const draft = await createElection(options.data, definition.file, definition.text, {
      ...log,
      found: async (dir) => {
        await log.found(dir)
        await onward?.move(dir)
      },
    })
    try {
      const keys = await writeKeyFile(keysPath)
      try {
        await issueKeys(election, roll, { credentials: draft, keys, signal }, withProgress)
        await keys.commit()
        signal.throwIfAborted()
        await draft.commit({ makeDefault: options.default ?? false })
      } catch (error) {
        await keys.abort()
        throw error
      }
    } catch (error) {
      await draft.abort()
      await onward?.undo()
      undoFolders()
      throw error
    }
    if (addresses)
      await withProgress('Loading the keys into Redis', signal, (onProgress) =>
        loadNewKeys(options.data, election.id, addresses, (keys) => onProgress(keys, roll.voters)),
      )
    const served = addresses ? undefined : await tellOwner(options.data).catch(() => undefined)
    const isServed = served?.includes(election.id) ?? false
    const logKey = verifierKeyIn(electionDir(options.data, election.id))!
    report(options, election, roll, { keysPath, logKey, isServed })
  } catch (error) {
    // Cleaned up: now the process ends by the signal, as whoever sent it expects.
    if (!interruption.dieIfInterrupted()) throw error
  } finally {
    interruption.release()
  }
}

/** Remembers which of the folders are not there yet; the function returned removes those again if they are empty. */
function newFolders(folders: readonly string[]): () => void {
  const fresh = folders.filter((folder) => !existsSync(folder))
  return () => {
    for (const folder of fresh) {
      try {
        rmdirSync(folder)
      } catch {
        // Somebody put something there, or it was never made.
      }
    }
  }
}

function report(
  options: InitOptions,
  election: Election,
  roll: CheckedRoll,
  {
    keysPath,
    logKey,
    isServed,
  }: { readonly keysPath: string; readonly logKey: string; readonly isServed: boolean },
): void {
  if (options.json) {
    const done = { event: 'initialised', election: election.id, voters: roll.voters, keys: keysPath }
    console.log(JSON.stringify({ ...done, data: options.data, log_key: logKey }))
    return
  }
  const voters = roll.voters.toLocaleString('en')
  console.log(`“${election.title}” is ready: ${voters} voter ${roll.voters === 1 ? 'key' : 'keys'} issued.

  Election    ${join(options.data, 'elections', election.id)}
  Voter keys  ${keysPath} (readable by you alone)
  Log key     ${logKey}

Next:
  1. Print the voter keys and give each voter their own. Then delete ${keysPath}: whoever has
     it can vote for everyone, and the server does not need it.
  2. Publish the log key where people know it is yours: with it anybody can check the count.
  3. ${
    isServed
      ? 'The server that runs on the data folder serves it already.'
      : `Start the server:
       elections serve ${options.cluster ? '--cluster ' : ''}--data ${quoted(options.data)}`
  }`)
}

/** As a shell wants it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
