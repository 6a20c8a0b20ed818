/**
 * Which port each engine listens on: the usual ones, or free ones, kept in the data folder from
 * start to start.
 */
import { createServer } from 'node:net'
import { portsFile, readJson, writeJson } from './folder.ts'
import { LOOPBACK, listenedAt } from './listen.ts'
import { ClusterRefusal } from './refusal.ts'

export interface Ports {
  readonly redis: number
  readonly postgres: number
  readonly kafka: number
  /** Kafka's own, between its two roles. */
  readonly kafkaController: number
  readonly spark: number
}

export type PortChoice = 'auto' | 'default'

const DEFAULTS: Ports = { redis: 6379, postgres: 5432, kafka: 9092, kafkaController: 9093, spark: 15002 }

/**
 * Below the range from which systems pick the ports of outgoing connections: an engine that is down
 * for a moment must not find its port taken by one of those.
 */
const AUTO_FROM = 20_000
const AUTO_TO = 32_000

/**
 * @param listen an address beside loopback at which they are to be free, too
 * @param choice `auto` replaces those that are taken by free ones; left out: those of the last
 *   start, else the usual
 * @throws {ClusterRefusal} naming the port that is taken
 */
export async function choosePorts(
  dir: string,
  choice: PortChoice | undefined,
  listen = LOOPBACK,
): Promise<Ports> {
  const isFree = async (port: number): Promise<boolean> => {
    for (const host of listenedAt(listen)) if (!(await isFreeAt(host, port))) return false
    return true
  }

  const remembered = readJson<Ports>(portsFile(dir))
  const chosen: Record<string, number> = {}
  for (const name of Object.keys(DEFAULTS) as (keyof Ports)[]) {
    const wanted = choice === 'default' ? DEFAULTS[name] : remembered?.[name]
    chosen[name] =
      choice === 'auto' ? await freePort(wanted, Object.values(chosen), isFree) : (wanted ?? DEFAULTS[name])
    if (!(await isFree(chosen[name])))
      throw new ClusterRefusal(
        `port ${chosen[name]} (${name}) is in use: stop what listens there, or start with --ports auto`,
      )
  }
  writeJson(portsFile(dir), chosen)
  return chosen as unknown as Ports
}

/** Those of the last start. */
export function rememberedPorts(dir: string): Ports | undefined {
  return readJson<Ports>(portsFile(dir))
}

async function freePort(
  wanted: number | undefined,
  taken: readonly number[],
  isFree: (port: number) => Promise<boolean>,
): Promise<number> {
  if (wanted !== undefined && !taken.includes(wanted) && (await isFree(wanted))) return wanted
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const port = AUTO_FROM + Math.floor(Math.random() * (AUTO_TO - AUTO_FROM))
    if (!taken.includes(port) && (await isFree(port))) return port
  }
  throw new ClusterRefusal(`no port from ${AUTO_FROM} to ${AUTO_TO} is free`)
}

function isFreeAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else if (error.code === 'EADDRNOTAVAIL')
        reject(new ClusterRefusal(`--listen ${host}: this machine has no such address`))
      else reject(error)
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
