/** What pages depend on besides their elections. */
import type { FastifyRequest } from 'fastify'
import type { Site } from './site.ts'

export interface PagesAt {
  readonly site: Site
  /** Whether `/` is one election's page, however many there are. */
  readonly hasDefault: boolean
  /** Whether link previews have pictures. */
  readonly hasPreviews: boolean
  /** Whether the count requires an access token. */
  readonly needsToken: boolean
  /** Whether others can read a request and its answer. */
  readonly isInClear: (request: FastifyRequest) => boolean
}
