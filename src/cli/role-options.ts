/** The options of `serve` that choose its role on a cluster. */
import { InvalidArgumentError, Option } from 'commander'
import { ROLES } from '../server/cluster/roles.ts'
import { wholeNumber } from './options.ts'

export const roleOption = () =>
  new Option(
    '--role <role>',
    'on a cluster: gateway (voting and dashboards), tally (keeps Spark counting), results (stores ' +
      'counts, monitors, publishes the public log), or all',
  )
    .choices(ROLES)
    .default('all')

/** No machine has more processors for them. */
const MOST_WORKERS = 256

export const workersOption = () =>
  new Option(
    '--workers <n>',
    'on a cluster: processes that accept votes at one port, best one for each spare processor; one ' +
      'that ends is started again',
  )
    .default(1)
    .argParser((text) => wholeNumber(text, 1, MOST_WORKERS))

export const logUrlOption = () =>
  new Option(
    '--log-url <url>',
    'on a cluster, for servers without the files of the public log: the address below which it ' +
      'is, as elections/ID/log/',
  ).argParser((text) => {
    const url = URL.parse(text)
    if (url === null || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
      throw new InvalidArgumentError('It must be an address such as https://log.example.org.')
    return url.href
  })

export const secretsOption = () =>
  new Option(
    '--secrets <folder>',
    'on a cluster: a folder with the keys of elections as mounted Secrets, ID/election-secret and ' +
      'ID/log-key (for the role tally ID/seal-key); the data folder may then be empty at every start',
  )
