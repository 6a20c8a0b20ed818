/**
 * The form of the document: as much of OpenAPI 3.1 as it uses, and how an area of the API puts its
 * operations together.
 */

/** What an operation has that may be refused. */
export type Scope =
  /** Any request at all. */
  | 'any'
  /** An address that names an election. */
  | 'election'
  /** A JSON body. */
  | 'body'
  /** A voter key. */
  | 'key'
  /** A voter key, where keys may have to wait their turn. */
  | 'slow'
  /** The short form, with one candidate. */
  | 'vote'
  /** One ballot or many, in either form. */
  | 'ballot'
  /** NDJSON. */
  | 'lines'
  /** The count, where it may be told after the close alone. */
  | 'count'
  /** A file or a picture that may not be there. */
  | 'file'
  | 'proof'
  /** An answer that may be large. */
  | 'large'
  | 'ready'
  /** An access token, where one is sent or needed. */
  | 'token'
  /** A later close. */
  | 'extension'
  /** A method that the address does not take: of no operation. */
  | 'method'

/** JSON Schema 2020-12, as TypeBox makes it or written out. */
export type Schema = object

export interface Reference {
  readonly $ref: string
}

export interface MediaType {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>
  /** Of what comes in pieces: the schema of a line of NDJSON, or of a server-sent event. */
  readonly 'x-item-schema'?: Schema
}

export interface ApiResponse {
  readonly description: string
  readonly headers?: Readonly<
    Record<
      string,
      Reference | { readonly description: string; readonly schema: Schema; readonly required?: true }
    >
  >
  readonly content?: Readonly<Record<string, MediaType>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly description: string
  readonly schema: Schema
  readonly required?: true
  readonly example?: unknown
}

/** An operation as an area describes it; what it may be refused with follows from its scopes. */
export interface OperationForm {
  /** A verb, then what: `getResults`. */
  readonly id: string
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly body?: Readonly<Record<string, MediaType>>
  readonly answers: Readonly<Record<string, ApiResponse | Reference>>
  /** Besides `any`. */
  readonly scopes?: readonly Scope[]
  /** It is answered to access tokens alone, at every server. */
  readonly needsToken?: true
}

export interface AreaPath {
  readonly path: string
  readonly method: 'get' | 'post'
  readonly form: OperationForm
}

/** What one file documents: a tag, its operations, and the schemas they name. */
export interface Area {
  readonly tag: string
  readonly description: string
  readonly paths: readonly AreaPath[]
  readonly schemas: Readonly<Record<string, Schema>>
}

export function named(name: string): Reference {
  return { $ref: `#/components/schemas/${name}` }
}

export const ELECTION_ID: Reference = { $ref: '#/components/parameters/ElectionId' }
const IF_NONE_MATCH: Reference = { $ref: '#/components/parameters/IfNoneMatch' }

/**
 * The two addresses of what an election has: `/…` of the default election, and `/elections/{id}/…`,
 * whose operation has `Election` after the verb of its name.
 */
export function ofElection(
  path: string,
  method: AreaPath['method'],
  form: OperationForm,
): readonly AreaPath[] {
  const { id, scopes = [], parameters = [], summary } = form
  return [
    { path, method, form: { ...form, summary: `${summary} (default election)` } },
    {
      path: `/elections/{id}${path}`,
      method,
      form: {
        ...form,
        id: id.replace(/^[a-z]+/, '$&Election'),
        parameters: [ELECTION_ID, ...parameters],
        scopes: [...scopes, 'election'],
      },
    },
  ]
}

/** An answer with a strong ETag, for which a reader who has it gets 304. */
export function kept(
  response: ApiResponse,
): Pick<OperationForm, 'answers'> & { readonly parameters: readonly Reference[] } {
  return {
    parameters: [IF_NONE_MATCH],
    answers: {
      200: { ...response, headers: { ...response.headers, ETag: { $ref: '#/components/headers/ETag' } } },
      304: { $ref: '#/components/responses/NotModified' },
    },
  }
}

/** JSON with an example that a test checks. */
export function json(schema: Schema, example: unknown): Readonly<Record<string, MediaType>> {
  return { 'application/json': { schema, example } }
}

export const EXAMPLE_TAG = '"Q5RFYyKu_4tTMODgrWkXzE"'
