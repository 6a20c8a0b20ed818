/**
 * The table of faults: everything that can end a command. Each fault has a code, an exit code, a
 * message built from typed facts, and a remedy. Refusals to voters have their own table
 * (core/election/refusal.ts).
 *
 * docs/operations.md, "Faults", has a line for each; src/cli/faults.test.ts checks that.
 */
import { printable } from './printable.ts'

/** Exit codes of a command that did not succeed; 0 is success. */
export const EXIT = {
  /** The command ran, and its answer is no: a check failed, or a rehearsal does not finish. */
  no: 1,
  /** An input is wrong, or another program does not answer: the caller can correct it. */
  badInput: 2,
  /** Records contradict each other. The program repairs nothing, and a restart does not help. */
  broken: 3,
  /** Only a restart or a change of the program helps. The launcher restarts a server. */
  fault: 70,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

interface FaultKind<Facts> {
  readonly exit: ExitCode
  /** The message: what is wrong, and where. */
  readonly words: (facts: Facts) => string
  /** What to do about it; null if the message already says that. */
  readonly remedy: ((facts: Facts) => string) | null
}

function kind<Facts>(
  exit: ExitCode,
  words: (facts: Facts) => string,
  remedy?: string | ((facts: Facts) => string),
): FaultKind<Facts> {
  return { exit, words, remedy: typeof remedy === 'string' ? () => remedy : (remedy ?? null) }
}

/** The longest printed line, in characters: a path alone can be 4,096 bytes. */
const MOST_CHARACTERS = 5_000

/** A place in an input, and what is wrong there. */
export interface BadPlace {
  /** The name of a file, a folder or an option. */
  readonly place: string
  /** The first line is 1; left out if the problem concerns the whole file. */
  readonly line?: number
  readonly column?: number
  readonly message: string
}

interface BadPlaces {
  readonly problems: readonly BadPlace[]
  /** The number of further problems that are not listed. */
  readonly more: number
  /** Where the further problems are, as text that begins with a space. */
  readonly hint?: string
}

/** File names and contents come from strangers, so `printable` keeps a problem on one line. */
function placeInWords({ place, line, column, message }: BadPlace): string {
  const where = [place, line, column].filter((part) => part !== undefined).join(':')
  return printable(`${where}: ${message}`, MOST_CHARACTERS)
}

interface Path {
  readonly path: string
}
interface Why {
  readonly why: string
}

const AS_EVIDENCE =
  'nothing was changed; keep the folder as evidence, run "elections doctor", and continue from the ' +
  'newest backup'

export const FAULTS = {
  'bad-input': kind(EXIT.badInput, ({ problems, more, hint = '' }: BadPlaces) => {
    const lines = problems.map(placeInWords)
    if (more > 0) lines.push(`and ${more.toLocaleString('en')} more${hint}`)
    return lines.join('\n')
  }),
  'bad-address': kind(EXIT.badInput, ({ why }: Why) => why),
  'no-answer': kind(
    EXIT.badInput,
    ({ where, why }: { readonly where: string; readonly why: string }) => printable(`${where}: ${why}`),
    'check that it runs and that the address is right',
  ),
  'engine-trouble': kind(
    EXIT.badInput,
    ({ engine, why }: { readonly engine: string; readonly why: string }) => `${engine}: ${why}`,
    'check that it runs and that its address is right ("elections doctor --cluster")',
  ),
  'engine-lost': kind(EXIT.badInput, ({ why }: Why) => why),
  'old-tables': kind(
    EXIT.badInput,
    ({ engine }: { readonly engine: string }) =>
      `${engine}: its tables are missing, or older than this program`,
    'run "elections prepare-cluster"',
  ),
  'unfit-topic': kind(
    EXIT.badInput,
    ({ topics }: { readonly topics: readonly string[] }) => topics.join('; '),
    'correct its settings with kafka-configs, or use other brokers; nothing was changed',
  ),
  'election-exists': kind(
    EXIT.badInput,
    ({ where }: { readonly where: string }) => where,
    'give the new election another id, or another data folder',
  ),
  'folder-in-use': kind(
    EXIT.badInput,
    ({ folder, owner }: { readonly folder: string; readonly owner: string | null }) =>
      `${folder} is in use by another server${owner === null ? '' : ` (${owner})`}`,
    'stop it, or use another data folder',
  ),
  'not-yet': kind(EXIT.badInput, ({ why }: Why) => why),
  'cannot-simulate': kind(EXIT.badInput, ({ why }: Why) => why),
  'other-database': kind(
    EXIT.badInput,
    ({ what }: { readonly what: string }) => what,
    'use the program that wrote it, or restore the file from a backup',
  ),
  'control-path': kind(EXIT.badInput, ({ path, why }: Path & Why) => `${path}: ${why}`),
  'owner-refused': kind(EXIT.badInput, ({ why }: Why) => why),
  'owner-version': kind(
    EXIT.badInput,
    ({ theirs, ours }: { readonly theirs: number; readonly ours: number }) =>
      `the server speaks version ${theirs} of the control socket, this program version ${ours}`,
    'use the program that the server was started with, or start the server again with this one',
  ),
  'port-in-use': kind(
    EXIT.badInput,
    ({ port }: { readonly port: number }) => `port ${port} is in use`,
    'choose another with --port, or 0 for any free port (--http-port sets the port without TLS)',
  ),
  'port-not-allowed': kind(
    EXIT.badInput,
    ({ port }: { readonly port: number; readonly program: string }) =>
      `port ${port} needs more rights than this account has`,
    ({ program }) =>
      'on Linux run "sudo elections install-service" (its systemd unit has ' +
      'AmbientCapabilities=CAP_NET_BIND_SERVICE), give Node the right ' +
      `("sudo setcap cap_net_bind_service=+ep ${program}"), or every account ` +
      '("sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80"); or choose a port above 1023 with ' +
      '--port (--http-port sets the port without TLS)',
  ),
  'host-not-here': kind(
    EXIT.badInput,
    ({ host }: { readonly host: string }) => `${host}: is not an address of this machine`,
    'choose another with --host, such as 127.0.0.1, or 0.0.0.0 for all addresses',
  ),
  'no-such-file': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: there is no such file or folder`,
    'check the path',
  ),
  'no-permission': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: permission denied`,
    'use the account that the data folder belongs to',
  ),
  'not-a-folder': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: is a file, but a folder is expected here`,
    'name another path',
  ),
  'is-a-folder': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: is a folder, but a file is expected here`,
    'name another path',
  ),
  'already-there': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: already exists`,
    'move it away, or name another path',
  ),
  'bad-path': kind(EXIT.badInput, ({ path, why }: Path & Why) => `${path}: ${why}`, 'name another path'),
  'read-only': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: cannot be written, the disk or the file is read-only`,
    'name another path, or mount the disk for writing',
  ),
  'disk-full': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: the disk is full, nothing was lost`,
    'free some space, then try again',
  ),
  'too-many-files': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: this process may not open more files`,
    'raise the limit (ulimit -n), or end other programs',
  ),
  'database-busy': kind(
    EXIT.badInput,
    ({ path }: Path) => `${path}: another program has locked the database`,
    'end that program, or try again in a moment',
  ),
  'stands-still': kind(EXIT.no, ({ why }: Why) => why),
  'ballot-refused': kind(
    EXIT.no,
    ({ refusal }: { readonly refusal: string }) => `a ballot of the rehearsal was refused: ${refusal}`,
    'read the lines that the server logged; the election of the rehearsal can be deleted',
  ),
  'broken-records': kind(
    EXIT.broken,
    ({ what, where }: { readonly what: string; readonly where?: string | undefined }) =>
      where === undefined ? what : `${where}: ${what}`,
    AS_EVIDENCE,
  ),
  'damaged-file': kind(
    EXIT.broken,
    ({ path, why }: Path & Why) => `${path}: is damaged (${why})`,
    AS_EVIDENCE,
  ),
  'outcome-unknown': kind(
    EXIT.fault,
    ({ why }: Why) => `the server ended before it answered (${why})`,
    'run the same command again; it reports what became of the change',
  ),
  'disk-fault': kind(
    EXIT.fault,
    ({ path, why }: Path & Why) => `${path}: the disk failed (${why})`,
    'check the system log before you use this machine again; acknowledged ballots are in the ballot log',
  ),
} as const

export type FaultCode = keyof typeof FAULTS

export type FactsOf<Code extends FaultCode> = Parameters<(typeof FAULTS)[Code]['words']>[0]

/**
 * An error that ends a command with a line of the table. Its message says what is wrong and where;
 * {@link faultLine} adds the remedy.
 */
export class Fault<Code extends FaultCode = FaultCode> extends Error {
  readonly code: Code
  readonly exit: ExitCode
  /** What to do about it; null if the message already says that. */
  readonly remedy: string | null

  constructor(code: Code, facts: FactsOf<Code>, options?: ErrorOptions) {
    const { exit, words, remedy } = FAULTS[code] as FaultKind<FactsOf<Code>>
    super(words(facts), options)
    this.name = new.target.name
    this.code = code
    this.exit = exit
    this.remedy = remedy?.(facts) ?? null
  }
}

/**
 * @returns the message and its remedy on one line; several lines only if the message lists several
 *   problems
 */
export function faultLine({ message, remedy }: Fault): string {
  return remedy === null ? message : `${message}: ${remedy}`
}
