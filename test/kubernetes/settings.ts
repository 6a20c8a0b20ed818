/**
 * The options of `npm run test:kubernetes`: which Kubernetes, how images get into it, and how pods
 * reach this machine.
 */
import { isIPv4 } from 'node:net'
import { Command, InvalidArgumentError, Option } from 'commander'

export interface Settings {
  readonly kubeconfig: string
  /** The address of this machine, as seen from pods. */
  readonly address: string
  /** A command that loads an image into the cluster's nodes. The image's name is appended. */
  readonly load?: string
  readonly votes: number
  readonly rate: number
  /** The image, of which two tags are made. Built if not given. */
  readonly image?: string
  readonly url?: string
  readonly helm: string
  readonly namespace: string
  readonly nodeFolder?: string
  readonly report?: string
  readonly keep?: boolean
}

const MOST_VOTES = 10_000_000

export function settingsFrom(argv: readonly string[]): Settings {
  const command = new Command('npm run test:kubernetes --')
    .description(
      'Installs the chart on a Kubernetes, with the four engines on this machine, and votes ' +
        'through the Service while the image is rolled, pods are deleted, replicas change, the ' +
        'leading publisher is killed and the release is rolled back. Then every acknowledged ' +
        'ballot must be counted once, the log verify and the result be certified. Needs kubectl, ' +
        'Docker (unless --image is given) and what "npm run cluster" needs.',
    )
    .addOption(new Option('--kubeconfig <file>', 'of the cluster').env('KUBECONFIG').makeOptionMandatory())
    .requiredOption(
      '--address <ipv4>',
      'an address of this machine, of a private network, that pods reach',
      ipv4,
    )
    .option('--load <command>', 'takes an image from Docker into the cluster; the image is put behind it')
    .option('--votes <n>', 'in all', whole, 20_000)
    .option('--rate <n>', 'votes a second, while something happens', whole, 60)
    .option('--image <name>', 'an image that is there already (default: built from deploy/Dockerfile)')
    .option('--url <url>', 'where this machine reaches the gateways (default: the Service’s cluster IP)')
    .option('--helm <file>', 'Helm 3', 'helm')
    .option('--namespace <name>', 'made, and removed at the end', 'elections-run')
    .option(
      '--node-folder <folder>',
      'on a cluster of one node: a new folder there for the public log, so that a second publisher stands by',
    )
    .option('--report <file>', 'write the table there, too')
    .option('--keep', 'leave the release and the engines’ folder as they are at the end')
    .exitOverride()
  command.parse([...argv], { from: 'user' })
  return command.opts()
}

function whole(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_VOTES) return value
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_VOTES}.`)
}

function ipv4(text: string): string {
  if (isIPv4(text)) return text
  throw new InvalidArgumentError('It must be an IPv4 address.')
}
