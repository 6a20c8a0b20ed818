/**
 * `elections extend`: voting ends later, told in the public log. The definition stays as it was
 * handed in.
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
    .summary('let voting end later')
    .description(
      'Lets voting end later than the definition says. The change is an entry of the public log, where everybody sees ' +
        'it; servers go on running and go by it at once; where none runs, the next start goes by it. On a cluster it can be extended ' +
        'until ten seconds before voting ends. Voting that has ended is not opened again.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .requiredOption('--closes-at <time>', 'when voting ends, such as 2026-11-23T21:00:00+01:00', instant)
    .option('--election <id>', 'which election (default: the one the short API speaks of)')
    .addOption(
      countOption('--patience <seconds>', 'on a cluster: how long to wait for who publishes the log', 60),
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
  const goesByIt = options.cluster
    ? await extendOnCluster(options, id)
    : await extendFolder(dataDir, id, closesAtMs)
  const closesAt = new Date(closesAtMs).toISOString()
  if (options.json) console.log(JSON.stringify({ event: 'extended', election: id, closes_at: closesAt }))
  else console.log(`Voting in ${id} ends at ${closesAt}; the public log says so, and ${goesByIt}.`)
}

/** @returns who goes by it, in words */
async function extendOnCluster(options: ExtendOptions, id: string): Promise<string> {
  const { data: dataDir, closesAt: closesAtMs } = options
  const { extendCluster } = await import('../organise/cluster/extended-cluster.ts')
  await extendCluster(
    { dataDir, id, closesAtMs, patienceMs: options.patience * 1000 },
    clusterAddresses(options),
  )
  return 'every gateway goes by it'
}

async function extendFolder(dataDir: string, id: string, closesAtMs: number): Promise<string> {
  const { isServed } = await extendByOwner(dataDir, id, closesAtMs, { note: (words) => console.error(words) })
  return isServed ? 'the server goes by it' : 'the next start of the server goes by it'
}
