/** PostgreSQL's address asks for a connection in clear or a verified one, nothing in between. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecureContext } from 'node:tls'
import pg from 'pg'
import { connectOptions } from './connect-options.ts'
import { unsafeMode } from './ssl-mode.ts'

const SECRET = 'hush-hush'
const at = (query: string, host = 'db.example.org') =>
  `postgres://elections:${SECRET}@${host}:5433/votes${query}`

/** The client's options for an address. */
function taken(url: string, set?: string) {
  const client = new pg.Client(connectOptions({ url }, set ?? ''))
  const { host, port, database, user, password, ssl } = client as unknown as {
    readonly [name: string]: unknown
    readonly ssl: false | { readonly secureContext: SecureContext; readonly host?: string }
  }
  return { place: { host, port, database, user, password }, ssl }
}

test('the connection is in clear if the address has no mode or "disable"', () => {
  const place = { host: 'db.example.org', port: 5433, database: 'votes', user: 'elections', password: SECRET }
  for (const query of ['', '?sslmode=disable', '?application_name=x'])
    assert.deepEqual(taken(at(query)), { place, ssl: false }, query)
  assert.deepEqual(taken(at('?sslmode=disable'), 'verify-full').ssl, false)
})

test('verify-full verifies with the configured authorities, by name or by address', () => {
  const { place, ssl } = taken(at('?sslmode=verify-full&application_name=x'))
  assert.equal(place.host, 'db.example.org')
  assert.equal(place.password, SECRET)
  assert.ok(ssl)
  assert.ok(ssl.secureContext.context)
  assert.ok(!('rejectUnauthorized' in ssl) && !('checkServerIdentity' in ssl) && !('host' in ssl))
  for (const host of ['10.0.0.7', '[fd00::7]']) {
    const found = taken(at('?sslmode=verify-full', host))
    assert.ok(found.ssl)
    // Without it the client would check the certificate against "localhost".
    assert.equal(found.ssl.host, host.replace(/[[\]]/g, ''))
  }
  // As the environment of PostgreSQL's own programs sets it.
  assert.ok(taken(at(''), 'verify-full').ssl)
  assert.equal(
    connectOptions({ url: at('?sslmode=verify-full&sslnegotiation=direct') }).sslnegotiation,
    'direct',
  )
  assert.ok(taken(at('?sslmode=verify-full&sslnegotiation=direct')).ssl)
})

test('encryption without verification is refused, and so is a second place for the files', () => {
  for (const [query, words, set] of [
    ...['allow', 'prefer', 'require', 'verify-ca', 'no-verify', 'VERIFY-FULL', '', 'verify-full%20'].map(
      (mode) =>
        [`?sslmode=${mode}`, /^sslmode=.* does not verify the server: give sslmode=verify-full/] as const,
    ),
    ['', /^PGSSLMODE=require does not verify/, 'require'],
    ['?sslmode=verify-full&sslmode=require', /^sslmode is given twice$/],
    ['?sslmode=verify-full&sslrootcert=/x', /^sslrootcert is set for all engines: give --engine-ca/],
    ['?sslmode=verify-full&sslkey=/x', /^sslkey is set for all engines/],
    ['?sslcert=/x', /^sslcert is set for all engines/],
    ['?ssl=true', /^ssl does not say what is verified: give sslmode=verify-full$/],
    ['?sslmode=verify-full&ssl=0', /^ssl does not say/],
    ['?sslmode=verify-full&uselibpqcompat=true', /^uselibpqcompat does not say/],
    ['?sslnegotiation=direct', /^sslnegotiation=direct requires sslmode=verify-full$/],
  ] as const) {
    const why = unsafeMode(at(query), set ?? '')
    assert.match(why ?? 'taken', words, query)
    assert.doesNotMatch(why!, new RegExp(SECRET))
    assert.throws(() => connectOptions({ url: at(query) }, set ?? ''), { message: why! })
  }
})
