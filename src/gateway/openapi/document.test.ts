/** Tests the document itself: its form and its examples, and that it documents every refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { REFUSALS } from '../../core/election/refusal.ts'
import { apiDocument } from './document.ts'

const DOCUMENT = apiDocument('0.1.0')

/** Rules that are errors here, in addition to the recommended ones. */
const RULES = {
  'operation-description': 'off',
  'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: false },
  'no-invalid-schema-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-unused-components': 'error',
  'operation-singular-tag': 'error',
  'tag-description': 'error',
  'parameter-description': 'error',
  'no-path-trailing-slash': 'error',
  'path-params-defined': 'error',
} as const

async function lint(document: object): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules: RULES as never })
  const problems = await lintFromString({ source: JSON.stringify(document), config })
  // The schemas of lines and events are named in `x-item-schema`, which the linter does not read.
  const items = JSON.stringify(document).matchAll(/"x-item-schema":{"\$ref":"([^"]+)"/g)
  const used = new Set([...items].map(([, ref]) => ref))
  return problems
    .filter(({ ruleId, location }) => ruleId !== 'no-unused-components' || !used.has(location[0]?.pointer))
    .map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`)
}

test('the linter finds no error in the OpenAPI 3.1 document', async () => {
  assert.deepEqual(await lint(DOCUMENT), [])
})

test('the linter finds errors that are put into the document', async () => {
  const text = JSON.stringify(DOCUMENT)
    .replace('"operationId":"castVote"', '"operationId":"castBallot"')
    .replace('#/components/schemas/Receipt"', '#/components/schemas/Recepit"')
    .replace('"phase":"open"', '"phase":"opened"')
  const found = (await lint(JSON.parse(text))).join('\n')
  for (const rule of ['operationId-unique', 'no-unresolved-refs', 'no-invalid-media-type-examples'])
    assert.ok(found.includes(rule), `${rule}: ${found}`)
})

/** Yields every schema of a body, with the examples beside it. */
function* mediaTypes(): Generator<{ place: string; schema: object; examples: readonly unknown[] }> {
  const look = function* (value: unknown, place: string): ReturnType<typeof mediaTypes> {
    if (typeof value !== 'object' || value === null) return
    for (const [name, each] of Object.entries(value)) {
      if (name === 'content' || name === 'requestBody' || typeof each !== 'object') continue
      yield* look(each, `${place}/${name}`)
    }
    const { content } = ((value as { requestBody?: object }).requestBody ?? value) as { content?: object }
    for (const [type, media] of Object.entries(content ?? {})) {
      const { schema, example, examples = {} } = media
      const values = Object.values(examples as Record<string, { value: unknown }>).map((each) => each.value)
      yield {
        place: `${place} ${type}`,
        schema,
        examples: example === undefined ? values : [example, ...values],
      }
    }
  }
  yield* look(DOCUMENT.paths, 'paths')
  yield* look(DOCUMENT.components.responses, 'responses')
}

test('every example matches its schema, and every JSON body has an example', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'api', components: DOCUMENT.components })
  const wrong: string[] = []
  let checked = 0
  for (const { place, schema, examples } of mediaTypes()) {
    const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components'))
    const validate = ajv.compile(local)
    for (const example of examples) {
      checked++
      if (!validate(example)) wrong.push(`${place}: ${ajv.errorsText(validate.errors)}`)
    }
    if (/json/.test(place) && examples.length === 0) wrong.push(`${place}: no example`)
  }
  assert.deepEqual(wrong, [])
  assert.ok(checked > 80, `${checked} examples`)
})

test('every refusal is in the list, and at least one operation may return it', () => {
  const table = DOCUMENT['x-refusals'] as readonly { code: string; status: number; operations: string[] }[]
  assert.deepEqual(
    table.map(({ code }) => code),
    Object.keys(REFUSALS),
  )
  for (const { code, status, operations } of table) {
    assert.equal(status, REFUSALS[code as keyof typeof REFUSALS].status)
    // This one belongs to no operation: it answers methods that an address does not have.
    assert.equal(operations.length === 0, code === 'method-not-allowed', code)
  }
})

test('operation names are unique, begin with a verb and are in camel case', () => {
  const ids = Object.values(DOCUMENT.paths).flatMap((path) =>
    Object.values(path).map((operation) => (operation as { operationId: string }).operationId),
  )
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^(cast|extend|get|list|follow|open)[A-Z][A-Za-z]+$/)
})
