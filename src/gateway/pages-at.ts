/** What pages depend on besides their elections. */
import type { FastifyRequest } from 'fastify'
import type { Site } from './site.ts'

export interface PagesAt {
  readonly site: Site
  /** Whether `/` speaks of one election, however many there are. */
  readonly hasDefault: boolean
  /** Whether there are pictures for link previews. */
  readonly hasPreviews: boolean
  /** Whether the count is for those with an access token. */
  readonly needsToken: boolean
  /** Whether others can read what a request sends and gets. */
  readonly isInClear: (request: FastifyRequest) => boolean
}
