/**
 * `/e/ID`, the booth. Opening it, by whomever and however often, changes nothing: ballots are cast
 * by POST alone. Below it lie the ballot's pictures.
 *
 * The page is one file for all elections, but for whom to call where it cannot run: that is written
 * into it, once per election, for a page without script can ask nobody.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DefinitionFile } from '../core/election/definition.ts'
import { type SendPage, textPage, warningInClear } from './page-file.ts'
import { pictureRoutes } from './pictures.ts'
import type { ServedElections } from './served-election.ts'
import { perElection } from './served-elections.ts'
import { rebased, type Site } from './site.ts'

const POLICY = 'content-security-policy'
const CONTACT = '<!--contact-->'
/** The guard: the only script that stands in the page itself. */
const GUARD = /<script>([\s\S]*?)<\/script>/

/** @param dir what `npm run build` writes */
export function boothPage(
  app: FastifyInstance,
  elections: ServedElections,
  dir: string,
  site: Site,
  isInClear: (request: FastifyRequest) => boolean,
): void {
  pictureRoutes(app, elections)
  const path = join(dir, 'booth', 'index.html')
  const html = existsSync(path) ? rebased(readFileSync(path, 'utf8'), site) : undefined
  const guard = html && GUARD.exec(html)?.[1]
  const hash = guard && `'sha256-${createHash('sha256').update(guard).digest('base64')}'`
  const withContact = (contact?: DefinitionFile['contact']) => {
    const text = html?.replaceAll(CONTACT, () => contactLine(contact))
    return warningInClear(textPage(text), text, isInClear)
  }
  const unknown = withContact()
  // Made when it is first asked for: a server may have many elections.
  const pages = perElection(elections, ({ file }) => {
    let page: SendPage | undefined
    return () => (page ??= withContact(file.contact))
  })
  for (const url of ['/e/:id', '/e/:id/'])
    app.get(url, (request, reply) => {
      // An address mistyped from a letter gets words for people too: the page itself says there is
      // no such election.
      const election = elections.byId.get((request.params as { id: string }).id)
      const page: SendPage = election === undefined ? unknown : pages.of(election)()
      return page(request, allowGuard(reply.code(election === undefined ? 404 : 200), hash))
    })
}

function allowGuard(reply: FastifyReply, hash: string | undefined): FastifyReply {
  return hash ? reply.header(POLICY, `${reply.getHeader(POLICY)};script-src 'self' ${hash}`) : reply
}

/** Whom to call, as HTML. Numbers and addresses read alike in every language. */
function contactLine({ phone, email, url }: NonNullable<DefinitionFile['contact']> = {}): string {
  const ways = [
    phone && `<a href="tel:${phone.replace(/[^+0-9]/g, '')}" dir="ltr">${escaped(phone)}</a>`,
    email && `<a href="mailto:${escaped(email)}" dir="ltr">${escaped(email)}</a>`,
    url && `<a href="${escaped(url)}" rel="noopener noreferrer" dir="ltr">${escaped(url)}</a>`,
  ].filter(Boolean)
  return ways.length === 0 ? '' : `<p><span aria-hidden="true">☎ </span>${ways.join(' · ')}</p>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
