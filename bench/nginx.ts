/**
 * nginx in front of a server, for benchmarks: the installed one, or Debian's package unpacked into
 * a cache.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchServer } from './processes.ts'

const CACHE = fileURLToPath(new URL('../node_modules/.cache/nginx', import.meta.url))

interface Asked {
  /** Folder for its files. */
  readonly dir: string
  readonly certFile: string
  readonly keyFile: string
  readonly port: number
  /** The address of the server behind it. */
  readonly to: string
}

/** @returns undefined if nginx is not installed and cannot be downloaded */
export function nginxInFront(asked: Asked): Promise<BenchServer> | undefined {
  const program = nginxProgram()
  return program === undefined ? undefined : started(program, asked)
}

function nginxProgram(): string | undefined {
  const runs = (path: string): boolean => spawnSync(path, ['-v'], { stdio: 'ignore' }).status === 0
  const unpacked = join(CACHE, 'usr', 'sbin', 'nginx')
  const here = ['nginx', '/usr/sbin/nginx', unpacked].find(runs)
  if (here !== undefined) return here
  mkdirSync(CACHE, { recursive: true })
  const options = { cwd: CACHE, stdio: 'ignore' } as const
  spawnSync('apt-get', ['download', 'nginx'], options)
  const file = readdirSync(CACHE).find((name) => name.endsWith('.deb'))
  if (file !== undefined) spawnSync('dpkg-deb', ['-x', file, '.'], options)
  return existsSync(unpacked) && runs(unpacked) ? unpacked : undefined
}

/** The configuration of docs/operations.md, in one process, without a log. */
function configuration({ dir, certFile, keyFile, port, to }: Asked): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(dir, name)};`,
  )
  return `daemon off; master_process off; pid ${join(dir, 'nginx.pid')}; error_log ${join(dir, 'nginx.log')};
events { worker_connections 1024; }
http {
  access_log off; ${folders.join(' ')}
  upstream elections { server ${new URL(to).host}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} ssl; keepalive_requests 1000000;
    ssl_certificate ${certFile}; ssl_certificate_key ${keyFile}; ssl_protocols TLSv1.2 TLSv1.3;
    location / {
      proxy_pass http://elections; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`
}

async function started(program: string, asked: Asked): Promise<BenchServer> {
  const file = join(asked.dir, 'nginx.conf')
  writeFileSync(file, configuration(asked))
  const child = spawn(program, ['-c', file, '-p', asked.dir, '-e', join(asked.dir, 'nginx.log')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  while (!(await isListening(asked.port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: ${asked.dir}/nginx.log`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    url: `https://localhost:${asked.port}`,
    pid: child.pid!,
    stop: async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const is = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  })
  socket.destroy()
  return is
}
