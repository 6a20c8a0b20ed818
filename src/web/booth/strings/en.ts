/**
 * Every text of the booth, in English. The other dictionaries must have the same messages. Their
 * terms are those of docs/glossary.md.
 *
 * A message with numbers or names in it is a function, so that a translation can change their
 * order. Numbers arrive formatted; a `Figure` has its value too, for the plural.
 */
import type { Figure } from '../../shared/format.ts'
import { isolate } from '../../shared/isolate.ts'

const plurals = new Intl.PluralRules('en')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`

export const strings = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',

  pageTitle: (step: string, election: string) => `${step} – ${election}`,
  vote: 'Vote',
  language: 'Language',
  display: 'Display',
  textSize: 'Text size',
  contrast: 'High contrast',
  darkMode: 'Dark mode',
  simulated: 'Demonstration: votes here are not real.',

  loading: 'Opening the ballot…',
  checking: 'Checking your key…',
  moment: 'This takes a moment.',

  unfinished:
    'A ballot was sent from this browser, and no answer came. If it was yours, open your link ' +
    'again or enter your key: you will see whether it was recorded.',

  welcomeTitle: 'Your ballot',
  district: 'District',
  contests: 'On your ballot',
  contestCount: (n: Figure) => some(n, 'contest', 'contests'),
  votingCloses: 'Voting closes',
  welcomeHint:
    'You can change everything until you press “Cast my ballot” at the end. Nothing is recorded before that.',
  noReload:
    'If you close this page before you cast, your choices are gone; your key is not used up. ' +
    'Open your link or enter your key again.',
  privateWindow:
    'Do others use this device? Open your link in a private window: the history of a browser ' +
    'keeps your link, and the link is your key.',
  start: 'Start',

  contestOf: (i: string, n: string) => `Contest ${i} of ${n}`,
  chooseOne: 'Choose one, or none.',
  chooseUpTo: (n: Figure) => `Choose up to ${n.text}, or none.`,
  left: (n: Figure) => (n.value === 0 ? 'No choices left' : `${some(n, 'choice', 'choices')} left`),
  overvote: (n: Figure, name: string) =>
    `${isolate(name)} was not added: you have made ${some(n, 'choice', 'choices')} already. ` +
    'Remove one first.',
  clear: 'Clear my choice',
  cleared: 'Your choice was cleared.',
  back: 'Back',
  next: 'Next',
  toReview: 'Review',

  reviewTitle: 'Review your ballot',
  reviewHint: 'Your ballot is not cast yet.',
  change: 'Change',
  changeWhat: (contest: string) => `Change ${isolate(contest)}`,
  noChoice: 'No choice made',
  couldChoose: (n: Figure) => `You can still make ${some(n, 'choice', 'choices')} here.`,
  blankTitle: 'Your ballot is blank',
  blankHint: 'You have chosen nothing in any contest. A blank ballot is counted as blank, and uses your key.',
  blankConfirm: 'Yes, I want to cast a blank ballot',
  blankMissing: 'Tick the box to cast a blank ballot, or make a choice.',
  castTitle: 'Cast it',
  castHint: 'After this nothing can be changed, and your key cannot be used again.',
  cast: 'Cast my ballot',

  castingTitle: 'Casting your ballot…',
  castingHint: 'Keep this page open until you see that your ballot is recorded.',
  unsureTitle: 'Not sure yet: we keep asking',
  unsure:
    'No answer came from the server. Your ballot may or may not be recorded. This page keeps ' +
    'asking, and a ballot counts only once.',
  notYetTitle: 'Not recorded yet: we keep trying',
  notYet: 'The server is busy and has not recorded your ballot. This page keeps sending it.',
  kept:
    'You may also close this page; it then forgets your choices. When you open your link or ' +
    'enter your key again in this browser, you will see whether your ballot was recorded, and ' +
    'can vote if it was not.',
  notKept:
    'Keep this page open: this browser cannot remember your ballot. If you close the page now, ' +
    'you cannot find out here whether it was recorded.',

  waitTitle: 'No answer from the server',
  waitLost: 'The connection may be down. This page keeps trying. Nothing has been cast.',
  busyTitle: 'The server is busy',
  waitBusy: 'Many people are voting now. This page keeps trying. Nothing has been cast.',
  tooManyTitle: 'Too many tries',
  tooMany:
    'Too many wrong keys came from your connection, perhaps from others who share it. This page ' +
    'keeps trying.',
  tryingIn: (n: Figure) => `Next try in ${some(n, 'second', 'seconds')}`,
  trying: 'Trying now…',
  tryNow: 'Try now',
  otherKey: 'Enter a key',

  receiptTitle: 'Your ballot is recorded',
  receiptDone: 'It is stored and will be counted. You are done.',
  recordedEarlier:
    'It is the ballot you sent earlier from this browser. It is stored and will be counted. The ' +
    'answer was lost, so there is no receipt here.',
  seeResults: 'See the count',
  finishedTitle: 'You are done',
  finished: 'Your ballot stays recorded. You can close this page.',

  notCast: 'The ballot you made on this page was not recorded.',
  notCastBefore: 'The ballot sent earlier from this browser was not recorded.',
  notCastOther: 'Another ballot was recorded with your key, and a key counts once.',
  checkAgain: 'Check again',
  askOrganiser: 'If you need help, ask the organiser of the election.',
  notOpenTitle: 'Voting is not open yet',
  opensOn: (time: string) =>
    `It opens on ${time}. Keep your link or letter until then; nothing has been used up.`,
  closedTitle: 'Voting is closed',
  closed: 'This election accepts no more ballots.',
  usedTitle: 'This key has already been used',
  used:
    'A ballot was recorded with it earlier, and a key counts once. If you cast that ballot, all ' +
    'is well: it is counted.',
  usedByOther: 'If it was not you, contact the organiser at once.',
  unknownTitle: 'This key is not on the voter roll',
  unknown:
    'The key does not belong to this election. Check that your letter is for this election, then ' +
    'enter it again.',
  noElectionTitle: 'There is no such election here',
  noElection: 'Compare the address with your letter or message.',
  brokenTitle: 'This page does not work in this browser',
  broken: 'The browser may be too old. Use another browser or another device.',
  brokenUnsent: 'Nothing has been cast, and your key is not used up.',
  brokenSent:
    'Your ballot may or may not be recorded. Open your link or enter your key there: you will ' +
    'see which, and a ballot counts only once.',
  insecure:
    'This page came over a connection without encryption: anyone who runs the network between you ' +
    'and the server can read your key and your vote. Ask for an address that begins with https.',
  notRemembered:
    'This browser keeps nothing. After “Cast my ballot” keep this page open until it says that ' +
    'your ballot is recorded.',
  restored: 'The choices you made before this page was loaded again are back. Please check them.',
  sample: 'Sample ballot: nothing here is cast, stored or sent.',
  sampleLink: 'See a sample of the ballot',
  sampleEnd:
    'On your real ballot you would cast it here. This is a sample: there is nothing to cast, and ' +
    'no one learns what you chose.',
  sampleAgain: 'Look at it again',

  rejectedTitle: 'The server did not accept this',
  rejected: (code: string) => `Nothing was recorded. Give the organiser this word: ${code}`,
}

/** The messages of every dictionary: a missing one is a type error there. */
export type Strings = typeof strings
