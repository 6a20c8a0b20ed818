/** The options of `serve` that say which part of a cluster it plays. */
import { InvalidArgumentError, Option } from 'commander'
import { ROLES } from '../server/cluster/roles.ts'
import { wholeNumber } from './options.ts'

export const roleOption = () =>
  new Option(
    '--role <role>',
    'on a cluster: gateway (voting and dashboards), tally (keeps Spark counting), results (stores counts, watches and ' +
      'publishes the log), or all',
  )
    .choices(ROLES)
    .default('all')

/** More would be more than any machine has processors for them. */
const MOST_WORKERS = 256

export const workersOption = () =>
  new Option(
    '--workers <n>',
    'on a cluster: processes that take votes at one port, one per processor to spare; one is started again where it ends',
  )
    .default(1)
    .argParser((text) => wholeNumber(text, 1, MOST_WORKERS))

export const logUrlOption = () =>
  new Option(
    '--log-url <url>',
    'on a cluster: where the public log can be read, as elections/ID/log/ below it, for servers without its files',
  ).argParser((text) => {
    const url = URL.parse(text)
    if (url === null || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
      throw new InvalidArgumentError('It must be an address such as https://log.example.org.')
    return url.href
  })

export const secretsOption = () =>
  new Option(
    '--secrets <folder>',
    'on a cluster: keys of elections as mounted Secrets, ID/election-secret and ID/log-key (for the role tally ID/seal-key); ' +
      'the data folder may then be empty at every start',
  )
