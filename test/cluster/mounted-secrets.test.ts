/**
 * A cluster whose servers have no persistent data folder: the Secrets that `init --emit-secret`
 * wrote, mounted as Kubernetes does it, an empty folder each, and the engines. Servers die and
 * restart in new empty folders.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { mountSecret, secretFiles } from '../kubernetes-secret.ts'
import { putForward } from '../moved-clock.ts'
import type { Key } from '../server.ts'
import {
  assertBooks,
  type ClusterElection,
  type ClusterServer,
  castVote,
  type Product,
  product,
  results,
  until,
} from './cluster-server.ts'

const VOTERS = 60
const clock = putForward()
const closesAtMs = Date.now() + 3_600_000

let on: Product
let election: ClusterElection
let gateways: [ClusterServer, ClusterServer]
let publisher: ClusterServer
const voted: { readonly key: Key; readonly tracker: string }[] = []
let folders = 0

/** An unused folder, like an emptyDir. */
function scratch(): string {
  const folder = join(on.dir, `scratch-${folders++}`)
  mkdirSync(folder)
  return folder
}

const serve = (role: 'gateway' | 'results', folder = scratch()): Promise<ClusterServer> =>
  on.serve(role, {}, '--data', folder, '--secrets', join(on.dir, 'keys'), '--log-url', logUrl())

/** The address of the publishing server, once there is one; it is not requested before. */
const logUrl = (): string => publisher?.url ?? 'http://127.0.0.1:9'

async function vote(at: ClusterServer, count: number): Promise<void> {
  for (const key of election.take(count)) {
    const answer = await castVote(at.url, election.id, key, 'ada', `attempt-${key.personal_id}`)
    assert.equal(answer.status, 201)
    voted.push({ key, tracker: ((await answer.json()) as { tracker: string }).tracker })
  }
}

before(async () => {
  on = await product(clock)
  const secret = join(on.dir, 'secret.yaml')
  const changes = { closes_at: new Date(closesAtMs).toISOString() }
  election = await on.init(VOTERS, changes, '--emit-secret', secret)
  assert.equal(statSync(secret).mode & 0o777, 0o600)
  const again = join(on.dir, 'again.yaml')
  const emitted = await on.cliWithoutData(
    ...['emit-secret', '--data', on.dataDir, '--election', election.id, '--out', again],
  )
  assert.equal(emitted.code, 0, emitted.stderr)
  assert.equal(readFileSync(again, 'utf8'), readFileSync(secret, 'utf8'))
  const secrets = secretFiles(readFileSync(again, 'utf8'))
  mountSecret(join(on.dir, 'keys', election.id), secrets.get(`elections-keys-${election.id}`)!)
  mountSecret(join(on.dir, 'seals', election.id), secrets.get(`elections-seal-${election.id}`)!)
  // The servers need nothing else from the folder that init created.
  rmSync(on.dataDir, { recursive: true })
  publisher = await serve('results')
  const [first, second] = await Promise.all([
    serve('gateway'),
    serve('gateway'),
    on.serve(
      'tally',
      {},
      ...['--data', scratch(), '--secrets', join(on.dir, 'seals'), '--metrics-port', '0'],
    ),
  ])
  gateways = [first, second]
})
after(() => on.end())

test('two gateways, results and a tally serve from mounted keys and empty folders', async () => {
  await vote(gateways[0], 10)
  await vote(gateways[1], 10)
  for (const { url } of gateways)
    await until(`the count at ${url}`, async () => (await results(url, election.id)).cast === 20)
})

test('no scratch folder contains a key: a link leads to the mounted ones', () => {
  const scratches = readdirSync(on.dir).filter((name) => name.startsWith('scratch-'))
  // Node follows links into folders: files behind a link are not in the scratch folder.
  const kept = scratches
    .flatMap((name) => readdirSync(join(on.dir, name), { recursive: true, withFileTypes: true }))
    .filter(({ parentPath }) => realpathSync(parentPath).startsWith(join(realpathSync(on.dir), 'scratch-')))
  assert.ok(kept.some(({ name }) => name === 'election.json'))
  assert.ok(kept.some((entry) => entry.name === 'keys' && entry.isSymbolicLink()))
  assert.deepEqual(
    kept.flatMap(({ name }) => (/^(election-secret|log-key|seal-key)$/.test(name) ? [name] : [])),
    [],
  )
})

test('a gateway that is killed restarts in an empty folder, with the same receipts', async () => {
  await gateways[0].kill()
  gateways[0] = await serve('gateway')
  for (const { key, tracker } of voted.slice(0, 10)) {
    const again = await castVote(gateways[0].url, election.id, key, 'ada', `attempt-${key.personal_id}`)
    assert.deepEqual([again.status, ((await again.json()) as { tracker: string }).tracker], [201, tracker])
  }
  await vote(gateways[0], 10)
})

test('a publisher that is killed continues the log in an empty folder, and it verifies', async () => {
  const checkpoint = async () =>
    (await fetch(`${publisher.url}/elections/${election.id}/log/checkpoint`)).text()
  await until('the log', async () => Number((await checkpoint()).split('\n')[1]) === 31)
  const state = join(on.dir, 'verify-state')
  const verify = () =>
    on.cliWithoutData(
      ...['verify', `${publisher.url}/elections/${election.id}/log/`, '--state', state, '--json'],
    )
  assert.equal((await verify()).code, 0)
  await publisher.kill()
  publisher = await serve('results')
  await vote(gateways[1], 5)
  await until('the log', async () => Number((await checkpoint()).split('\n')[1]) === 36)
  clock.to(closesAtMs)
  for (const { url } of gateways)
    await until(`the close at ${url}`, async () => (await results(url, election.id)).log?.closed)
  // The count comes from Spark, independently of the log.
  await until(
    'the whole count before it is verified',
    async () => (await results(publisher.url, election.id)).cast === voted.length,
  )
  const verified = await verify()
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  // A command uses the folder of a running server, as "kubectl exec" does.
  await assertBooks(
    { ...on, cli: (command, ...args) => on.cli(command, '--data', join(on.dir, 'scratch-1'), ...args) },
    gateways,
    election,
    voted.length,
  )
})
