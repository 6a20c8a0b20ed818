/**
 * The public log on a cluster: published by one process at a time, from `votes`, can be restarted
 * anywhere and never forks.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { putForward } from '../moved-clock.ts'
import { logKeyOf, promised } from '../receipts.ts'
import { type ClusterElection, castVote, type Product, results, until } from './cluster-server.ts'
import { crowds, FAST, VOTERS, voting } from './published-log.ts'
import { watchLog } from './watched-log.ts'

async function termOf({ site }: Product, { id }: ClusterElection): Promise<number> {
  const database = openDatabase({ url: site.DATABASE_URL })
  try {
    const { rows } = await database.query('SELECT term FROM log_terms WHERE election = $1', [id])
    return Number(rows[0]?.term ?? 0)
  } finally {
    await database.end()
  }
}

test('votes over two gateways are in the public log, before the close and after it', async (t) => {
  const closesAtMs = Date.now() + 900_000
  const clock = putForward()
  const { on, election, urls } = await voting(
    t,
    { closes_at: new Date(closesAtMs).toISOString(), suppress_below: 5 },
    400,
    clock,
  )
  await Promise.all([on.serve('results', {}, ...FAST), on.serve('tally')])
  const keys = election.take(300)
  const receipts: { readonly text: string; readonly url: string }[] = []
  for (const [i, key] of keys.entries()) {
    const url = urls[i % 2]!
    const answer = await castVote(url, election.id, key, ['ada', 'grace', 'alan'][i % 3]!)
    assert.equal(answer.status, 201)
    receipts.push({ text: await answer.text(), url })
  }
  const logKey = logKeyOf(on.dataDir, election.id)
  for (const { text } of receipts) assert.deepEqual(promised(text, logKey).term, { v: 2, withinS: 86_400 })

  const stateAt = async (url: string) => (await results(url, election.id)).log
  // Of each district's 150 ballots all but a last group are published before the close.
  const published = 2 * (150 - 5)
  for (const url of urls)
    await until(`the publishable ballots at ${url}`, async () => {
      const { log, checkpoint } = await results(url, election.id)
      return log?.size === 1 + published && checkpoint?.size === 1 + published && log.published_at !== null
    })
  const verify = async (url: string, ...more: string[]) => {
    const state = join(on.dir, `${randomBytes(4).toString('hex')}.json`)
    return on.cliWithoutData('verify', url, '--election', election.id, '--state', state, '--json', ...more)
  }
  const open = await verify(urls[0]!)
  assert.equal(open.code, 0, open.stdout + open.stderr)
  clock.to(closesAtMs)
  for (const url of urls)
    await until(
      `the close at ${url}`,
      async () => (await stateAt(url))?.closed && (await stateAt(url))?.size === 303,
    )
  // A proof from a gateway that does not publish.
  const { tracker } = promised(receipts[7]!.text, logKey)
  const proof = await fetch(`${urls[1]}/elections/${election.id}/log/proof/${tracker}`)
  assert.equal(proof.status, 200)
  assert.match(await proof.text(), /^c2sp\.org\/tlog-proof@v1\n/)
  const receiptFile = join(on.dir, 'receipt.json')
  writeFileSync(receiptFile, receipts[11]!.text)
  for (const url of urls) {
    await until(`the count at ${url}`, async () => (await results(url, election.id)).cast === 300)
    const closed = await verify(url, '--receipt', receiptFile)
    assert.equal(closed.code, 0, closed.stdout + closed.stderr)
  }
})

test('kill -9 of the publisher under load: one log, every ballot in it once', async (t) => {
  const { on, election, urls, folder } = await voting(t)
  let publisher = await on.serve('results', {}, ...FAST)
  const watched = watchLog(urls, election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(VOTERS))
  t.after(() => voters.stop())
  for (let i = 0; i < 6; i++) {
    await watched.grows(`after ${i} kills`, 2)
    await sleep(Math.random() * 400)
    await publisher.kill()
    publisher = await on.serve('results', {}, ...FAST)
  }
  await watched.grows('after the last kill')
  await voters.stop()
  assert.deepEqual(voters.refused(), [])
  await watched.assertHolds(voters.trackers(), 1)
  t.diagnostic(`${watched.seen()} checkpoints seen, ${watched.size()} leaves`)
})

test('of two publishers one signs, the other takes over when it ends or sleeps', async (t) => {
  const { on, election, urls, folder } = await voting(t)
  const first = await on.serve('results', {}, ...FAST)
  const watched = watchLog([...urls, first.url], election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(VOTERS))
  t.after(() => voters.stop())
  await watched.grows('by the first')
  const second = await on.serve('results', {}, ...FAST)
  await watched.grows('while there are two', 20)
  assert.equal(await termOf(on, election), 1, 'the first alone has published')

  await first.kill()
  await watched.grows('by the second', 20)
  assert.equal(await termOf(on, election), 2)

  // The first publisher hangs longer than the others wait, and then continues: it must not write
  // anything.
  await on.serve('results', {}, ...FAST)
  process.kill(second.pid, 'SIGSTOP')
  await until('the third to publish', async () => (await termOf(on, election)) === 3)
  await watched.grows('by the third', 20)
  process.kill(second.pid, 'SIGCONT')
  await until('the second to see that it lost the lead', () =>
    /another process publishes/.test(second.stderr()),
  )
  await watched.grows('after that', 20)
  await voters.stop()
  await watched.assertHolds(voters.trackers(), 1)
  assert.equal(await termOf(on, election), 3)
  t.diagnostic(`${watched.seen()} checkpoints seen, ${watched.size()} leaves`)
})

test('the log moves with its publisher to a folder without it; others redirect or say nothing', async (t) => {
  const { on, election, urls, folder } = await voting(t, {}, 400)
  // A gateway on another machine: its copy of the folder is the one that init created.
  const elsewhere = join(on.dir, 'elsewhere')
  cpSync(on.dataDir, elsewhere, { recursive: true })
  const first = await on.serve('results', {}, ...FAST)
  const watched = watchLog(urls, election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(200))
  t.after(() => voters.stop())
  await watched.grows('the first ballots', 50)
  await voters.stop()
  await until('the whole log', async () => (await watched.look()) === voters.trackers().length + 1)
  const published = watched.size()

  const serveApart = (role: 'gateway' | 'results', ...more: readonly string[]) =>
    on.serve(role, {}, '--data', elsewhere, ...more)
  const at = (url: string, path: string) =>
    fetch(`${url}/elections/${election.id}/log/${path}`, { redirect: 'manual' })
  const bare = await serveApart('gateway')
  await until(
    'the gateway to learn of the log',
    async () => (await results(bare.url, election.id)).log?.size === published,
  )
  assert.equal((await at(bare.url, 'checkpoint')).status, 404, 'an old copy is not served')
  const pointing = await serveApart('gateway', '--log-url', `${first.url}/`)
  const tracker = voters.trackers()[3]!
  for (const path of ['checkpoint', 'genesis.json', 'tile/0/000.p/3', `proof/${tracker}`]) {
    const answer = await at(pointing.url, path)
    assert.deepEqual(
      [answer.status, answer.headers.get('location')],
      [307, `${first.url}/elections/${election.id}/log/${path}`],
    )
  }
  assert.equal((await at(pointing.url, '../../../keys/log-key')).status, 404)
  const proof = await fetch(`${pointing.url}/elections/${election.id}/log/proof/${tracker}`)
  assert.equal(proof.status, 200)

  // The publisher's machine is lost with its folder.
  await first.kill()
  rmSync(logDir(electionDir(elsewhere, election.id)), { recursive: true })
  const second = await serveApart('results', ...FAST)
  await until('the rewritten log', async () => {
    const note = await at(second.url, 'checkpoint')
    return note.status === 200 && Number((await note.text()).split('\n')[1]) === published
  })
  assert.deepEqual(
    await (await at(second.url, 'checkpoint')).text(),
    await (await at(urls[0]!, 'checkpoint')).text(),
    'the very same checkpoint',
  )
  await watched.stop()
  const all = watchLog([second.url], election.id, logDir(electionDir(elsewhere, election.id)))
  const after = crowds(urls, election.take(100))
  t.after(() => after.stop())
  await all.grows('ballots after that', 20)
  await after.stop()
  await all.assertHolds([...voters.trackers(), ...after.trackers()], 1)
  await until(
    'the folder left behind not to be served',
    async () => (await at(urls[0]!, 'checkpoint')).status === 404,
  )
})
