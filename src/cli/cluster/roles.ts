/** What a server on a cluster does: all of it, or one part. */
import { Option } from 'commander'

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

export const plays = (role: Role, part: Exclude<Role, 'all'>): boolean => role === 'all' || role === part
