/**
 * `elections rebuild-keys`: makes the keys in Redis anew, from the roll in PostgreSQL and the
 * ballots in Kafka.
 */
import { Command } from 'commander'
import { BadAddress } from '../organise/cluster/addresses.ts'
import type { Rebuilt } from '../pipeline/votes/rebuild-keys.ts'
import { type ClusterOptions, clusterAddresses, onCluster } from './cluster-options.ts'
import { EXIT_NO } from './exit.ts'

interface RebuildOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly json?: boolean
}

const TELL_MS = 2_000

export function rebuildKeysCommand(): Command {
  return onCluster(
    new Command('rebuild-keys')
      .summary('make the voter keys in Redis anew, from the roll and the ballots')
      .description(
        'For a Redis that lost its data. Reads the roll from PostgreSQL and every ballot from Kafka, and writes the status of\n' +
          'every key. Gateways may run: they refuse votes with 503 meanwhile and go on by themselves afterwards.\n' +
          'Safe to repeat, also after it was interrupted.',
      )
      .requiredOption('--data <folder>', 'the data folder: it has the election secret')
      .option('--election <id>', 'one election (default: all of the folder’s)')
      .option('--json', 'print one line of JSON per election'),
  )
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 there are ballots of keys that were never issued, 2 refused or an engine does not answer.

Example:
  $ elections rebuild-keys --cluster --data ./data`,
    )
    .action(rebuild)
}

async function rebuild(options: RebuildOptions): Promise<void> {
  const { clusterElectionIds } = await import('../organise/cluster/cluster-election.ts')
  const { rebuildClusterKeys } = await import('../organise/cluster/rebuilt-keys.ts')
  const ids = clusterElectionIds(options.data)
  const chosen = options.election === undefined ? ids : ids.filter((id) => id === options.election)
  if (chosen.length === 0)
    throw new BadAddress(
      `${options.data}: holds no election${options.election === undefined ? '' : ` "${options.election}"`} of a cluster`,
    )
  for (const id of chosen) {
    const onProgress = everySoOften(id)
    const rebuilt = await rebuildClusterKeys(
      { dataDir: options.data, id, onProgress },
      clusterAddresses(options),
    )
    if (rebuilt.unissued > 0) process.exitCode = EXIT_NO
    if (options.json) console.log(JSON.stringify({ election: id, ...rebuilt }))
    else console.log(inWords(id, rebuilt))
  }
}

/** Says how far it is, but not at every page. */
function everySoOften(id: string): (keys: number, ballots: number, issued: number) => void {
  let toldAtMs = performance.now()
  return (keys, ballots, issued) => {
    if (performance.now() - toldAtMs < TELL_MS) return
    toldAtMs = performance.now()
    console.error(`${id}: ${number(keys)} of ${number(issued)} keys, ${number(ballots)} ballots`)
  }
}

function inWords(id: string, { keys, used, swept, unissued }: Rebuilt): string {
  const alarm =
    unissued === 0 ? '' : `\n  ALARM: ${number(unissued)} ballots come from keys that were never issued`
  return `${id}: ${number(keys)} keys loaded, ${number(used)} of them used; ${number(swept)} ballots brought in that were on their way${alarm}`
}

const number = (value: number) => value.toLocaleString('en')
