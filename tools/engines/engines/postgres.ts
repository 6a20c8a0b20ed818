/**
 * PostgreSQL: a database folder of its own, a role and a database `elections`, passwords by SCRAM,
 * its superuser on loopback only.
 */
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { engineDir, makePrivate } from '../folder.ts'
import { LOOPBACK, listenedAt } from '../listen.ts'
import { postgresPrograms } from '../programs.ts'
import { ClusterRefusal } from '../refusal.ts'
import { refuseClosedWay, serviceUser } from '../service-user.ts'
import type { Engine, Launch, Site } from './engine.ts'

const dataDir = (dir: string): string => join(engineDir(dir, 'postgres'), 'data')

async function prepare({ dir, ports, listen, secrets }: Site): Promise<Launch> {
  const home = engineDir(dir, 'postgres')
  const user = serviceUser()
  makePrivate(home)
  if (user !== undefined) {
    chownSync(home, user.uid, user.gid)
    refuseClosedWay(home, user)
  }
  const version = existsSync(join(dataDir(dir), 'PG_VERSION'))
    ? readFileSync(join(dataDir(dir), 'PG_VERSION'), 'utf8').trim()
    : undefined
  const programs = postgresPrograms(version)
  if (programs === undefined)
    throw new ClusterRefusal(
      `${dataDir(dir)} was made by PostgreSQL ${version}, which is not installed: install it, or move the data with pg_upgrade`,
    )
  if (version === undefined) makeDatabase(programs, home, secrets.postgresSuperuser, user)
  const admits = join(home, 'pg_hba.conf')
  writeFileSync(admits, whoIsAdmitted(listen))
  if (user !== undefined) chownSync(admits, user.uid, user.gid)
  const given = {
    ...settings(ports.postgres),
    listen_addresses: listenedAt(listen).join(','),
    hba_file: admits,
  }
  return {
    file: join(programs, 'postgres'),
    args: [
      '-D',
      dataDir(dir),
      ...Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    cwd: home,
    ...(user && { user }),
  }
}

/**
 * The role of the elections from wherever the address is reached, the superuser from loopback; both
 * by password.
 */
function whoIsAdmitted(listen: string): string {
  const others = listen === LOOPBACK ? '' : 'host all elections 0.0.0.0/0 scram-sha-256\n'
  return `# Written at every start.\nhost all all 127.0.0.1/32 scram-sha-256\n${others}`
}

function settings(port: number): Readonly<Record<string, string | number>> {
  return {
    port,
    // Only by address and password; a socket's path may also be longer than the system allows.
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    password_encryption: 'scram-sha-256',
    logging_collector: 'off',
    log_min_messages: 'warning',
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
  }
}

/** Made beside its place and moved there when it is whole. */
function makeDatabase(
  programs: string,
  home: string,
  password: string,
  user: ReturnType<typeof serviceUser>,
): void {
  const [draft, passwordFile] = [join(home, 'data.draft'), join(home, 'password')]
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid)
  try {
    const made = spawnSync(
      join(programs, 'initdb'),
      [
        '-D',
        draft,
        '-U',
        'postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
      ],
      { cwd: home, encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...user },
    )
    if (made.status !== 0)
      throw new Error(`initdb failed: ${made.error?.message ?? made.stderr.trim()}`, { cause: made.error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, join(home, 'data'))
}

async function withDatabase<Result>(
  site: Site,
  database: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    host: '127.0.0.1',
    port: site.ports.postgres,
    user: 'postgres',
    password: site.secrets.postgresSuperuser,
    database,
    connectionTimeoutMillis: 2_000,
  })
  // A connection that breaks while nobody waits for it would otherwise end this process.
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

async function ask(site: Site): Promise<string> {
  return withDatabase(site, 'postgres', async (client) => {
    const { rows } = await client.query<{ one: number; version: string }>(
      "SELECT 1 AS one, current_setting('server_version') AS version",
    )
    return rows[0]!.version.split(' ')[0]!
  })
}

/** The role is no superuser: it owns its database and may make others, nothing else. */
async function settle(site: Site): Promise<void> {
  await withDatabase(site, 'postgres', async (client) => {
    const has = async (query: string): Promise<boolean> => (await client.query(query)).rowCount === 1
    if (!(await has("SELECT 1 FROM pg_roles WHERE rolname = 'elections'")))
      await client.query(`CREATE ROLE elections LOGIN CREATEDB PASSWORD '${site.secrets.postgres}'`)
    if (!(await has("SELECT 1 FROM pg_database WHERE datname = 'elections'")))
      await client.query('CREATE DATABASE elections OWNER elections')
  })
}

export const postgres: Engine = {
  name: 'postgres',
  title: 'PostgreSQL',
  portOf: ({ ports }) => ports.postgres,
  prepare,
  ask,
  settle,
  // Its "fast shutdown": SIGTERM would wait for every client to go by itself.
  stopSignal: 'SIGINT',
  // After a kill -9 its children take a moment to notice.
  passes: (said) => /shared memory block .* is still in use|lock file .* already exists/.test(said),
}
