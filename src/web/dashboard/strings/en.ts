/**
 * Every text of the dashboard and the wall, in English. The other dictionaries must have the same
 * messages. Their terms are those of docs/glossary.md.
 *
 * A message with numbers or names in it is a function, so that a translation can change their
 * order. Numbers arrive formatted; a `Figure` has its value too, for the plural.
 */
import { en as outcome } from '../../../core/tally/words/en.ts'
import type { Figure } from '../../shared/format.ts'
import { isolate } from '../../shared/isolate.ts'

const plurals = new Intl.PluralRules('en')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`

export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',

  pageTitle: (election: string) => `${election} – results`,
  skipToResults: 'Skip to the results',
  waiting: 'Waiting for the server…',
  waitingHint: 'This page keeps trying and will show the results as soon as they arrive.',
  darkMode: 'Dark mode',
  language: 'Language',

  simulated: 'Simulated votes',
  simulatedHint: 'This is a demonstration. These are not the votes of real people.',

  phase: { 'not-open': 'Not open yet', open: 'Voting is open', closed: 'Voting is closed' },
  certified: 'Certified',
  opensAt: 'Opens',
  openedAt: 'Opened',
  closesAt: 'Closes',
  closedAt: 'Closed',
  lastUpdated: 'Last updated',
  polled: 'Your network blocks live updates: this page asks every few seconds.',
  connectionLost: (time: string) => `Connection lost, showing ${time}`,
  resultsLater: 'Results after the close',
  resultsSoon: 'Results soon: ballots are being published',
  pause: 'Pause',
  resume: 'Resume',
  pausedAt: (time: string) => `Paused, showing ${time}`,
  lookingBackAt: (time: string) => `Looking back at ${time}`,
  backToNow: 'Back to now',

  keyFigures: 'Key figures',
  eligible: 'Eligible',
  eligibleHint: 'voter keys issued',
  cast: 'Ballots cast',
  lastBallot: (time: string) => `last at ${time}`,
  noBallotSeen: 'none yet',
  turnout: 'Turnout',
  blank: 'Blank ballots',
  blankHint: 'cast without a choice',
  blankLater: 'shown after the close',
  outstanding: 'Outstanding',
  outstandingHint: 'keys not used',

  rank: 'Rank',
  option: 'Option',
  votes: 'Votes',
  share: 'Share',
  shareOfVotes: 'Share of the votes given',
  shareOfBallots: 'Share of the ballots with this contest',
  sharesOfVotes: 'shares of the votes given',
  sharesOfBallots: 'shares of the ballots',
  seatCount: (n: Figure) => some(n, 'seat', 'seats'),
  /** Beside the name of an option: its outcome, or its present position. */
  rowWords: { elected: '✓ Elected', passed: '✓ Passed', leads: 'Leads', tied: 'Tied' },
  optionsFrom: (from: string, until: string, all: Figure) =>
    `${from}–${until} of ${some(all, 'option', 'options')}`,
  outcome,
  andMore: (n: Figure) => `${n.text} more`,
  contestBallots: (n: Figure) => some(n, 'ballot', 'ballots'),
  contestVotes: (n: Figure) => some(n, 'vote given', 'votes given'),
  contestBlank: (n: Figure) => `${n.text} blank`,
  contestUnused: (n: Figure) => some(n, 'vote not used', 'votes not used'),
  votesEach: (n: Figure) => `Up to ${some(n, 'vote', 'votes')} each`,
  showAllOptions: (n: Figure) => `Show all ${some(n, 'option', 'options')}`,
  showFewerOptions: 'Show fewer',
  takeAway: 'Save or embed',
  takeAwayOf: (title: string) => `Save or embed: ${isolate(title)}`,
  save: 'Save as a picture',
  savePng: 'PNG',
  saveSvg: 'SVG',
  embedHint: 'Put the live count on your own site:',
  copy: 'Copy',
  copied: 'Copied',
  noSuchContest: 'There is no such contest in this election.',
  fullResults: 'All results',
  historyLoads: 'The count of this moment is loading',
  historyFails: 'The count of this moment cannot be loaded now',
  turnoutKnown: 'Turnout is known for every moment.',
  historyFailsHint: 'Move the slider again to retry.',
  noHistory: 'No count was kept for this moment',
  noHistoryHint:
    'The count is kept only if results are live, and never ' +
    'for fewer than ten ballots at a time, so that it does not reveal anyone’s vote.',

  hidden: 'The count is shown after the close',
  hiddenUntil: (time: string) =>
    `Results of this election are published when voting closes, on ${time}. Until then, only ` +
    'turnout is shown here.',

  turnoutOverTime: 'Turnout over time',
  turnoutChart: (start: string, end: string, turnout: string) =>
    `Line chart: turnout from ${start} to ${end}, now ${turnout}. The same numbers are in the ` +
    'table below it.',
  scrub: 'Look back at the count',
  scrubNow: 'Now',
  turnoutNoPoints: 'The curve begins with the first ballots.',
  turnoutTable: 'Turnout over time, as a table',
  showAsTable: 'Show as table',
  sharesOverTime: 'Shares over time',
  sharesChart: (start: string, end: string) =>
    `Line chart: the share of each option from ${start} to ${end}. The last shares are in the ` +
    'table of the contest.',
  sharesNone: 'The lines begin once the count has changed twice.',
  time: 'Time',

  byDistrict: 'By district',
  district: 'District',
  castShort: 'Cast',
  leader: 'Ahead',
  leaderOf: 'Ahead in',
  margin: 'Margin',
  points: (n: string) => `${n} points`,
  change: 'Last minute',
  changeHint: 'Ballots that arrived within the last minute, as far as this page has seen',
  votesIn: (district: string) => `Votes in ${isolate(district)}`,
  closest: 'Closest',
  growing: 'Most ballots in the last minute',
  latest: 'Newest ballots',
  districtsInAll: (n: Figure) => some(n, 'district', 'districts'),
  map: 'Map',
  mapShows: 'The map shows',
  mapOf: { leader: 'who leads', margin: 'the margin', turnout: 'turnout' },
  mapLabel: (shown: string, of: string) =>
    `Map of the districts: ${shown}, ${isolate(of)}. The table below it has the same numbers.`,
  mapWaits: 'The map is loading.',
  mapFails: 'The map cannot be shown now. The table has the same numbers.',
  mapless: (n: Figure) => `${some(n, 'district is', 'districts are')} not on the map, only in the table.`,
  nothingYet: 'no votes counted',
  tiedShort: (n: Figure) => `${n.text} tied`,
  none: '–',
  fewerThan: (n: Figure) => `fewer than ${n.text}`,
  withheld: 'held back',
  totalsOnly: 'in the totals only',
  withheldMeaning: (n: Figure) =>
    `A district’s votes are counted in groups of ${n.text}. While voting is open, its last ` +
    `${n.text} or more ballots wait. Districts with fewer voters than that are counted together, ` +
    'in the totals only. So the count does not reveal anyone’s vote.',
  heldBack: (n: Figure) => `${some(n, 'ballot is', 'ballots are')} held back.`,
  heldBackMeaning: (n: Figure) =>
    'Turnout includes them, the votes do not yet. The ballots of a district, or of small ' +
    `districts together, are counted in groups of ${n.text}, and the last ones wait, so that the ` +
    'count does not reveal anyone’s vote. After voting has closed, all of them are counted.',
  heldBackBriefly: 'Turnout includes them. The votes will too, at the latest after the close.',
  why: 'Why?',
  ofSoManyEligible: (n: Figure) => `of ${n.text} eligible`,
  asOfNow: 'Districts show the current count.',
  ofEligible: (n: string) => `of ${n}`,
  findDistrict: 'Find a district',
  showing: (shown: string, all: Figure) => `Showing ${shown} of ${some(all, 'district', 'districts')}`,
  noDistrict: 'No district name contains this.',
  showMore: 'Show more',

  balance: 'Does the count add up?',
  balances: 'Count balances',
  doesNotBalance: 'The count does not balance',
  balanceMeaning:
    'Every used key belongs to one stored ballot, and every stored ballot is in the count ' +
    'exactly once: four separate counters, one number.',
  imbalanceMeaning:
    'These four numbers must be equal, but they are not. Do not rely on the result until the ' +
    'organiser has explained why.',
  settling: 'Counting',
  settlingMeaning:
    'Stored ballots are still being counted: these four numbers are equal again a moment after ' +
    'the last ballot.',
  checkYourself: 'Check it yourself',
  keysUsed: 'Keys used',
  ballotsStored: 'Ballots stored',
  ballotsTallied: 'Ballots tallied',
  ballotsSummed: 'Ballots summed',

  pipeline: 'How the count flows',
  pipelineRate: 'Ballots per second',
  aboutCount: 'About this count',
  pipelineCommit: 'Time to store a batch safely',
  pipelineViewers: 'Viewers, right now',
  pipelineLast: 'Newest ballot',
  engineTally: 'Counting engine (Spark)',
  engineState: (state: string): string =>
    state === 'counting'
      ? 'counts'
      : state === 'recounting'
        ? 'counts again from the first ballot'
        : 'is not counting now',
  engineBehind: 'Ballots not counted yet',
  engineBatch: 'Time to count a batch',
  engineLog: 'Ballot log (Kafka)',
  engineKeys: 'Voter keys (Redis)',
  engineUp: 'ready',
  engineDown: 'does not answer; voting waits',
  setAside: 'Records set aside, not ballots',
  milliseconds: (n: string) => `${n} ms`,

  slideOf: (n: string, all: string) => `${n} of ${all}`,

  downloads: 'Downloads',
  downloadCsv: 'Results as CSV',
  downloadJson: 'Results as JSON',
  downloadCdf: 'Results as a NIST election report',
  downloadCertification: 'Certified result, signed (JSON)',
  downloadCertificate: 'Certified result (PDF)',
  downloadsLater: 'Downloads are ready after the close.',
  notOfficialYet: 'Not official yet',
  footer: 'Unofficial count, straight from the ballot log. Digital Elections is open source.',
  footerCertified:
    'Certified result: every ballot of the public log was checked and counted again. Digital ' +
    'Elections is open source.',

  announceTurnout: (cast: Figure, turnout: string) =>
    `${some(cast, 'ballot', 'ballots')} cast, turnout ${turnout}.`,
}

/** The messages of every dictionary: a missing one is a type error there. */
export type Strings = typeof en
