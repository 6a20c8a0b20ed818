/**
 * Loaded into a server that is tested (`NODE_OPTIONS=--import=…`): writes each route that it
 * registers with the framework as a line `METHOD PATH QUERY,…` into the file that ROUTES_FILE
 * names.
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
