/**
 * `elections extend`: moves the end of voting to a later time; the public log records the change.
 * The definition stays as it was given to `init`.
 */
import { Command, InvalidArgumentError } from 'commander'
import { readInstant } from '../core/election/instant.ts'
import { extendByOwner } from '../organise/owner.ts'
import { chosenElection } from '../organise/recount.ts'
import { type ClusterOptions, clusterAddresses, onCluster } from './cluster-options.ts'
import { countOption } from './options.ts'

interface ExtendOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  /** Unix milliseconds. */
  readonly closesAt: number
  /** Seconds. */
  readonly patience: number
  readonly json?: boolean
}

export function extendCommand(): Command {
  const command = new Command('extend')
    .summary('move the end of voting to a later time')
    .description(
      'Moves the end of voting to a later time than the definition says. The public log records the ' +
        'change, so that anyone can see it. Running servers keep running and apply it at once; ' +
        'otherwise the next start applies it. On a cluster, voting can be extended until 10 s before ' +
        'it ends. Voting that has ended cannot be opened again.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .requiredOption('--closes-at <time>', 'the new end of voting, such as 2026-11-23T21:00:00+01:00', instant)
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .addOption(
      countOption('--patience <seconds>', 'on a cluster: how long to wait for the publisher of the log', 60),
    )
    .option('--json', 'print one line of JSON')
  return onCluster(command)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 2 refused.

Examples:
  $ elections extend --data ./data --closes-at 2026-11-23T21:00:00+01:00
  $ elections extend --cluster --data ./data --closes-at 2026-11-23T21:00:00+01:00`,
    )
    .action(extend)
}

function instant(text: string): number {
  const read = readInstant(text)
  if (typeof read === 'string') throw new InvalidArgumentError(`It ${read}.`)
  return read.ms
}

async function extend(options: ExtendOptions): Promise<void> {
  const { data: dataDir, closesAt: closesAtMs } = options
  const id = chosenElection(dataDir, options.election)
  const applied = options.cluster
    ? await extendOnCluster(options, id)
    : await extendFolder(dataDir, id, closesAtMs)
  const closesAt = new Date(closesAtMs).toISOString()
  if (options.json) console.log(JSON.stringify({ event: 'extended', election: id, closes_at: closesAt }))
  else console.log(`Voting in ${id} ends at ${closesAt}. The public log records it, and ${applied}.`)
}

/** @returns who applies the new end, in words */
async function extendOnCluster(options: ExtendOptions, id: string): Promise<string> {
  const { data: dataDir, closesAt: closesAtMs } = options
  const { extendCluster } = await import('../organise/cluster/extended-cluster.ts')
  await extendCluster(
    { dataDir, id, closesAtMs, patienceMs: options.patience * 1000 },
    clusterAddresses(options),
  )
  return 'every gateway applies it'
}

async function extendFolder(dataDir: string, id: string, closesAtMs: number): Promise<string> {
  const { isServed } = await extendByOwner(dataDir, id, closesAtMs, { note: (words) => console.error(words) })
  return isServed ? 'the server applies it' : 'the next start of the server applies it'
}
