/**
 * Redis, PostgreSQL and Kafka that speak TLS and require a certificate, for one test file: on free
 * ports, in a temporary folder, ended by their process handles. Kafka also has a listener that
 * requires a login, and one in clear text. A proxy in front of the run's Spark ends TLS.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, chownSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { alterUserScramCredentialsV0, Connection } from '@platformatic/kafka'
import { secretsOf } from '../../tools/engines/addresses.ts'
import type { EngineName } from '../../tools/engines/engine-name.ts'
import type { Engine, Launch, Site } from '../../tools/engines/engines/engine.ts'
import { kafka } from '../../tools/engines/engines/kafka.ts'
import { postgres } from '../../tools/engines/engines/postgres.ts'
import { redis } from '../../tools/engines/engines/redis.ts'
import { engineLog, makeFolder } from '../../tools/engines/folder.ts'
import { choosePorts } from '../../tools/engines/ports.ts'
import { serviceUser } from '../../tools/engines/service-user.ts'
import { engineFolder } from '../engines.ts'
import { type TestAuthority, testAuthority, testCertificate } from '../tls/certificates.ts'
import { until } from './cluster-server.ts'

const ROLE = 'elections'
const ITERATIONS = 4096
/** The names in the engines' certificate. */
const NAMES = ['localhost', '127.0.0.1']

export interface TlsEngines {
  readonly dir: string
  readonly authority: TestAuthority
  readonly site: Site
  /** A certificate and key with the role's name, from this authority. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string }
  /** Writes a file into the engines' folder. */
  readonly file: (name: string, text: string) => string
  /** Kafka's listeners: with a login, with only a certificate, in clear. */
  readonly brokers: { readonly login: string; readonly shown: string; readonly clear: string }
  readonly kafkaPassword: string
  readonly redisUrl: string
  readonly databaseUrl: string
  /** Restarts Redis with a certificate of the given authority. */
  readonly renewRedis: (authority: TestAuthority) => Promise<void>
  readonly stop: () => Promise<void>
}

export async function tlsEngines(): Promise<TlsEngines> {
  const dir = engineFolder()
  makeFolder(dir)
  const ports = await choosePorts(dir, 'auto')
  const site: Site = { dir, ports, listen: '127.0.0.1', secrets: secretsOf(dir) }
  const authority = testAuthority('Engines')
  const file = (name: string, text: string): string => {
    const path = join(dir, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const own = testCertificate({ names: [ROLE], issuer: authority })
  const files = {
    ca: file('ca.pem', authority.cert),
    cert: file('cert.pem', own.cert),
    key: file('key.pem', own.key),
  }
  const running = new Map<EngineName, ChildProcess>()
  const stop = async () => {
    await Promise.all([...running].map(([name, child]) => ended(child, ENGINES[name]!.stopSignal)))
    rmSync(dir, { recursive: true, force: true })
  }
  const kafkaPassword = `"${randomBytes(9).toString('base64')}' \\;`
  try {
    const [login, shown] = await Promise.all([freePort(), freePort()])
    await Promise.all([
      startRedis(site, authority, running),
      startPostgres(site, authority, running),
      startKafka(site, authority, running, { login, shown }, kafkaPassword),
    ])
    return {
      ...{ dir, authority, site, files, file, kafkaPassword, stop },
      brokers: {
        login: `localhost:${login}`,
        shown: `127.0.0.1:${shown}`,
        clear: `127.0.0.1:${ports.kafka}`,
      },
      redisUrl: `rediss://default:${site.secrets.redis}@localhost:${ports.redis}`,
      databaseUrl:
        `postgres://${ROLE}:${site.secrets.postgres}@` +
        `127.0.0.1:${ports.postgres}/elections?sslmode=verify-full`,
      renewRedis: async (other) => {
        await ended(running.get('redis')!, redis.stopSignal)
        await startRedis(site, other, running)
      },
    }
  } catch (cause) {
    await stop()
    throw cause
  }
}

const ENGINES: Readonly<Partial<Record<EngineName, Engine>>> = { redis, postgres, kafka }

function launch(site: Site, name: EngineName, { file, args, cwd, env, user }: Launch): ChildProcess {
  const log = openSync(engineLog(site.dir, name), 'a')
  return spawn(file, args, {
    ...{ cwd, stdio: ['ignore', log, log] },
    env: { ...process.env, ...env },
    ...(user && { uid: user.uid, gid: user.gid }),
  })
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
}

/** Waits until it answers; if the process ends meanwhile, throws its log. */
async function answering(site: Site, name: EngineName, child: ChildProcess, ask: () => Promise<unknown>) {
  await until(`${name} to answer`, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return true
    await ask()
    return true
  })
  const log = () => readFileSync(engineLog(site.dir, name), 'utf8').slice(-2_000)
  assert.ok(child.exitCode === null && child.signalCode === null, `${name} has ended: ${log()}`)
}

type Running = Map<EngineName, ChildProcess>

async function startRedis(site: Site, authority: TestAuthority, running: Running): Promise<void> {
  const { cert, key } = testCertificate({ names: NAMES, issuer: authority })
  const { file, args, ...rest } = await redis.prepare(site)
  const at = (name: string, text: string): string => {
    const path = join(rest.cwd, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const settings = {
    port: '0',
    'tls-port': String(site.ports.redis),
    'tls-cert-file': at('cert.pem', cert),
    'tls-key-file': at('key.pem', key),
    'tls-ca-cert-file': at('ca.pem', authority.cert),
    'tls-auth-clients': 'yes',
  }
  const more = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const child = launch(site, 'redis', { file, args: [...args, ...more], ...rest })
  running.set('redis', child)
  await answering(site, 'redis', child, () => listens(site.ports.redis))
}

async function startPostgres(site: Site, authority: TestAuthority, running: Running): Promise<void> {
  const { cert, key } = testCertificate({ names: NAMES, issuer: authority })
  const { file, args, ...rest } = await postgres.prepare(site)
  const user = serviceUser()
  const at = (name: string, text: string): string => {
    const path = join(rest.cwd, name)
    writeFileSync(path, text, { mode: 0o600 })
    if (user !== undefined) chownSync(path, user.uid, user.gid)
    return path
  }
  const admits =
    'host all postgres 127.0.0.1/32 scram-sha-256\n' +
    `hostssl all ${ROLE} 127.0.0.1/32 scram-sha-256 clientcert=verify-full\n`
  const settings = {
    ssl: 'on',
    ssl_cert_file: at('cert.pem', cert),
    ssl_key_file: at('key.pem', key),
    ssl_ca_file: at('ca.pem', authority.cert),
    hba_file: at('pg_hba.tls.conf', admits),
    fsync: 'off',
  }
  const more = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = launch(site, 'postgres', { file, args: [...args, ...more], ...rest })
  running.set('postgres', child)
  await answering(site, 'postgres', child, () => postgres.ask(site))
  await postgres.settle!(site)
}

async function startKafka(
  site: Site,
  authority: TestAuthority,
  running: Running,
  { login, shown }: { readonly login: number; readonly shown: number },
  password: string,
): Promise<void> {
  const { cert, key } = testCertificate({ names: NAMES, issuer: authority })
  const launched = await kafka.prepare(site)
  const { cwd } = launched
  const own = join(cwd, 'own.pem')
  writeFileSync(own, key + cert, { mode: 0o600 })
  const ca = join(cwd, 'ca.pem')
  writeFileSync(ca, authority.cert)
  const clear = `BROKER://127.0.0.1:${site.ports.kafka}`
  const controller = `CONTROLLER://127.0.0.1:${site.ports.kafkaController}`
  const loginModule = 'org.apache.kafka.common.security.scram.ScramLoginModule'
  // The last setting counts.
  appendFileSync(
    join(cwd, 'server.properties'),
    `listeners=${clear},${controller},LOGIN://127.0.0.1:${login},SHOWN://127.0.0.1:${shown}
advertised.listeners=${clear},LOGIN://localhost:${login},SHOWN://127.0.0.1:${shown}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_SSL,SHOWN:SSL
ssl.keystore.type=PEM
ssl.keystore.location=${own}
ssl.truststore.type=PEM
ssl.truststore.location=${ca}
ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.login.ssl.client.auth=required
listener.name.login.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.login.scram-sha-512.sasl.jaas.config=${loginModule} required;
`,
  )
  const child = launch(site, 'kafka', launched)
  running.set('kafka', child)
  await answering(site, 'kafka', child, () => kafka.ask(site))
  await giveLogin(site.ports.kafka, password)
}

/** Like kafka-configs, without a second Java. */
async function giveLogin(port: number, password: string): Promise<void> {
  const connection = new Connection('test')
  await connection.connect('127.0.0.1', port)
  const salt = randomBytes(16)
  const saltedPassword = pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512')
  const SHA_512 = 2
  await alterUserScramCredentialsV0.api.async(
    connection,
    [],
    [{ name: ROLE, mechanism: SHA_512, iterations: ITERATIONS, salt, saltedPassword }],
  )
  await connection.close()
}

export interface SparkInFront {
  /** As SPARK_REMOTE, with the token of the Spark behind it. */
  readonly remote: string
  /** Names of the certificates that were shown, one for each connection. */
  readonly shown: readonly string[]
  readonly stop: () => Promise<void>
}

/**
 * A proxy that ends TLS in front of a Spark, which speaks none itself. It asks every client for a
 * certificate and passes the bytes on. @param behind the Spark's own SPARK_REMOTE
 */
export async function sparkInFront(behind: string, authority: TestAuthority): Promise<SparkInFront> {
  const [, host, to, parameters] = /^sc:\/\/([\d.]+):(\d+)\/(;.*)$/.exec(behind)!
  const certificate = testCertificate({ names: NAMES, issuer: authority })
  const sockets = new Set<Socket>()
  const shown: string[] = []
  const server = createTlsServer(
    { ...certificate, ca: authority.cert, requestCert: true, ALPNProtocols: ['h2'] },
    (socket) => {
      shown.push(String(socket.getPeerCertificate().subject.CN))
      const onward = connect(Number(to), host)
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        sockets.add(one)
        one.on('error', () => {})
        one.on('close', () => other.destroy())
        one.pipe(other)
      }
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    ...{ remote: `sc://localhost:${port}/${parameters};use_ssl=true`, shown },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function listens(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
