/**
 * The OpenAPI 3.1 document of the public API, assembled from one file per area. It is the same for
 * every server, except for the version.
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
Every address below \`/elections/{id}\` also has a short form for the server's default election.
Every address with GET also answers HEAD. A method that an address does not have returns 405
\`method-not-allowed\` with \`Allow\`; an unknown address returns 404 \`not-found\`. Refusals are
\`application/problem+json\`; \`x-refusals\` lists them all. NDJSON and server-sent events have a
schema for each line or event, \`x-item-schema\`.`

/** An OpenAPI 3.1 document. */
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
      description: 'The client already has these bytes: `If-None-Match` contains their ETag.',
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
    servers: [{ url: '/', description: 'The server that returned this document' }],
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

/** The refusals that a line of NDJSON may get in an answer with status 200. */
function lineScopes({ body = {} }: AreaPath['form']): readonly Scope[] {
  return NDJSON in body ? LINE_SCOPES : []
}

const scopesOf = ({ scopes = [] }: AreaPath['form']): readonly Scope[] => ['any', ...scopes]

/** @param responses the shared ones; this function adds those of the operation */
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
          // The page for an unknown election is itself the answer.
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
      'A machine’s access token: docs/protocol.md, "HTTP". A server may require one for other ' +
      'operations, too.',
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
    description: 'ETags of the bytes that the client has: if one matches, the answer is 304',
    schema: { type: 'string' },
    example: EXAMPLE_TAG,
  },
}

const HEADERS: Readonly<Record<string, object>> = {
  ETag: {
    description: 'Identifies these bytes, compressed or not',
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
    description: 'Seconds to wait before sending the same request again',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$' },
    example: '1',
  },
}
