/**
 * Compares a server's answers with its OpenAPI document: each answer has a documented status, media
 * type, headers and schema, and no member that the schema does not name.
 */
import { STATUS_CODES } from 'node:http'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { ApiResponse, MediaType } from '../src/gateway/openapi/form.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, ApiResponse | { readonly $ref: string }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>
}

export interface Answer {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
  /** Left out if it must not be read, as for a stream. */
  readonly body?: Uint8Array
}

export interface Documented {
  readonly document: Document
  /** @returns the first difference from the document; undefined if none */
  readonly check: (answer: Answer) => string | undefined
  /** Operations and statuses seen, such as `castVote 201`. */
  readonly seen: ReadonlySet<string>
  /** Like the global `fetch`, but throws if an answer differs from the document. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
}

export async function documentedBy(url: string): Promise<Documented> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document
  const seen = new Set<string>()
  const check = checker(document, seen)
  return {
    ...{ document, check, seen },
    fetch: async (path, init = {}) => {
      const response = await fetch(url + path, init)
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
      const answer = {
        method: init.method ?? 'GET',
        path,
        status: response.status,
        headers: response.headers,
      }
      const wrong = isStream
        ? check(answer)
        : check({ ...answer, body: new Uint8Array(await response.clone().arrayBuffer()) })
      if (wrong !== undefined) throw new Error(`${answer.method} ${path}: ${wrong}`)
      return response
    },
  }
}

/** Returns the documented path that matches a request's path; of several, the one with the fewest
 * parameters. */
export function documentedPath(paths: readonly string[], path: string): string | undefined {
  return paths
    .filter((each) => new RegExp(`^${patternOf(each)}$`).test(path))
    .sort((a, b) => parametersIn(a) - parametersIn(b))[0]
}

function patternOf(path: string): string {
  return path.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')
}

const parametersIn = (path: string): number => path.split('{').length - 1

function checker(document: Document, seen: Set<string>): Documented['check'] {
  const schemas = compiler(document)
  const resolved = <T extends object>(value: T | { readonly $ref: string }): T =>
    '$ref' in value ? (at(document, value.$ref as string) as T) : value
  return ({ method, path, status, headers, body }) => {
    const [bare = ''] = path.split('?')
    const found = documentedPath(Object.keys(document.paths), bare)
    const code = body !== undefined && status >= 400 ? problemCode(body) : undefined
    if (found === undefined)
      return status === 404 ? undefined : `${status} at an address that is not documented`
    const operation = document.paths[found]![method === 'HEAD' ? 'get' : method.toLowerCase()]
    if (operation === undefined)
      return status === 405 && headers.has('allow')
        ? undefined
        : `${status} for a method that is not documented`
    const response = operation.responses[status]
    if (response === undefined)
      return `${operation.operationId}: ${status} ${STATUS_CODES[status]} ${code ?? ''} is not documented`
    seen.add(code === undefined ? `${operation.operationId} ${status}` : `${operation.operationId} ${code}`)
    const wrong = wrongIn(resolved(response), method, { headers, ...(body && { body }) })
    return wrong === undefined ? undefined : `${operation.operationId} ${status}: ${wrong}`
  }

  function wrongIn(response: ApiResponse, method: string, answer: Pick<Answer, 'headers' | 'body'>) {
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      const { schema, required } = resolved<{ schema: object; required?: boolean }>(header as never)
      const value = answer.headers.get(name)
      if (value === null ? required : !schemas.of(schema)(value)) return `header ${name}: ${value}`
    }
    const type = answer.headers.get('content-type')?.split(';')[0]
    if (response.content === undefined) return type === undefined ? undefined : `a body of ${type}`
    const media = response.content[type ?? '']
    if (media === undefined) return `the media type ${type}`
    return method === 'HEAD' || answer.body === undefined ? undefined : wrongBody(type!, media, answer.body)
  }

  function wrongBody(type: string, media: MediaType, bytes: Uint8Array): string | undefined {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const values = /json$/.test(type) ? [JSON.parse(type.includes('ndjson') ? 'null' : text)] : [text]
    const items = media['x-item-schema']
    if (items !== undefined && type.includes('ndjson'))
      for (const line of text.split('\n').slice(0, -1)) {
        const validate = schemas.of(items)
        if (!validate(JSON.parse(line))) return `${line}: ${schemas.words(validate)}`
      }
    const validate = schemas.of(media.schema)
    if (type.includes('ndjson') || validate(values[0])) return undefined
    return `${text.slice(0, 300)}: ${schemas.words(validate)}`
  }
}

/** Validators of the document's schemas. They refuse members that a schema does not name. */
export function compiler(document: Pick<Document, 'components'>) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const closedAs = (schema: unknown) =>
    JSON.parse(JSON.stringify(closed(schema as Json)).replaceAll('"#/components', '"api#/components'))
  ajv.addSchema({ $id: 'api', components: closed(document.components as unknown as Json) })
  const compiled = new WeakMap<object, ValidateFunction>()
  return {
    of: (schema: object): ValidateFunction => {
      const validate = compiled.get(schema) ?? ajv.compile(closedAs(schema))
      compiled.set(schema, validate)
      return validate
    },
    words: ({ errors }: ValidateFunction): string => ajv.errorsText(errors ?? null),
  }
}

function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]))
  const isOpen = schema.type === 'object' && 'properties' in schema && !('additionalProperties' in schema)
  return isOpen ? { ...inside, additionalProperties: false } : inside
}

function at(document: object, ref: string): object {
  let value: unknown = document
  for (const name of ref.slice(2).split('/')) value = (value as Record<string, unknown>)[name]
  return value as object
}

function problemCode(body: Uint8Array): string | undefined {
  try {
    return (JSON.parse(new TextDecoder().decode(body)) as { code?: string }).code
  } catch {
    return undefined
  }
}
