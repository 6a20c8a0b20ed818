/**
 * The cost of a vote over TLS, and behind nginx with TLS, compared with plain HTTP: processor time
 * of the server per vote, keep-alive, with a browser's headers. The sides take turns in one run;
 * only the ratios count.
 */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { testCertificate } from '../test/tls/certificates.ts'
import { makeElection } from './elections.ts'
import { nginxInFront } from './nginx.ts'
import { type BenchServer, cpuSeconds, electionServer, load } from './processes.ts'
import { type Figure, median, whole } from './report.ts'

const ROUNDS = 5
const VOTES = 6_000
const CONNECTIONS = 32
/** Headers of Chromium 141 on Linux for a vote from the booth. */
const BROWSER = [
  'Connection: keep-alive',
  'sec-ch-ua-platform: "Linux"',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/141.0.0.0 Safari/537.36',
  'sec-ch-ua: "Chromium";v="141", "Not?A_Brand";v="8"',
  'Idempotency-Key: 3f0c1a52-7a3e-4b57-9d0c-1f4e8a9b2c6d',
  'sec-ch-ua-mobile: ?0',
  'Accept: application/json',
  'Origin: https://localhost',
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: cors',
  'Sec-Fetch-Dest: empty',
  'Referer: https://localhost/',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-GB,en;q=0.9,es;q=0.8',
]

interface Way {
  readonly name: string
  readonly url: string
  readonly keysFile: string
  /** Processes whose time is counted. */
  readonly pids: readonly number[]
}

export async function benchTls(): Promise<Figure[]> {
  const voters = VOTES * (ROUNDS + 1)
  const [inClear, overTls] = [await makeElection(2 * voters), await makeElection(voters)]
  const { cert, key } = testCertificate()
  const at = (name: string, text: string): string => {
    writeFileSync(join(overTls.dir, name), text, { mode: 0o600 })
    return join(overTls.dir, name)
  }
  const [certFile, keyFile] = [at('cert.pem', cert), at('key.pem', key)]
  const headersFile = at('headers.txt', BROWSER.map((line) => `${line}\r\n`).join(''))
  const servers: { readonly stop: () => Promise<void> }[] = []
  const started = async <T extends { readonly stop: () => Promise<void> }>(
    server: Promise<T>,
  ): Promise<T> => {
    servers.push(await server)
    return server
  }
  try {
    const clear = await started(electionServer(inClear.dataDir, ['--trust-proxy']))
    const tls = await started(electionServer(overTls.dataDir, ['--tls-cert', certFile, '--tls-key', keyFile]))
    const ways: Way[] = [
      { name: 'in clear', url: clear.url, keysFile: inClear.keysFile, pids: [clear.pid] },
      { name: 'over TLS', url: localhost(tls), keysFile: overTls.keysFile, pids: [tls.pid] },
    ]
    const nginx = nginxInFront({ dir: overTls.dir, certFile, keyFile, port: await freePort(), to: clear.url })
    if (nginx === undefined) console.log('  nginx is not installed and cannot be downloaded: left out')
    else {
      const { url, pid } = await started(nginx)
      ways.push({ name: 'behind nginx', url, keysFile: inClear.keysFile, pids: [clear.pid, pid] })
    }
    return await inTurns(ways, { headersFile, caFile: certFile })
  } finally {
    for (const server of servers.reverse()) await server.stop()
    for (const election of [inClear, overTls]) election.remove()
  }
}

/** The host name in the certificate. */
const localhost = ({ url }: BenchServer): string => url.replace('127.0.0.1', 'localhost')

async function inTurns(
  ways: readonly Way[],
  files: { readonly headersFile: string; readonly caFile: string },
): Promise<Figure[]> {
  const used = new Map<string, number>()
  const measured = new Map<string, { readonly micros: readonly number[]; readonly perSecond: number }[]>()
  for (let round = -1; round < ROUNDS; round++)
    for (const { name, url, keysFile, pids } of ways) {
      const first = used.get(keysFile) ?? 0
      used.set(keysFile, first + VOTES)
      const before = pids.map(cpuSeconds)
      const report = await load({
        url,
        keysFile,
        first,
        count: VOTES,
        connections: CONNECTIONS,
        rate: 0,
        ...files,
      })
      if (report.accepted !== VOTES)
        throw new Error(`only ${report.accepted} of ${VOTES} votes were accepted`)
      const micros = pids.map((pid, i) => ((cpuSeconds(pid) - before[i]!) / VOTES) * 1e6)
      if (round >= 0)
        measured.set(name, [...(measured.get(name) ?? []), { micros, perSecond: report.perSecond }])
    }
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
  const costOf = (name: string) => measured.get(name)!.map(({ micros }) => sum(micros))
  return ways.flatMap(({ name, pids }) => {
    const rounds = measured.get(name)!
    const parts = pids.map((_, i) => median(rounds.map(({ micros }) => micros[i]!)).toFixed(1))
    const ratios = costOf(name).map((cost, i) => cost / costOf('in clear')[i]!)
    const rate = whole(median(rounds.map(({ perSecond }) => perSecond)))
    return [
      {
        what: `${name}: processor µs per vote${pids.length > 1 ? ', server + nginx' : ''}`,
        value: parts.join(' + '),
      },
      { what: `${name}: votes/s`, value: rate },
      ...(name === 'in clear'
        ? []
        : [
            {
              what: `${name}: cost, multiple of plain HTTP`,
              value: `${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`,
            },
          ]),
    ]
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
