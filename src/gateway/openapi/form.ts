/**
 * The parts of OpenAPI 3.1 that the document uses, and how an area of the API describes its
 * operations.
 */

/** A property of an operation from which its possible refusals follow. */
export type Scope =
  /** Every request. */
  | 'any'
  /** An address that names an election. */
  | 'election'
  /** A JSON body. */
  | 'body'
  /** A voter key. */
  | 'key'
  /** A voter key, if keys of suspicious addresses may have to wait. */
  | 'slow'
  /** The short form, with one candidate. */
  | 'vote'
  /** One ballot or many, in either form. */
  | 'ballot'
  /** NDJSON. */
  | 'lines'
  /** The count, if it may be shown only after the close. */
  | 'count'
  /** A file or a picture that may be missing. */
  | 'file'
  | 'proof'
  /** An answer that may be large. */
  | 'large'
  | 'ready'
  /** An access token, if one is sent or required. */
  | 'token'
  /** A later close. */
  | 'extension'
  /** A method that the address does not have; part of no operation. */
  | 'method'

/** JSON Schema 2020-12, from TypeBox or written as an object. */
export type Schema = object

export interface Reference {
  readonly $ref: string
}

export interface MediaType {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>
  /** For a body in pieces: the schema of a line of NDJSON or of a server-sent event. */
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

/** An operation as its area describes it; its possible refusals follow from its scopes. */
export interface OperationForm {
  /** A verb and an object: `getResults`. */
  readonly id: string
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly body?: Readonly<Record<string, MediaType>>
  readonly answers: Readonly<Record<string, ApiResponse | Reference>>
  /** Besides `any`. */
  readonly scopes?: readonly Scope[]
  /** Every server requires an access token for it. */
  readonly needsToken?: true
}

export interface AreaPath {
  readonly path: string
  readonly method: 'get' | 'post'
  readonly form: OperationForm
}

/** One area of the API: a tag, its operations, and the schemas they use. */
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
 * An election's resource has two addresses: `/…` for the default election and `/elections/{id}/…`.
 * The second operation's name has `Election` after the verb.
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

/** An answer with a strong ETag: a client that has it gets 304. */
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

/** A JSON body with an example, which a test checks. */
export function json(schema: Schema, example: unknown): Readonly<Record<string, MediaType>> {
  return { 'application/json': { schema, example } }
}

export const EXAMPLE_TAG = '"Q5RFYyKu_4tTMODgrWkXzE"'
