/** The roles of a server on a cluster: all parts of the work, or one. */

export const ROLES = ['gateway', 'tally', 'results', 'all'] as const
export type Role = (typeof ROLES)[number]

export const plays = (role: Role, part: Exclude<Role, 'all'>): boolean => role === 'all' || role === part
