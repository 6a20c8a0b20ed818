/**
 * Writes src/client/api-types.ts, the API's types in TypeScript, from its OpenAPI document. Run it
 * (`npm run api`) after the document has changed; a test fails if you forget.
 */
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { apiDocument } from '../src/gateway/openapi/document.ts'

export const API_TYPES = fileURLToPath(new URL('../src/client/api-types.ts', import.meta.url))

const HEAD = `/**
 * The types of the API. scripts/api-client.ts (\`npm run api\`) writes this file from the OpenAPI
 * document; do not edit it.
 */
`

/** Returns the contents of the file. */
export async function apiTypes(): Promise<string> {
  const hooks = registerHooks({
    // The generator needs an API of the compiler that TypeScript 7 lacks (decision 23).
    resolve: (specifier, context, next) =>
      specifier === 'typescript' && context.parentURL?.includes('/openapi-typescript/')
        ? next('@ts-morph/common/dist/typescript.js', context)
        : next(specifier, context),
  })
  try {
    const { default: generate, astToString } = await import('openapi-typescript')
    const document = JSON.parse(JSON.stringify(apiDocument('0.0.0')))
    return HEAD + astToString(await generate(document, { silent: true }))
  } finally {
    hooks.deregister()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(API_TYPES, await apiTypes())
