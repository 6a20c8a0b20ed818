/** What a server on a cluster does: all of it, or one part. */

export const ROLES = ['gateway', 'tally', 'results', 'all'] as const
export type Role = (typeof ROLES)[number]

export const plays = (role: Role, part: Exclude<Role, 'all'>): boolean => role === 'all' || role === part
