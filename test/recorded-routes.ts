/**
 * Loaded into a tested server (`NODE_OPTIONS=--import=…`). Writes each route that the server
 * registers with the framework as a line `METHOD PATH QUERY,…` to the file in ROUTES_FILE.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

const file = process.env.ROUTES_FILE

subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { readonly fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url, schema }) => {
    const query = Object.keys((schema?.querystring as { properties?: object } | undefined)?.properties ?? {})
    for (const each of [method].flat())
      if (file !== undefined) appendFileSync(file, `${each} ${url} ${query.join(',')}\n`)
  })
})
