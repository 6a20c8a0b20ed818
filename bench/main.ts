/**
 * `npm run bench [-- NAME …]`: the figures of this machine beside their goals. `BENCHES` below has
 * the names. Options:
 *
 *     abuse --only rubbish|wrong-keys|slow-bodies|downloads|unread     one kind of abuse
 *     vote --only limits                                               only the cost of the limits
 *     guess [--wrong N]                                                fewer wrong keys than a million
 *     lag [--rates 1,10,100] [--units 1,10,100,3152] [--seconds N]
 *     cluster [--rounds N] [--votes N]
 *     sizing [--votes N]
 *
 * Ratios compare sides that take turns in one run. The machine should be otherwise idle.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAbuse } from './abuse.ts'
import { benchBox } from './box.ts'
import { benchCluster, benchClusterBoxAlone, CLUSTER_SIZES } from './cluster.ts'
import { benchFeed } from './feed.ts'
import { benchGuess, WRONG_KEYS } from './guess.ts'
import { benchLag, LAG_SIZES } from './lag.ts'
import { benchLimits } from './limits.ts'
import { benchLog } from './log.ts'
import { benchNdjson } from './ndjson.ts'
import { benchPublish } from './publish.ts'
import { type Figure, printFigures } from './report.ts'
import { benchShown } from './shown.ts'
import { benchSizing } from './sizing.ts'
import { benchStart } from './start.ts'
import { benchTls } from './tls.ts'
import { benchVerify } from './verify.ts'
import { benchVerifyPage } from './verify-page.ts'
import { benchViewers } from './viewers.ts'
import { benchVote } from './vote.ts'

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    rates: { type: 'string' },
    units: { type: 'string' },
    seconds: { type: 'string' },
    wrong: { type: 'string' },
    rounds: { type: 'string' },
    votes: { type: 'string' },
  },
})
const { only } = values
const lagSizes = {
  rates: numbers('rates', values.rates) ?? LAG_SIZES.rates,
  units: numbers('units', values.units) ?? LAG_SIZES.units,
  seconds: numbers('seconds', values.seconds)?.[0] ?? LAG_SIZES.seconds,
}

const clusterSizes = {
  rounds: numbers('rounds', values.rounds)?.[0] ?? CLUSTER_SIZES.rounds,
  votes: numbers('votes', values.votes)?.[0] ?? CLUSTER_SIZES.votes,
}

const BENCHES: Readonly<Record<string, { readonly title: string; readonly run: () => Promise<Figure[]> }>> = {
  box: { title: 'The embedded ballot box, without HTTP', run: async () => benchBox(1_000_000, 10_000_000) },
  vote: {
    title: 'POST /vote, one by one, keep-alive',
    run: async () => [...(only === 'limits' ? [] : await benchVote(1_000_000)), ...(await benchLimits())],
  },
  log: { title: 'POST /vote with the public log and without', run: benchLog },
  verify: { title: 'Verifying a public log, from local files', run: () => benchVerify(1_000_000) },
  'verify-page': { title: 'Verifying a public log in a browser', run: () => benchVerifyPage(200_000) },
  ndjson: { title: 'Many ballots at once', run: benchNdjson },
  publish: { title: 'Publishing the log', run: () => benchPublish(1_000_000) },
  lag: { title: 'How late the live count is, groups of 10', run: () => benchLag(lagSizes) },
  start: { title: 'Making and starting an election', run: benchStart },
  abuse: { title: 'Honest votes while somebody abuses the server', run: () => benchAbuse(only) },
  tls: { title: 'POST /vote over TLS and behind nginx, as browsers send it', run: benchTls },
  guess: {
    title: 'Honest votes while a million wrong keys come to a cluster',
    run: () => benchGuess(numbers('wrong', values.wrong)?.[0] ?? WRONG_KEYS),
  },
  cluster: {
    title: 'The cluster on one machine, and the original architecture',
    run: () => benchCluster(clusterSizes),
  },
  sizing: {
    title: 'What each tier of a cluster costs, and a model of it',
    run: () => benchSizing(numbers('votes', values.votes)?.[0] ?? CLUSTER_SIZES.votes),
  },
  feed: { title: 'The live count at a nation’s size', run: () => benchFeed(10) },
  'cluster-box': { title: 'A cluster’s ballot box, without HTTP', run: benchClusterBoxAlone },
  shown: { title: 'A vote on the page after its receipt', run: () => benchShown(200) },
  viewers: { title: 'Ten thousand viewers on one process', run: () => benchViewers(10_000) },
}

const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name))
if (unknown !== undefined) {
  console.error(`bench: there is no "${unknown}", only ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}
console.log(`${cpus().length} × ${cpus()[0]!.model}, Node ${process.version}`)
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
  const { title, run } = BENCHES[name]!
  printFigures(title, await run())
}

function numbers(option: string, text: string | undefined): readonly number[] | undefined {
  const found = text?.split(',').map(Number)
  if (found?.every((number) => Number.isInteger(number) && number > 0) ?? true) return found
  console.error(`bench: --${option} takes whole numbers above 0, with commas between them`)
  process.exit(2)
}
