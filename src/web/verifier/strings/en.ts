/**
 * Every text of the verifier, in English. The other dictionaries must have the same messages. Their
 * terms are those of docs/glossary.md.
 */

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
  bundles: 'Files of entries read completely',
  tiles: 'Files of fingerprints computed again from the entries and compared',
  root: 'Fingerprints computed up to the signed one',
  history: 'The log contains its earlier states, as this browser saw them',
  ballots: 'Ballots read and counted: each valid, no duplicates',
  amendments: 'Changes to the election while it ran, in order',
  keys: 'Districts with no more ballots than voter keys',
  release: 'Nothing was public too early',
  end: 'The entry that ends voting agrees with the ballots',
  close: 'The closing entry agrees with the ballots',
  result: 'The published result agrees with the ballots',
  certification: 'The certification agrees with the ballots and the log',
  receipts: 'Receipts looked for',
}

const notChecked: Readonly<Record<NotChecked, string>> = {
  'entries-held':
    'The ballots and the count: ballots are published after the close. Until then, only their ' +
    'fingerprints are.',
  'no-election': 'The ballots and the count: the election of this log is unknown.',
  'unsound-entries': 'The count, the close and the result: some entries are invalid.',
  'voting-open': 'The published result: voting is still open, so the result still changes.',
  'not-closed': 'The published result: voting has ended, but the log is not closed yet.',
  hole: 'The tree from entry # on: part of it is missing or damaged.',
  'no-result': 'The published result: none was found beside the log.',
  namesake:
    'Whose log it is: this browser remembers another key for a log of this name. Compare the key ' +
    'with the one that the organiser published.',
}

export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',

  title: 'Check the election yourself',
  language: 'Language',
  darkMode: 'Dark mode',
  intro:
    'Every ballot is an entry in a public log. This page reads the whole log, checks every ' +
    'entry, counts the ballots again and compares the result. All of it happens in your browser.',
  results: 'See the count',
  whoseTitle: 'How far can you trust this page?',
  whose:
    'It trusts nothing in the log without a check. But the page itself came from the server ' +
    'whose address you see above. If you do not trust that server, open this page from another ' +
    'one, or use the command “elections verify”, and enter the address of the log there.',
  whichLog: 'Which log?',
  ownLog: 'This election',
  otherLog: 'A log at another address',
  folderLog: 'A copy of a log on this device',
  address: 'Address',
  addressHint: 'The address of a server, of an election’s page or of a log. Your browser will contact it.',
  folder: 'Folder with the log',
  folderHint:
    'A folder with the file “checkpoint”. It stays on your device. You can also drop it on this page.',
  pickFolder: 'Choose a folder',
  picked: (files: Figure) => `${some(files, 'file', 'files')} chosen.`,
  size: (entries: Figure, size: string) =>
    `It has ${some(entries, 'entry', 'entries')} now; about ${size} will be read.`,
  noSize: 'No log answers at this address now.',
  receiptTitle: 'Your receipt, if you have one',
  receiptHint:
    'The tracker, or the whole text of the receipt file. Your browser looks for it here and ' +
    'sends it to no one.',
  receiptSecret:
    'Ballots are published unencrypted: anyone who has your tracker can see how you voted. Show ' +
    'neither it nor this page to anybody.',
  receipt: 'Tracker or receipt',
  openReceipt: 'Open a receipt or a picture of its code',
  camera: 'Scan the code with the camera',
  cameraHint: 'Hold the code on your receipt in front of the camera. The pictures stay in your browser.',
  cameraPicture: 'What the camera sees',
  cameraStop: 'Stop the camera',
  cameraDenied:
    'The browser does not let this page use the camera. Enter the tracker, or open the receipt file.',
  cameraNone: 'No camera was found. Enter the tracker, or open the receipt file.',
  scanned: 'The receipt was read.',
  noCode: 'This picture has no readable code.',
  more: 'For auditors: the log’s key',
  key: 'The log’s key',
  keyHint:
    'As the organiser published it, for instance example.org/council+1a2b3c4d+AbCd… If you leave ' +
    'it empty, this page uses the key it remembers from last time or, the first time, the key in ' +
    'the log itself.',
  start: 'Check now',

  notSecure:
    'This page cannot check anything here: it came over a connection without encryption, where ' +
    'others could have changed it, and browsers check signatures only on secure connections. Open ' +
    'it at an address that begins with https://, or check with the command “elections verify”.',
  tooOld:
    'This browser cannot check the signatures used here (Ed25519). A current Firefox, Chrome, ' +
    'Edge or Safari can.',

  checkingTitle: 'Checking…',
  checkingHint: 'Keep this page open. For a large election it takes a while.',
  starting: 'Opening the log…',
  progress: (done: string, of: Figure) => `${done} of ${some(of, 'entry', 'entries')}`,
  read: (size: string) => `${size} read`,
  stop: 'Stop',
  stopped: 'Stopped. The check was not finished.',
  again: 'Check again',
  other: 'Check something else',

  failures: {
    'no-log': 'There is no log there: no file “checkpoint” was found.',
    'several-logs': 'There are several logs in this folder. Choose the folder of one.',
    'bad-receipt': 'This is neither a tracker (43 letters, digits, “-” and “_”) nor a receipt.',
    'bad-key': 'This is not the key of a log.',
    'bad-address': 'This is not an address.',
    'key-not-remembered':
      'This is not the key that this browser remembers for the log. If it is right, let the ' +
      'browser forget the log first.',
    'too-many-entries':
      'The log has more entries than a browser can check. Use the command “elections verify”.',
    unreachable: 'The log could not be read: its server does not answer, or not for pages of other servers.',
    fault: 'The check stopped because of a fault of this page or of the browser.',
  },

  lookUp: 'Look up this ballot alone',
  lookUpHint:
    'This takes a moment even in a large log: this page asks the log’s server for the proof of ' +
    'this one ballot. So the server learns that somebody at your connection asks about it. With ' +
    '“Check now” it learns nothing.',
  lookedUpIn: (leaf: string) =>
    `Your ballot is in the log: it is entry ${leaf} of a state of the log that its key signed.`,
  lookedUpNot:
    'The server has no proof for this tracker. Was it typed correctly? Right after voting, a ' +
    'proof does not exist yet. Only the whole log shows whether the ballot is missing.',
  lookedUpWrong: 'The server gave an invalid proof. Check the whole log, and keep your receipt.',
  lookedUpRest: 'Only the whole log shows whether the rest of the log is valid and the count is right.',
  lookedUpWhole: 'Check the whole log',

  verdictClosed: 'Verified',
  verdictSoFar: 'Verified so far',
  verdictWrong: 'Not verified: something is wrong',
  saysResult:
    'The published result is exactly the total of the ballots in the log, and the whole log is consistent.',
  saysNoResult:
    'The log is complete and closed, and the ballots add up. No published result was found to ' +
    'compare them with.',
  saysOpen: 'Everything published so far is valid. The result can be compared once the log is closed.',
  saysHeldBack:
    'Everything published so far is valid. Ballots are published after the close: check again then.',
  saysWrong:
    'Something in this log is wrong. Save the report and show it to the organiser and to others who check.',
  certified: (time: string, software: string) => `Certified on ${time}, by ${software}.`,
  byLot: (contest: string, names: string) => `Decided by lot in ${isolate(contest)}: ${isolate(names)}.`,
  notCertified: 'The result is not certified.',
  counted: (ballots: Figure) => some(ballots, 'ballot counted', 'ballots counted'),
  entries: (entries: Figure) => some(entries, 'entry', 'entries'),
  took: (seconds: string) => `${seconds} seconds`,
  verdictTrust: 'The log is consistent, but no one has confirmed its key',
  trustGenesis:
    'No one outside this log has confirmed its key: a completely invented log with its own key ' +
    'would look the same.',
  trustMemory:
    'The key is the one this browser remembers from earlier. That shows that it is the same log, ' +
    'not that it is the organiser’s.',
  trustHow:
    'Compare this key with the one the organiser published elsewhere, on paper or in a ' +
    'newspaper. Then check again with that one: type it under “For auditors: the log’s key”, ' +
    'scan its code, or open the organiser’s link.',
  keyOfLink:
    'The key came with the link that led here: you can trust it as much as the person who gave ' +
    'you that link. Compare the key with the one the organiser published elsewhere, on paper or ' +
    'in a newspaper.',
  notShownTitle: 'What this does not show',
  notShownWrong: 'Why it is wrong, by intent or mistake, and whether it changes who won.',
  notShown: [
    'That each ballot comes from the right person. It shows that there were no more ballots than ' +
      'keys, but not who had the keys, nor whether somebody voted for people who stayed at home.',
    'That each voter’s choice was recorded as made. Only voters can see that, each with their own tracker.',
    'That no one was watched, paid or pressured, or that the operator of the server does not ' +
      'know how somebody voted.',
    'That the voter roll was right: only the organiser knows who was given a key.',
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
  good: 'valid',
  bad: 'not valid',
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
    `Your ballot is not in the log yet. It need not be: your receipt promises it by ${time}. ` +
    'Keep the receipt, and check again then.',
  promiseBroken: (time: string) =>
    `Your ballot is missing. The log’s key promised it by ${time}, and it is not there. Your ` +
    'receipt is the evidence: anyone can check it. Keep it and the report.',
  notFound:
    'Your tracker is not in this log. Was it typed correctly, and is it from this election? If ' +
    'you have just voted, wait a moment and check again. With the whole receipt, this page can ' +
    'show whether a promise was broken.',
  cannotTell:
    'Nothing can be said about your ballot: the copy of the log that was read is incomplete, or ' +
    'is not the one that the log’s key signed. Check again, or check the log itself.',
  otherLogReceipt: 'Your receipt is from another election or another log. Check it with that log.',
  forged:
    'This log’s key did not sign the promise in this receipt. The receipt was changed, or made ' +
    'by somebody else.',
  promiseHolds: 'Its promise is signed with the log’s key.',
  noPromise: 'Without the receipt file there is no promise to check.',
  laterContent: 'Its contents are published after the close.',
  showBallot: 'Show its contents in the log',
  showSecret: 'Open this only when you are alone: it shows how you voted.',
  district: 'District',
  noChoice: 'No choice made',
  rawEntry: 'The entry, as it is in the log',
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
    given: 'given by you, or by the link that led here',
    memory: 'remembered by this browser since the first time',
    genesis:
      'found in the log itself, and trusted on first use: compare it with the key that the ' +
      'organiser published',
  },
  rate: (rate: string) => `${rate} entries a second`,
  remembered:
    'This browser remembers the log’s key and the state it has just shown, and will notice if ' +
    'the log is ever changed or cut.',
  notRemembered: 'This browser does not let the page remember what it saw.',
  forget: 'Forget this log',
  forgotten: 'Forgotten.',
}

/** The messages of every dictionary: a missing one is a type error there. */
export type Strings = typeof en
