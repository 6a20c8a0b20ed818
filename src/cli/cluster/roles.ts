/** What a server on a cluster does: all of it, or one part. */
import { InvalidArgumentError, Option } from 'commander'

export const ROLES = ['gateway', 'tally', 'results', 'all'] as const
export type Role = (typeof ROLES)[number]

export const roleOption = () =>
  new Option(
    '--role <role>',
    'on a cluster: gateway (voting and dashboards), tally (keeps Spark counting), results (stores counts, watches and ' +
      'publishes the log), or all',
  )
    .choices(ROLES)
    .default('all')

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

export const plays = (role: Role, part: Exclude<Role, 'all'>): boolean => role === 'all' || role === part
