/** The verifier's words in English: the dictionary the others are measured against. */

import { type CheckName, FINDINGS, type FindingCode } from '../../../core/verify/finding.ts'
import type { Figure } from '../../shared/format.ts'
import { isolate } from '../../shared/isolate.ts'
import type { NotChecked } from '../not-checked.ts'

const plurals = new Intl.PluralRules('en')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`

const findings: Readonly<Record<FindingCode, string>> = FINDINGS

const checks: Readonly<Record<CheckName, string>> = {
  checkpoint: 'The log’s state is signed with its key',
  witnesses: 'Witnesses have signed it too',
  genesis: 'Election, voter numbers and rules are those fixed at the start',
  bundles: 'Files of entries read whole',
  tiles: 'Files of fingerprints made again from the entries and compared',
  root: 'Fingerprints joined up to the signed one',
  history: 'Earlier states of the log, as this browser saw them, are contained in it',
  ballots: 'Ballots read and counted: each allowed, none there twice',
  amendments: 'Changes to the election while it ran, in order',
  keys: 'Districts with no more ballots than voter keys',
  release: 'Nothing was public too early',
  end: 'The entry that ends voting says what the ballots say',
  close: 'The closing entry says what the ballots say',
  result: 'The published result is what the ballots say',
  certification: 'The certification says what the ballots and the log say',
  receipts: 'Receipts looked for',
}

const notChecked: Readonly<Record<NotChecked, string>> = {
  'entries-held':
    'The ballots and the count: ballots are published after the close. Until then, only their fingerprints are.',
  'no-election': 'The ballots and the count: which election this log is for could not be established.',
  'unsound-entries': 'The count, the close and the result: not every entry is sound.',
  'voting-open': 'The published result: voting goes on, and the result moves with it.',
  'not-closed': 'The published result: voting has ended, but the log is not closed yet.',
  hole: 'The tree from entry # on: part of it is missing or damaged.',
  'no-result': 'The published result: none was found beside the log.',
  namesake:
    'Whose log it is: another key is remembered for a log of this name. Compare the key with what the organiser published.',
}

export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',

  title: 'Check the election yourself',
  language: 'Language',
  darkMode: 'Dark mode',
  intro:
    'Every ballot is an entry in a public log. This page reads the whole log, checks every entry, counts the ballots again and compares the result. All of it happens in your browser.',
  results: 'See the count',
  whoseTitle: 'How far can you trust this page?',
  whose:
    'It takes nothing the log says on trust. But the page itself came from the server whose address you see above. Whoever does not trust that server opens this page from another one, or uses the command “elections verify”, and enters the address of the log there.',
  whichLog: 'Which log?',
  ownLog: 'This election',
  otherLog: 'A log at another address',
  folderLog: 'A copy of a log on this device',
  address: 'Address',
  addressHint: 'Of a server, an election’s page or a log. Your browser will contact it.',
  folder: 'Folder with the log',
  folderHint:
    'A folder that holds the file “checkpoint”. It stays on your device. You can also drop it on this page.',
  pickFolder: 'Choose a folder',
  picked: (files: Figure) => `${some(files, 'file', 'files')} chosen.`,
  size: (entries: Figure, size: string) =>
    `It has ${some(entries, 'entry', 'entries')} now; about ${size} will be read.`,
  noSize: 'No log answers there just now.',
  receiptTitle: 'Your receipt, if you have one',
  receiptHint:
    'The tracker, or all the text of the receipt file. It is looked for here, in your browser, and sent to nobody.',
  receiptSecret:
    'Ballots are published in plain form: whoever has your tracker can see how you voted. Show neither it nor this page to anybody.',
  receipt: 'Tracker or receipt',
  openReceipt: 'Open a receipt or a picture of its code',
  camera: 'Scan the code with the camera',
  cameraHint: 'Hold the code on your receipt before the camera. The pictures stay in your browser.',
  cameraPicture: 'What the camera sees',
  cameraStop: 'Stop the camera',
  cameraDenied:
    'The browser does not let this page use the camera. Enter the tracker, or open the receipt file.',
  cameraNone: 'No camera was found. Enter the tracker, or open the receipt file.',
  scanned: 'The receipt was read.',
  noCode: 'There is no code in this picture that can be read.',
  more: 'For auditors: the log’s key',
  key: 'The log’s key',
  keyHint:
    'As the organiser published it, for instance example.org/council+1a2b3c4d+AbCd… Left empty, the key remembered from last time is used, and the first time the log’s own word.',
  start: 'Check now',

  notSecure:
    'This page cannot check anything here: it came over a connection that is not encrypted, on which others could have changed it, and browsers check signatures only on secure ones. Open it at an address that begins with https://, or check with the command “elections verify”.',
  tooOld:
    'This browser cannot check the signatures used here (Ed25519). A current Firefox, Chrome, Edge or Safari can.',

  checkingTitle: 'Checking…',
  checkingHint: 'Keep this page open. For a large election it takes a while.',
  starting: 'Opening the log…',
  progress: (done: string, of: Figure) => `${done} of ${some(of, 'entry', 'entries')}`,
  read: (size: string) => `${size} read`,
  stop: 'Stop',
  stopped: 'Stopped. Nothing was found out.',
  again: 'Check again',
  other: 'Check something else',

  failures: {
    'no-log': 'There is no log there: no file “checkpoint” was found.',
    'several-logs': 'There are several logs in this folder. Choose the folder of one.',
    'bad-receipt': 'This is neither a tracker (43 letters, digits, “-” and “_”) nor a receipt.',
    'bad-key': 'This is not the key of a log.',
    'bad-address': 'This is not an address.',
    'key-not-remembered':
      'This is another key than the one this browser remembers for the log. If it is right, let the browser forget the log first.',
    'too-many-entries':
      'The log has more entries than a browser can check. Use the command “elections verify”.',
    unreachable: 'The log could not be read: no answer, or none for pages from elsewhere.',
    fault: 'The check broke off: a fault of this page or of the browser.',
  },

  lookUp: 'Look up this ballot alone',
  lookUpHint:
    'At once, however large the log: the log’s server is asked for the proof of this one ballot. So it learns that somebody at your connection asks about it. “Check now” tells it nothing.',
  lookedUpIn: (leaf: string) =>
    `Your ballot is in the log: it is entry ${leaf} of a state of the log that its key signed.`,
  lookedUpNot:
    'The server has no proof for this tracker. Was it typed right? Right after voting that is so for a while. Only the whole log shows whether the ballot is missing.',
  lookedUpWrong: 'The server gave a proof that does not hold. Check the whole log, and keep your receipt.',
  lookedUpRest: 'Whether the rest of the log is sound, and the count right, only the whole log shows.',
  lookedUpWhole: 'Check the whole log',

  verdictClosed: 'Verified',
  verdictSoFar: 'Verified, as far as it goes',
  verdictWrong: 'Not what it should be',
  saysResult:
    'The published result is exactly what the ballots in the log add up to, and the whole log fits together.',
  saysNoResult:
    'The log is whole and closed, and the ballots add up. No published result was found to compare them with.',
  saysOpen: 'All that has been published so far is sound. The result can be compared once the log is closed.',
  saysHeldBack:
    'All that has been published so far is sound. Ballots are published after the close: check again then.',
  saysWrong:
    'Something in this log is not as it must be. Save the report, and tell the organiser and others who check.',
  certified: (time: string, software: string) => `Certified on ${time}, by ${software}.`,
  byLot: (contest: string, names: string) => `Decided by lot in ${isolate(contest)}: ${isolate(names)}.`,
  notCertified: 'The result is not certified.',
  counted: (ballots: Figure) => some(ballots, 'ballot counted', 'ballots counted'),
  entries: (entries: Figure) => some(entries, 'entry', 'entries'),
  took: (seconds: string) => `${seconds} seconds`,
  verdictTrust: 'It fits together, but the key was taken on trust',
  trustGenesis:
    'Nobody outside this log has vouched for its key: a log made up from beginning to end, with a key of its own, would look the same.',
  trustMemory:
    'The key is the one this browser remembers from before. That shows it is the same log, not that it is the organiser’s.',
  trustHow:
    'Compare this key with the one the organiser published elsewhere, on paper or in a newspaper. Then check again with that one: type it under “For auditors: the log’s key”, scan its code, or open the organiser’s link.',
  keyOfLink:
    'The key came with the link that led here: this is worth as much as who gave you that link. Compare the key with the one the organiser published elsewhere, on paper or in a newspaper.',
  notShownTitle: 'What this does not show',
  notShownWrong: 'Why it is wrong, by intent or mistake, and whether it changes who won.',
  notShown: [
    'That each ballot comes from the person it belongs to. It shows that there were no more ballots than keys, not whose hands the keys were in, nor whether somebody voted for people who stayed at home.',
    'That each voter’s choice was recorded as made. Only voters can see that, each with their own tracker.',
    'That nobody was watched, paid or pressed, or that the operator of the server does not know how somebody voted.',
    'That the voter roll was right: who was given a key is the organiser’s word.',
  ],
  totalsTitle: 'Votes, as counted here',
  option: 'Option',
  countedHere: 'Counted here',
  publishedThere: 'Published',
  differs: 'differs',
  changesTitle: 'What changed while the election ran',
  extended: (at: string, closes: string) => `On ${at}: the end of voting was moved to ${closes}.`,
  keysAdded: (at: string, keys: Figure) =>
    `On ${at}: voters were added. From then on there were ${some(keys, 'key', 'keys')}.`,
  savePage: 'Save the report as a page',
  print: 'Print, or save as PDF',
  whatChecked: 'What was checked',
  howMany: 'How many',
  outcome: 'Outcome',
  good: 'sound',
  bad: 'not sound',
  notCheckedTitle: 'What could not be checked',
  foundTitle: 'What is wrong',
  andMore: (n: Figure) => `and ${n.text} more`,
  atEntry: (leaf: string) => `entry ${leaf}`,
  checks,
  findings,
  notChecked,

  ballotTitle: 'Your ballot',
  published: (leaf: string) => `Your ballot is in the log: it is entry ${leaf}.`,
  notYetDue: (time: string) =>
    `Your ballot is not in the log yet, and need not be: the promise in your receipt is for ${time}. Keep the receipt, and check again then.`,
  promiseBroken: (time: string) =>
    `Your ballot is missing. The log’s key promised it by ${time}, and it is not there. Your receipt is the evidence: anyone can check it. Keep it and the report.`,
  notFound:
    'Your tracker is not in this log. Was it typed right, and is it of this election? If you have just voted, wait a moment and check again. With the whole receipt, this page can tell whether a promise was broken.',
  cannotTell:
    'Nothing can be said of your ballot: what was read is not whole, or not what the log’s key signed. Check again, or against the log itself.',
  otherLogReceipt: 'Your receipt is of another election or another log. Check it against that one.',
  forged:
    'This log’s key did not sign the promise in this receipt. The receipt was changed, or made by somebody else.',
  promiseHolds: 'Its promise is signed with the log’s key.',
  noPromise: 'Without the receipt file there is no promise to check.',
  laterContent: 'What it says is published after the close.',
  showBallot: 'Show what the log says of it',
  showSecret: 'Open this only when you are alone: it shows how you voted.',
  district: 'District',
  noChoice: 'No choice made',
  rawEntry: 'The entry, as it stands in the log',
  saveEvidence: 'Save the evidence',
  saveReport: 'Save the report',

  details: 'For auditors: details',
  election: 'Election',
  readAt: 'Read at',
  here: 'This device',
  log: 'Log',
  root: 'Root',
  checkpoint: 'Checkpoint',
  keyFrom: {
    given: 'as you, or the link that led here, gave it',
    memory: 'remembered by this browser since the first time',
    genesis: 'the log’s own word, taken on first use: compare it with what the organiser published',
  },
  rate: (rate: string) => `${rate} entries a second`,
  remembered:
    'This browser remembers the log’s key and the state it has just shown, and will notice if the log is ever changed or cut.',
  notRemembered: 'This browser does not let the page remember what it saw.',
  forget: 'Forget this log',
  forgotten: 'Forgotten.',
}

/** What a dictionary must have. A key missing from another language is a type error there. */
export type Strings = typeof en
