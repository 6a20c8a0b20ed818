/**
 * Makes the passwords of the engines at the first start and never changes them. The users of
 * several images must read the files, and their ids differ, so the files are readable by all. Only
 * containers that mount this volume see them.
 *
 * usage: node make-secrets.js FOLDER
 */
const { randomBytes } = require('node:crypto')
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const [folder] = process.argv.slice(2)
const BYTES = 24

/** Writes the file once, atomically. */
function make(name, text) {
  const file = join(folder, name)
  if (!existsSync(file)) {
    writeFileSync(`${file}.draft`, text, { mode: 0o644, flush: true })
    renameSync(`${file}.draft`, file)
  }
  return readFileSync(file, 'utf8')
}

const password = (name) => make(name, randomBytes(BYTES).toString('hex'))

process.umask(0o022)
password('postgres-superuser')
const redis = password('redis')
const postgres = password('postgres')
const spark = password('spark')
make('redis.conf', `include /etc/elections/redis.conf\nrequirepass ${redis}\n`)
make('redis-url', `redis://default:${redis}@redis:6379\n`)
make('database-url', `postgres://elections:${postgres}@postgres:5432/elections\n`)
make('spark-remote', `sc://127.0.0.1:15002/;token=${spark}\n`)
