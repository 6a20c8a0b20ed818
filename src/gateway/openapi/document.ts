/**
 * The OpenAPI 3.1 document of the public API, put together from one file per area. It says the same
 * of every server: only the version differs.
 */
import { NDJSON } from '../body-lines.ts'
import { AMENDING } from './amending.ts'
import { ELECTIONS } from './elections.ts'
import { type Area, type AreaPath, EXAMPLE_TAG, type Parameter, type Scope } from './form.ts'
import { LOG } from './log.ts'
import { OPERATIONS } from './operations.ts'
import { PAGES } from './pages.ts'
import { faultResponse, LINE_SCOPES, PROBLEM_SCHEMAS, refusalResponses, refusalTable } from './refusals.ts'
import { RESULTS } from './results.ts'
import { VOTING } from './voting.ts'

export const AREAS: readonly Area[] = [VOTING, ELECTIONS, RESULTS, LOG, AMENDING, PAGES, OPERATIONS]

const DESCRIPTION = `Cast ballots, watch the count, check the public log.

Whatever has an address below \`/elections/{id}\` has a short one, too, which speaks of the server's default election.
Wherever GET is answered, HEAD is. A method that an address does not take is 405 \`method-not-allowed\` with \`Allow\`; an
address that is none is 404 \`not-found\`. Refusals are \`application/problem+json\`; \`x-refusals\` has them all.

NDJSON and server-sent events have a schema for each line or event, \`x-item-schema\`.`

/** A document by OpenAPI 3.1. */
export interface ApiDocument {
  readonly openapi: '3.1.1'
  readonly info: object
  readonly servers: readonly object[]
  readonly tags: readonly object[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly security: readonly object[]
  readonly 'x-refusals': readonly object[]
}

export function apiDocument(version: string): ApiDocument {
  const operations = AREAS.flatMap((area) => area.paths.map((each) => ({ ...each, tag: area.tag })))
  const responses: Record<string, object> = {
    NotModified: {
      description: 'The reader has it: its ETag is among those of `If-None-Match`.',
      headers: { ETag: { $ref: '#/components/headers/ETag' } },
    },
    Fault: faultResponse(false),
    FaultPage: faultResponse(true),
  }
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    paths[operation.path] ??= {}
    paths[operation.path]![operation.method] = operationObject(operation, responses)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Digital Elections',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from' }],
    tags: AREAS.map(({ tag, description }) => ({ name: tag, description })),
    paths,
    components: {
      schemas: Object.assign({}, PROBLEM_SCHEMAS, ...AREAS.map(({ schemas }) => schemas)),
      responses,
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY,
    },
    security: [],
    'x-refusals': refusalTable(
      new Map(operations.map(({ form }) => [form.id, [...scopesOf(form), ...lineScopes(form)]])),
    ),
  }
}

/** What a line of NDJSON may be refused with, in an answer that is 200. */
function lineScopes({ body = {} }: AreaPath['form']): readonly Scope[] {
  return NDJSON in body ? LINE_SCOPES : []
}

const scopesOf = ({ scopes = [] }: AreaPath['form']): readonly Scope[] => ['any', ...scopes]

/** @param responses shared ones, to which those of this operation are added */
function operationObject(
  { form, method, tag }: AreaPath & { readonly tag: string },
  responses: Record<string, object>,
): object {
  const { id, summary, description, parameters, body, answers } = form
  const isPage = method === 'get'
  const refused = refusalResponses(scopesOf(form), isPage)
  for (const { name, response } of refused) responses[name] = response
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...securityOf(form),
    ...(parameters !== undefined && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: body } }),
    responses: {
      ...answers,
      ...Object.fromEntries(
        refused
          // A page for an election that is not there says so itself.
          .filter(({ status }) => !(status in answers))
          .map(({ name, status }) => [status, { $ref: `#/components/responses/${name}` }]),
      ),
      500: { $ref: `#/components/responses/${isPage ? 'FaultPage' : 'Fault'}` },
    },
  }
}

const SECURITY = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of a machine: docs/protocol.md, "HTTP". Of what needs none, a server may still ask for one.',
  },
}

function securityOf({ scopes = [], needsToken }: AreaPath['form']): {
  readonly security?: readonly object[]
} {
  if (!scopes.includes('token')) return {}
  return { security: [...(needsToken ? [] : [{}]), { accessToken: [] }] }
}

const PARAMETERS: Readonly<Record<string, Parameter>> = {
  ElectionId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The election’s id',
    schema: { type: 'string', minLength: 1, maxLength: 64 },
    example: 'town-2026',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETags of what the reader has: if the answer is one of them, it is 304',
    schema: { type: 'string' },
    example: EXAMPLE_TAG,
  },
}

const HEADERS: Readonly<Record<string, object>> = {
  ETag: {
    description: 'Names these bytes, as they are or compressed',
    required: true,
    schema: { type: 'string', pattern: '^"[\\w-]+"$' },
    example: EXAMPLE_TAG,
  },
  'WWW-Authenticate': {
    description: 'What to send in `Authorization`',
    required: true,
    schema: { const: 'Bearer' },
    example: 'Bearer',
  },
  'Retry-After': {
    description: 'Seconds to wait before the same request is sent again',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$' },
    example: '1',
  },
}
