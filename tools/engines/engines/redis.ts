/**
 * Redis: every write on disk before it is answered, and nothing thrown out when memory is short.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { engineDir, engineLog, makePrivate } from '../folder.ts'
import { listenedAt } from '../listen.ts'
import { findProgram } from '../programs.ts'
import type { Engine, Launch, Site } from './engine.ts'

/**
 * `hash-max-listpack-*`: hashes of that many small fields stay packed, a fraction of what a hash
 * table takes.
 */
export function redisSettings({ dir, ports, listen, secrets }: Site): string {
  return `# Written at every start.
bind ${listenedAt(listen).join(' ')}
port ${ports.redis}
requirepass ${secrets.redis}
dir "${engineDir(dir, 'redis')}"
logfile "${engineLog(dir, 'redis')}"
daemonize no
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
hash-max-listpack-entries 512
hash-max-listpack-value 256
`
}

async function prepare(site: Site): Promise<Launch> {
  const cwd = engineDir(site.dir, 'redis')
  makePrivate(cwd)
  const file = join(cwd, 'redis.conf')
  writeFileSync(file, redisSettings(site), { mode: 0o600 })
  return { file: findProgram('redis-server')!, args: [file], cwd }
}

async function ask({ ports, secrets }: Site): Promise<string> {
  const client = createClient({
    password: secrets.redis,
    socket: { host: '127.0.0.1', port: ports.redis, reconnectStrategy: false, connectTimeout: 2_000 },
  })
  // It also fails the call that is waiting, which is where it is dealt with.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.ping()
    const version = /redis_version:(\S+)/.exec(await client.info('server'))
    return version?.[1] ?? 'version unknown'
  } finally {
    client.destroy()
  }
}

export const redis: Engine = {
  name: 'redis',
  title: 'Redis',
  portOf: ({ ports }) => ports.redis,
  prepare,
  ask,
  stopSignal: 'SIGTERM',
}
